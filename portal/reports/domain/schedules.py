"""Reports by the calendar: made, paused, resumed, ended by their person; asked for by beat in that person's scope."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Final

import structlog
from django.urls import reverse
from django.utils import translation
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from portal.core import clock
from portal.core.clockwork import as_clockwork
from portal.core.commands import command, event_writer
from portal.core.errors import DomainError, Text
from portal.core.rules import may
from portal.core.scope import Actor, acting_as
from portal.core.telling import tell
from portal.reports.catalogue import CATALOGUE
from portal.reports.domain.orders import OrderInput, ask
from portal.reports.making import known
from portal.reports.models import ReportSchedule, Rhythm
from portal.reports.queries import due
from portal.reports.states import SCHEDULE, ScheduleState

log = structlog.get_logger(__name__)
MOST: Final = 20  # that are not ended, for one person


@dataclass(frozen=True)
class ScheduleInput:
    """What is asked for, how often, on which day and at which hour, until when."""

    what: OrderInput
    words: list[tuple[str, str]]
    rhythm: str
    hour: int
    day: int = 1
    until: date | None = None


def next_after(rhythm: str, day: int, hour: int, after: datetime) -> datetime:
    """The first moment of this rhythm after another one, in Beijing time."""
    first = after.astimezone(clock.SHANGHAI).date()
    for ahead in range(125):
        found = first + timedelta(days=ahead)
        at = datetime.combine(found, time(hour), clock.SHANGHAI)
        if at > after and _fits(rhythm, day, found):
            return at
    raise ValueError(rhythm)


def _fits(rhythm: str, day: int, found: date) -> bool:
    if rhythm == Rhythm.WEEKLY:
        return found.isoweekday() == day
    if rhythm == Rhythm.MONTHLY:
        return found.day == day
    if rhythm == Rhythm.QUARTERLY:
        return found.day == day and found.month % 3 == 1
    return True


def schedule(*, by: Actor, what: ScheduleInput) -> ReportSchedule:
    """Have a report made by the calendar. Raises NotAllowed, or DomainError when there are too many already."""
    with command(by, "reports.schedule") as act:
        report = known(what.what.report, what.what.format)
        may(by, report.act).or_refuse()
        running = ReportSchedule.objects.filter(person=by.id).exclude(state=ScheduleState.ENDED).count()
        if running >= MOST:
            raise DomainError(
                "schedules_many", _("You have %(most)s schedules already: end one of them first.") % {"most": MOST}
            )
        first = next_after(what.rhythm, what.day, what.hour, clock.now())
        if what.until is not None and first.date() > what.until:
            raise DomainError("schedule_never", _("It would never run before this day. Choose a later one."), "until")
        row = ReportSchedule.objects.create(
            person_id=by.id,
            report=report.name,
            format=what.what.format,
            params=what.what.values,
            words=[list(pair) for pair in what.words],
            language=translation.get_language() or "zh-hans",
            rhythm=what.rhythm,
            day=what.day,
            hour=what.hour,
            until=what.until,
            made_at=clock.now(),
            next_at=first,
        )
        return act.record(row)


def move(*, by: Actor, schedule: ReportSchedule, act: str) -> ReportSchedule:
    """Pause, resume or end a schedule of one's own. act: an act of its machine. Raises WrongState."""
    with command(by, f"reports.{act}", schedule) as doing:
        doing.to(schedule, SCHEDULE)
        _settle(schedule, "")
        return doing.record(schedule)


def _settle(row: ReportSchedule, why: str) -> None:
    """The next date, or the end, as the state says."""
    if row.state == ScheduleState.ENDED:
        row.ended_at, row.ended_why, row.next_at = clock.now(), why[:300], None
    elif row.state == ScheduleState.ACTIVE:
        row.next_at = next_after(row.rhythm, row.day, row.hour, clock.now())
    row.save()


def ask_due(now: datetime) -> int:
    """Ask for what is due, each in the scope its person has now; gives how many. Safe to repeat and to run twice.

    Each is a transaction of its own: one that cannot be asked for stops no other and is tried again the next time.
    """
    with as_clockwork():
        _mend(now)
        found = list(due(now).values_list("pk", "person_id"))
    asked = 0
    for pk, person in found:
        try:
            asked += _ask_one(pk, person, now)
        except Exception as error:  # the same one comes first each time: it must not keep the others from theirs
            log.exception("schedule_not_asked", schedule=pk, kind=type(error).__name__)
    return asked


def _mend(now: datetime) -> None:
    """After the clock was ahead: dates further off than the next but one were worked out then; they come sooner."""
    far = ReportSchedule.objects.filter(state=ScheduleState.ACTIVE, next_at__gt=now + timedelta(days=1))
    for row in far:
        right = next_after(row.rhythm, row.day, row.hour, now)
        if row.next_at is not None and row.next_at > next_after(row.rhythm, row.day, row.hour, right):
            ReportSchedule.objects.filter(pk=row.pk, next_at=row.next_at).update(next_at=right)
            log.warning("schedule_was_ahead", schedule=row.pk)


def _ask_one(pk: int, person: int, now: datetime) -> bool:
    with acting_as(person) as by:
        if not by.id:  # deactivated: nobody's scope fits it
            return _orphan(pk)
        row = due(now).filter(pk=pk).select_for_update(skip_locked=True).first()
        if row is None:
            return False
        with translation.override(row.language):
            return _go(row, by, now)


def _orphan(pk: int) -> bool:
    with as_clockwork() as clock_person:
        row = ReportSchedule.objects.select_for_update().filter(pk=pk).exclude(state=ScheduleState.ENDED).first()
        if row is not None:
            _end(row, clock_person, _("The account was deactivated."))
    return False


def _go(row: ReportSchedule, by: Actor, now: datetime) -> bool:
    """One run of a schedule; what is refused ends it, and its person hears why."""
    try:
        problem = _problem(row, by)
        if not problem:
            run = ask(by=by, what=OrderInput(row.report, row.format, row.params, tell=True, schedule=row.pk))
    except DomainError as error:
        problem = str(error)
    if problem:
        _end(row, by, problem)
        text = gettext_lazy("The schedule of the report “%(report)s” ended: %(why)s")
        url = reverse("reports:planned", args=[row.pk])
        tell([row.person_id], text, by=by, url=url, myself=True, report=title_of(row), why=problem)
        return False
    row.last_run = run
    row.next_at = next_after(row.rhythm, row.day, row.hour, now)
    if row.until is not None and row.next_at.astimezone(clock.SHANGHAI).date() > row.until:
        _end(row, by, _("Its last day is over."))
    else:
        row.save()
    return True


def _problem(row: ReportSchedule, by: Actor) -> str:
    """Why it cannot go on: the right is gone, or the parameters do not fit any more; nothing when it can."""
    report = known(row.report, row.format)
    for act in ("reports.ask", report.act):
        verdict = may(by, act)
        if not verdict:
            return str(verdict.reason)
    form = report.form(row.params, actor=by)
    return "" if form.is_valid() else _("The parameters no longer fit: choose them anew.")


def _end(row: ReportSchedule, by: Actor, why: str) -> None:
    row.state = SCHEDULE.target(row.state, "end_schedule")
    _settle(row, why)
    log.info("schedule_ended", schedule=row.pk)
    event_writer()(by=by, act="reports.end_schedule", obj=row, before={}, after={}, why=why, outcome="done")


def title_of(row: ReportSchedule) -> Text:
    """What it makes, in the reader's language."""
    report = CATALOGUE.get(row.report)
    return report.title if report else row.report
