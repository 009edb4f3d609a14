"""Who hears of a paper that waits: the checkers of the department it was entered for."""

from __future__ import annotations

import pytest

from portal.accounts.cast import ensure_user
from portal.notifications.models import Notice
from tests import factories_grants as make
from tests.worlds import standing


@pytest.fixture
def of_two(django_db_setup, django_db_blocker):
    """A unit with money; the maker of its province enters money in the unit's bureau as well."""
    with django_db_blocker.unblock(), standing(_built) as found:
        yield found


def _built():
    who, (application,) = make.live("350200", number=97, budget="300000000.00")
    award = make.funded_unit(who, application=application, award="200000000.00", held="1000.00")
    both = who["province_maker"]
    ensure_user(both.email, both.name, "CZ350200", "finance_maker")
    return who, award


def test_the_checkers_of_the_department_that_enters_are_told(of_two):
    who, award = of_two
    both = who | {"unit_maker": who["province_maker"]}
    paid = make.entered_payment(both, project=make.project(who, award), amount="1.00", number="V1")
    told = Notice.objects.filter(url=f"/grants/payments/{paid.pk}/")
    with make.acting(who["unit_checker"]):
        assert told.exists()
    with make.acting(who["province_checker"]):
        assert not told.exists()
