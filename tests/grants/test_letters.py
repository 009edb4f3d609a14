"""Who hears of a paper: the checkers of the department it was entered for; of a unit that ended, who goes on."""

from __future__ import annotations

import pytest

from grants.domain import acceptances
from portal.accounts.cast import ensure_user
from portal.notifications.models import Notice
from tests import factories_assessing as assess
from tests import factories_grants as make
from tests.guards.applications_sql import past_guards
from tests.people import person
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


@pytest.fixture
def followed(django_db_setup, django_db_blocker):
    """A unit with money that ended; by an approved change another one goes on with its plan."""
    with django_db_blocker.unblock(), standing(_followed) as found:
        yield found


def _followed():
    who, (application,) = make.live("350200", number=97, budget="300000000.00")
    award = make.funded_unit(who, application=application, award="200000000.00", held="1000.00")
    team = assess.people(person, unit="350600", province="350000")
    past_guards(f"update applications_application set successor_unit_id = '350600' where id = {application}")
    return who | make.live_people("350600"), team, award


def test_an_acceptance_sent_back_reaches_the_drafter_of_the_unit_that_follows(followed):
    who, team, award = followed
    row = assess.acceptance(team, make.project(who, award), sent=True)
    with make.acting(team["industry"]) as by:
        acceptances.return_acceptance(by=by, acceptance=row, why="unclear")
    with make.acting(team["drafter"]):
        assert "unclear" in Notice.objects.get(url=f"/grants/acceptances/{row.pk}/").text_en


def test_a_hold_reaches_the_bureau_that_goes_on_with_the_payments(followed):
    who, _team, award = followed
    row = make.held_project(who, project=make.project(who, award))
    with make.acting(who["unit_maker"]):
        assert Notice.objects.filter(url=f"/grants/holds/{row.pk}/").exists()
