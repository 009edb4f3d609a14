"""Conditions of a query on days: the last of all days is one, though no day comes after it."""

from __future__ import annotations

from datetime import date, datetime, time
from types import SimpleNamespace

import pytest
from django.db.models import Q

from portal.audit.instruments.conditions import _day
from portal.core import clock


@pytest.mark.parametrize("day", [date.min, date(2026, 5, 31), date.max])
def test_a_day_is_held_against_days_and_moments(day):
    on, at = SimpleNamespace(kind="date", column="day"), SimpleNamespace(kind="moment", column="at")
    assert _day(on, "since", day) == Q(day__gte=day)
    assert _day(on, "until", day) == Q(day__lte=day)
    assert _day(at, "since", day) == Q(at__gte=datetime.combine(day, time.min, clock.SHANGHAI))
    assert _day(at, "until", day) == Q(at__lte=datetime.combine(day, time.max, clock.SHANGHAI))
