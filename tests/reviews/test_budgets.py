"""What the pages of the reviews cost: the same number of queries at any size, in both sizes of a small world."""

from __future__ import annotations

import pytest

from applications.models import Application
from portal.core import clock
from portal.core.scope import acting_as
from reviews.domain import proposing
from reviews.models import Assignment, PublicEntry, ReviewNote
from reviews.queries.at_work import AT_WORK
from reviews.todo_publicity import _OPEN as OPEN_DECISIONS
from tests import factories_reviews as make
from tests.factories_applications import acting, person

# Another province each, so that the quota never stands in the way; the last must not leak to the reviewer.
PLACES = ("350200", "330200", "210200", "370200", "440300", "420100", "510100", "610100")
MOST = 12
# What the first size cost, for the second to compare with.
SEEN: dict[str, list[int]] = {}


def counted(client, address, budget, most=MOST):
    client.get(address)  # sessions and content types are read once
    with budget(most) as seen:
        answer = client.get(address)
    assert answer.status_code == 200, address
    return len([row for row in seen.captured_queries if not row["sql"].startswith(("SAVEPOINT", "RELEASE"))])


@pytest.mark.parametrize("size", [2, 8])
def test_pages_cost_the_same_at_any_size(db, client_as, budget, size):
    units = dict.fromkeys(PLACES[:size], "100000000.00")
    batch = make.reviewing_batch(units, places=1)
    miit, mine = client_as(person("officer", "MIIT")), client_as(person("reviewer", "MIIT"))
    number = batch.number
    with acting_as(person("reviewer", "MIIT").pk):
        held = Assignment.objects.filter(reviewer__email="reviewer.1@miit.test").order_by("pk")[0]
    make.declared(held)
    first = make.application(batch, PLACES[0]).pk
    costs = {
        address: counted(client, address, budget)
        for client, address in [
            (miit, "/screening/"),
            (miit, f"/screening/{number}/"),
            (miit, f"/screening/application/{first}/"),
            (miit, "/reviewing/"),
            (miit, f"/reviewing/{number}/"),
            (miit, f"/reviewing/{number}/loads/"),
            (miit, f"/reviewing/application/{first}/"),
            (miit, "/reviewing/reviewers/"),
            (mine, "/reviews/"),
            (mine, f"/reviews/{held.pk}/"),
            (mine, f"/reviews/{held.pk}/interest/"),
            (miit, "/desk/"),
            (mine, "/desk/"),
        ]
    }
    assert list(costs.values()) == SEEN.setdefault("work", list(costs.values())), costs


@pytest.mark.parametrize("ministry", ["MIIT", "MOF"])
def test_the_desk_asks_of_a_batch_once_and_not_for_each_of_its_applications(ministry):
    """Grouped over joined applications, each other annotation would be worked out for every one of them."""
    asked = AT_WORK._build(clock.now(), 1, ministry=ministry).query
    assert asked.group_by is None
    assert Application._meta.db_table not in asked.alias_map


def test_the_desk_asks_of_a_decision_once_and_not_for_each_unit_of_its_list():
    asked = OPEN_DECISIONS._build(clock.today()).query
    assert asked.group_by is None
    assert PublicEntry._meta.db_table not in asked.alias_map


def test_keeping_a_draft_costs_ten_queries(db, client_as, budget):
    """Kept while somebody types: what the assignment brings along is not read a second time."""
    batch = make.reviewing_batch({"350200": "100000000.00"}, places=1)
    held = make.declared(make.assignments(batch)[0])
    mine = client_as(held.reviewer)
    for version in range(3):
        typed = {"version": version, "goals": 80, "goals_comment": "好", "comment": "好", "note": "再看"}
        with budget(12 if version == 0 else 10):
            answer = mine.post(f"/reviews/{held.pk}/keep/", typed)
        assert (answer.status_code, answer.json()["version"]) == (200, version + 1)
    with make.as_reviewer(held):
        assert ReviewNote.objects.get(assignment=held).text == "再看"


@pytest.mark.parametrize("size", [2, 6])
def test_decision_pages_cost_the_same_at_any_size(db, client_as, budget, size):
    units = dict.fromkeys(PLACES[:size], "100000000.00")
    given = {unit: f"{70 + at}.00" for at, unit in enumerate(units)}
    batch = make.published_batch(units, given=given, places=size - 1, number=8)
    miit, public = client_as(person("officer", "MIIT")), client_as()
    objection = make.lodged(batch, unit=None)
    with acting("officer", "MIIT"):
        decision = make.Decision.objects.get(batch=batch)
    costs = {
        address: counted(client, address, budget)
        for client, address in [
            (miit, "/selection/"),
            (miit, f"/selection/{batch.number}/"),
            (miit, f"/selection/scenario/{decision.scenario_id}/"),
            (miit, f"/selection/decision/{decision.pk}/"),
            (miit, f"/selection/{batch.number}/publicity/"),
            (miit, f"/selection/decision/{decision.pk}/record.zip"),
            (miit, "/objections/"),
            (miit, f"/objections/{objection.pk}/"),
            (public, f"/calls/{batch.number}/list/"),
            (public, f"/calls/{batch.number}/list.pdf"),
            (public, f"/calls/{batch.number}/list.json"),
            (public, f"/calls/{batch.number}/objections/new/"),
        ]
    }
    assert list(costs.values()) == SEEN.setdefault("decision", list(costs.values())), costs


@pytest.mark.parametrize("size", [2, 6])
def test_pages_of_proposals_and_calibration_cost_the_same_at_any_size(db, client_as, budget, size):
    batch = make.passed_batch(dict.fromkeys(PLACES[:size], "100000000.00"), places=1)
    make.panel()
    made = make.assigned_on_paper(batch)
    miit, number = client_as(person("officer", "MIIT")), batch.number
    with acting("officer", "MIIT") as by:
        row = made.rows.order_by("pk")[0].pk
        run = proposing.start_taking(by=by, proposal=made)
    addresses = [
        f"/reviewing/{number}/assign/",
        f"/reviewing/proposals/{made.pk}/",
        f"/reviewing/proposals/{made.pk}/loads/",
        f"/reviewing/proposals/{made.pk}/rows/{row}/",
        f"/reviewing/{number}/draw/",
    ]
    costs = {address: counted(miit, address, budget) for address in addresses}
    make.run_now(run)
    for held in make.assignments(batch):
        make.scored(held, "80")
    for address in (f"/reviewing/{number}/calibration/", f"/reviewing/{number}/calibration/reviewers/"):
        costs[address] = counted(miit, address, budget)
    assert list(costs.values()) == SEEN.setdefault("proposals", list(costs.values())), costs
