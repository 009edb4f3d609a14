"""Worlds which guard tests share with the tests of the apps, and papers of money in them."""

from __future__ import annotations

import pytest

from tests import factories_grants as make
from tests.grants.conftest import others, who, world
from tests.guards.money_rows import project_of

__all__ = ["others", "who", "world"]


@pytest.fixture
def award(who, world):
    return make.awarded(who, application=world.application, amount="200000000.00")


@pytest.fixture
def held(who, world):
    """A unit that holds 100 yuan of its first tranche."""
    award = make.awarded(who, application=world.application, amount="200000000.00")
    issue = make.issued(who, award=award, amount="100.00", received_on=make.today())
    make.passed_on(who, issue=issue, amount="100.00")
    return award


@pytest.fixture
def voucher(who, held):
    """A kept voucher of the unit."""
    return make.entered_payment(who, project=project_of(who, held), amount="0.01", number="V0").document_id
