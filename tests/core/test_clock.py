"""One clock: Beijing time, deadlines inclusive to the second, working days of the State Council's calendar."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import chinese_calendar
import pytest
from django.template.loader import render_to_string
from hypothesis import given, settings
from hypothesis import strategies as st

from portal.core import clock

days = st.dates(date(2005, 1, 1), date(2060, 12, 31))
announced = st.dates(date(2005, 1, 1), date(2026, 12, 31))


def test_now_has_the_zone_of_beijing():
    assert clock.now().tzinfo == clock.SHANGHAI
    assert abs(clock.now() - datetime.now(UTC)) < timedelta(seconds=5)


def test_the_day_changes_at_midnight_in_beijing():
    with clock.at(datetime(2026, 11, 24, 15, 59, 59, tzinfo=UTC)):
        assert clock.today() == date(2026, 11, 24)
    with clock.at(datetime(2026, 11, 24, 16, 0, 0, tzinfo=UTC)):
        assert clock.today() == date(2026, 11, 25)


def test_the_clock_stands_inside_the_block_and_nowhere_else():
    outer, inner = datetime(2026, 1, 1, tzinfo=UTC), datetime(2027, 1, 1, tzinfo=UTC)
    with clock.at(outer):
        with clock.at(inner):
            assert clock.now() == inner
        assert clock.now() == outer
        with pytest.raises(RuntimeError), clock.at(inner):
            raise RuntimeError
        assert clock.now() == outer
    assert clock.now().year >= 2026
    assert clock.now() != outer


def test_a_moment_without_zone_is_refused():
    with pytest.raises(ValueError, match="zone"), clock.at(datetime(2026, 1, 1)):  # noqa: DTZ001 - that is the point
        pass


@settings(deadline=None)
@given(days)
def test_a_deadline_includes_its_last_second(day):
    end = clock.end_of_day(day)
    assert end.astimezone(clock.SHANGHAI).date() == day
    assert (end + timedelta(seconds=1)).astimezone(clock.SHANGHAI).date() == day + timedelta(days=1)


@settings(deadline=None)
@given(announced)
def test_working_days_are_the_announced_ones(day):
    assert clock.is_working_day(day) == chinese_calendar.is_workday(day)


@given(st.dates(date(2040, 1, 1), date(2060, 12, 31)))
def test_years_not_announced_count_monday_to_friday_but_the_fixed_holidays(day):
    fixed = (day.month, day.day) in {(1, 1), (5, 1), (5, 2), (10, 1), (10, 2), (10, 3)}
    assert clock.is_working_day(day) == (day.weekday() < 5 and not fixed)


def test_new_year_of_a_year_not_announced_is_no_working_day():
    """A Friday: an answer or a publicity that runs over it does not lose a day."""
    assert date(2100, 1, 1).weekday() == 4
    assert not clock.is_working_day(date(2100, 1, 1))
    assert clock.add_working_days(date(2099, 12, 31), 1) == date(2100, 1, 4)


@settings(deadline=None)
@given(days, st.integers(0, 40))
def test_adding_working_days_counts_each_once(day, count):
    end = clock.add_working_days(day, count)
    between = [day + timedelta(days=number) for number in range(1, (end - day).days + 1)]
    assert sum(clock.is_working_day(each) for each in between) == count
    if count:
        assert clock.is_working_day(end)
    else:
        assert end == day


def test_known_holidays():
    assert not clock.is_working_day(date(2026, 2, 17)), "Spring Festival"
    assert clock.is_working_day(date(2026, 2, 14)), "a Saturday made up for it"
    assert clock.add_working_days(date(2026, 9, 30), 1) == date(2026, 10, 8)


def test_the_calendar_ends_with_its_last_year():
    last = clock.known_until()
    assert clock.is_working_day(last) == chinese_calendar.is_workday(last)
    with pytest.raises(NotImplementedError):
        chinese_calendar.is_workday(last + timedelta(days=1))
    assert clock.calendar_note(last) == ""
    assert str(last.year + 1) in clock.calendar_note(last, last + timedelta(days=1))
    assert f"{last.year + 1}、{last.year + 2}" in clock.calendar_note(*(last + timedelta(days=n) for n in (1, 366)))


def test_the_29th_of_february_and_the_year_after_it():
    assert clock.add_working_days(date(2028, 2, 28), 1) == date(2028, 2, 29)
    assert clock.end_of_day(date(2028, 2, 29)).isoformat() == "2028-02-29T23:59:59+08:00"


@pytest.mark.parametrize(("left", "counts"), [(timedelta(days=25), False), (timedelta(days=2), True)])
def test_time_is_counted_down_by_the_second_in_the_last_days_only(left, counts):
    with clock.at(clock.now()):
        page = render_to_string("components/countdown.html", {"until": clock.now() + left})
    assert ("data-until" in page, "due" in page) == (counts, True)
