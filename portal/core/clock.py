"""The portal's one clock: Asia/Shanghai, settable by a test, and the working days of the State Council's calendar."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import date, datetime, time, timedelta
from typing import Final
from zoneinfo import ZoneInfo

import chinese_calendar
from django.utils.dateformat import format as formatted
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from portal.core.punctuation import listed

SHANGHAI: Final = ZoneInfo("Asia/Shanghai")
_fixed: ContextVar[datetime | None] = ContextVar("fixed_now", default=None)
_shown: ContextVar[datetime | None] = ContextVar("shown_now", default=None)


def now() -> datetime:
    """The present moment, with the zone Asia/Shanghai; on a page of the past the moment it shows."""
    return _shown.get() or present()


def present() -> datetime:
    """The present moment, also on a page of the past: for the trail."""
    return _fixed.get() or datetime.now(SHANGHAI)


def today() -> date:
    """The present day in Asia/Shanghai."""
    return now().date()


@contextmanager
def at(moment: datetime) -> Iterator[None]:
    """Let the clock stand at `moment` (aware) inside the block. For tests and the demonstration."""
    if moment.tzinfo is None:
        raise ValueError("The clock takes a moment with its zone.")
    token = _fixed.set(moment.astimezone(SHANGHAI))
    try:
        yield
    finally:
        _fixed.reset(token)


@contextmanager
def shown(moment: datetime) -> Iterator[None]:
    """Let `now` be a past moment inside the block, so that what is late or due is so as it was then."""
    token = _shown.set(moment.astimezone(SHANGHAI))
    try:
        yield
    finally:
        _shown.reset(token)


def in_words(moment: datetime) -> str:
    """A moment as letters, refusals and lists write it: day and minute, in Asia/Shanghai."""
    return f"{moment.astimezone(SHANGHAI):%Y-%m-%d %H:%M}"


def in_text(moment: date) -> str:
    """A day or a moment as running text names it, in the present language; a moment to the minute, with its zone."""
    own = moment.astimezone(SHANGHAI) if isinstance(moment, datetime) else moment
    day = formatted(own, "j F Y" if get_language() == "en" else "Y年n月j日")
    if not isinstance(own, datetime):
        return day
    return _("%(day)s, %(time)s (Beijing time)") % {"day": day, "time": f"{own:%H:%M}"}


def end_of_day(day: date) -> datetime:
    """The last second of a day in Asia/Shanghai: deadlines are inclusive to the second."""
    return datetime.combine(day, time(23, 59, 59), SHANGHAI)


def first_moment(day: date) -> datetime:
    """The first moment of a day in Asia/Shanghai."""
    return datetime.combine(day, time.min, SHANGHAI)


def last_moment(day: date) -> datetime:
    """The last moment of a day in Asia/Shanghai that the database keeps: for conditions up to and with a typed day.

    Not the first of the next day: the last day that can be typed, 9999-12-31, has none.
    """
    return datetime.combine(day, time.max, SHANGHAI)


def is_over(moment: datetime) -> bool:
    """Whether the last second of a deadline has passed: in it, whatever its fraction, nothing is late."""
    return now().replace(microsecond=0) > moment


# Month and day of the holidays that the law fixes by the solar calendar: New Year, Labour Day, National Day.
# Source: 全国年节及纪念日放假办法（2024年修订）.
_FIXED: Final = frozenset({(1, 1), (5, 1), (5, 2), (10, 1), (10, 2), (10, 3)})


def is_working_day(day: date) -> bool:
    """Whether offices work that day. Years not yet announced count Monday to Friday but the holidays fixed by law.

    Source: State Council's yearly holiday notices, as kept by the package chinesecalendar.
    """
    try:
        return bool(chinese_calendar.is_workday(day))
    except NotImplementedError:
        return day.weekday() < 5 and (day.month, day.day) not in _FIXED


def known_until() -> date:
    """The last day of the years whose holidays were announced when the calendar was packed."""
    return date(max(chinese_calendar.holidays).year, 12, 31)


def calendar_note(*days: date) -> str:
    """What to say beside a term that reaches one of these days: nothing, or that its holidays are not known yet."""
    years = sorted({day.year for day in days if day > known_until()})
    if not years:
        return ""
    return _(
        "The holidays of %(years)s are not known to this portal yet. Monday to Friday count as working days there, but "
        "for the holidays fixed by law: compare the day with the notice of the State Council."
    ) % {"years": listed(map(str, years))}


def add_working_days(day: date, count: int) -> date:
    """The count-th working day after `day` (count at least 0; 0 gives `day` itself)."""
    while count > 0:
        day += timedelta(days=1)
        count -= is_working_day(day)
    return day
