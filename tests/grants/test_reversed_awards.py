"""What hangs on an award that was reversed: in no light and no count, and marked as such where it is listed."""

from __future__ import annotations

import pytest

from grants.models import Entry, QuarterReport
from grants.queries import performance
from tests import factories_grants as make
from tests import factories_performance as perform


@pytest.fixture(scope="module", autouse=True)
def plans(world, django_db_blocker):
    with django_db_blocker.unblock():
        perform.planned(world.application)


@pytest.fixture
def team(cast, world):
    return perform.people(cast)


@pytest.fixture
def reported(who, world, team):
    """An award with a verified report."""
    award = perform.awarded(who, world.application)
    perform.verified(team, award)
    return award


def take_back(who, award):
    with make.acting(who["mof"]):
        entry = Entry.objects.get(award=award, kind="award")
    make.reversed_by(who, entry=entry, by="mof")


def lights(person):
    with make.acting(person) as by:
        return performance.board(by.scope).count()


def test_no_light_counts_a_unit_whose_award_was_reversed(who, reported):
    assert lights(who["mof"]) > 0
    take_back(who, reported)
    assert lights(who["mof"]) == 0


def test_lists_say_that_the_award_was_reversed(who, reported, client_as):
    marked = "award reversed"
    page = client_as(who["mof"], language="en").get("/grants/reports/")
    assert marked not in page.content.decode()
    take_back(who, reported)
    page = client_as(who["mof"], language="en").get("/grants/reports/")
    assert page.content.decode().count(marked) == 1
    with make.acting(who["mof"]):
        report = QuarterReport.objects.get(award=reported)
    page = client_as(who["mof"], language="en").get(f"/grants/reports/{report.pk}/")
    assert "award of this unit was reversed" in page.content.decode()


@pytest.mark.parametrize("address", ["supported-projects", "award-targets", "quarter-reports"])
def test_the_api_says_that_the_award_was_reversed(address, who, reported, client_as):
    client = client_as(who["mof"])
    rows = client.get(f"/api/v1/{address}/").json()["results"]
    assert {row["award_state"] for row in rows} == {"confirmed"}
    take_back(who, reported)
    after = client.get(f"/api/v1/{address}/").json()["results"]
    assert [row["id"] for row in after] == [row["id"] for row in rows]
    assert {row["award_state"] for row in after} == {"reversed"}
