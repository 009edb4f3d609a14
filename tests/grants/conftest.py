"""A world of its own for each module of tests: a clone with a final list; each test's writes are undone."""

from __future__ import annotations

from types import SimpleNamespace

import pytest

from tests import factories_grants as make
from tests.people import person
from tests.worlds import standing

UNIT, OTHER = "350200", "360100"


@pytest.fixture(scope="module")
def world(django_db_setup, django_db_blocker):
    """A final batch (budget 400 million) with two units of two provinces on its list, and the people of its money."""
    with django_db_blocker.unblock(), standing(_listed) as applications:
        yield SimpleNamespace(application=applications[0], other=applications[1], unit=UNIT)


def people_of(unit):
    """The people on the way of the unit's money, in a world that is being made."""
    return make.people(person, province=f"{unit[:2]}0000", unit=unit)


def _listed():
    for unit in (UNIT, OTHER):
        people_of(unit)
    plans = [
        make.Plan(UNIT, [("20000000.00", "600000000.00"), ("10000000.00", "90000000.00")]),
        make.Plan(OTHER),
    ]
    return make.selected(plans, number=90, budget="400000000.00")


@pytest.fixture
def who(world, cast):
    """The finance people of the unit in the world, of its province and of the ministry."""
    return make.people(cast, province="350000", unit=UNIT)


@pytest.fixture
def others(world, cast):
    """The same of the other unit."""
    return make.people(cast, province="360000", unit=OTHER)
