"""Worlds which guard tests share with the tests of the apps, and papers of money in them."""

from __future__ import annotations

import pytest

from tests import factories_grants as make
from tests.grants.conftest import others, people_of, who, world
from tests.guards.money_rows import project_of
from tests.worlds import further

__all__ = ["others", "who", "world"]


@pytest.fixture
def award(who, world):
    return further(_awarded, world.application)


def _awarded(application):
    return make.awarded(people_of("350200"), application=application, amount="200000000.00")


@pytest.fixture
def held(who, world):
    """A unit that holds 100 yuan of its first tranche."""
    return further(_held, world.application)


def _held(application):
    return make.funded_unit(people_of("350200"), application=application, award="200000000.00", held="100.00")


@pytest.fixture
def voucher(who, held):
    """A kept voucher of the unit."""
    return make.entered_payment(who, project=project_of(who, held), amount="0.01", number="V0").document_id
