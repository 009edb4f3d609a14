"""Reads of money: each list at a fixed cost, each row in its own scope, and nothing that its page does not show."""

from __future__ import annotations

import pytest
from django.test.utils import CaptureQueriesContext

from grants.api.routes import ROUTES
from tests import factories_assessing as assess
from tests import factories_grants as make
from tests.api import money_world

# Holds and closings of years are one at a time; a unit has one of them.
ONE = {"holds", "year-closes"}
# What the reader of one province or unit does not ask for at all.
OF_THE_NATION = {"year-closes", "batch-endings", "archive-steps"}


@pytest.fixture(scope="module")
def ground(world, django_db_blocker):
    with django_db_blocker.unblock():
        return money_world.build(world)


def rows(client, name, **asked):
    answer = client.get(f"/api/v1/{name}/", asked)
    assert answer.status_code == 200, answer.content
    return answer.json()["results"]


@pytest.mark.parametrize("name", ROUTES)
def test_a_list_costs_the_same_for_one_row_and_for_many(ground, api, name):
    from django.db import connection

    client = api(ground.who["auditor"])
    client.get("/api/v1/me/")
    counts = {}
    for size in (1, 200):
        with CaptureQueriesContext(connection) as seen:
            found = rows(client, name, page_size=size)
        sent = [row["sql"] for row in seen.captured_queries]
        counts[len(found)] = sum(not sql.startswith(("BEGIN", "SAVEPOINT", "RELEASE", "COMMIT")) for sql in sent)
    assert max(counts) > (0 if name in ONE else 1), "too few rows to see a query for each"
    assert len(set(counts.values())) == 1, counts
    assert set(counts.values()) <= set(range(10))


@pytest.mark.parametrize("name", ROUTES)
def test_rows_are_those_of_the_scope(ground, api, cast, name):
    """A unit's own, none in a province without money; and a row of another unit is not there."""
    everything = rows(api(ground.who["auditor"]), name, page_size=200)
    elsewhere, unit, far = (api(cast("finance_maker", code)) for code in ("CZ360100", "CZ350200", "CZ510000"))
    if name in OF_THE_NATION:
        assert [one.get(f"/api/v1/{name}/").status_code for one in (elsewhere, unit, far)] == [403] * 3
        return
    assert rows(far, name) == []
    # What the unit still writes is seen by nobody else.
    mine = {row["id"] for row in rows(unit, name, page_size=200) if row.get("state") != "draft"}
    theirs = {row["id"] for row in rows(elsewhere, name, page_size=200)}
    assert mine | theirs <= {row["id"] for row in everything}
    assert mine & theirs == set() or name == "issue-papers"
    if "unit" in everything[0]:
        by_unit = {pk: {row["id"] for row in everything if row["unit"] == pk} for pk in ("350200", "360100")}
        assert mine <= by_unit["350200"]
        assert theirs <= by_unit["360100"]
    for row in everything:
        seen = far.get(f"/api/v1/{name}/{row['id']}/").status_code
        assert seen == 404, (name, row["id"])
        if row["id"] in mine - theirs:
            assert elsewhere.get(f"/api/v1/{name}/{row['id']}/").status_code == 404
            assert unit.get(f"/api/v1/{name}/{row['id']}/").json()["id"] == row["id"]


def test_a_document_of_many_units_tells_each_of_its_own_lines_alone(ground, api, cast):
    ministry, unit = api(ground.who["mof_maker"]), api(cast("finance_maker", "CZ360100"))
    shared = next(row for row in rows(ministry, "issue-papers") if row["units"] == 2)
    seen = unit.get(f"/api/v1/issue-papers/{shared['id']}/").json()
    assert seen["units"] == 1
    assert [row["unit"] for row in rows(unit, "issues", paper=shared["id"])] == ["360100"]
    assert len(rows(ministry, "issues", paper=shared["id"])) == 2


def test_entries_have_balanced_lines_and_the_statement_runs_to_the_balance(ground, api):
    client = api(ground.who["auditor"])
    from decimal import Decimal

    for entry in rows(client, "entries", page_size=200):
        assert sum(Decimal(line["amount"]) for line in entry["lines"]) == 0
    for account in rows(client, "accounts", award=ground.award.pk):
        lines = rows(client, "ledger-lines", account=account["id"])
        assert account["balance"] == (lines[0]["after"] if lines else "0.00")


def test_lists_are_narrowed_by_what_is_asked(ground, api):
    client = api(ground.who["auditor"])
    assert {row["state"] for row in rows(client, "payments", state="refused")} == {"refused"}
    assert {row["award"] for row in rows(client, "evaluations", award=ground.second.pk)} == {ground.second.pk}
    assert {row["kind"] for row in rows(client, "entries", kind="issue")} == {"issue"}
    assert rows(client, "entries", year=2001) == []
    assert {row["grant_project"] for row in rows(client, "spending-reports", project=ground.project.pk)} == {
        ground.project.pk
    }
    wrong = client.get("/api/v1/entries/?kind=nonsense")
    assert (wrong.status_code, wrong.json()["errors"][0]["pointer"]) == (422, "#/kind")


def test_reports_have_their_indicators_with_lights(ground, api):
    report = rows(api(ground.who["auditor"]), "quarter-reports", state="submitted")[0]
    assert report["indicators"]
    assert {one["light"] for one in report["indicators"]} <= {"green", "yellow", "red", "none"}
    assert [one["place"] for one in report["indicators"]] == sorted(one["place"] for one in report["indicators"])


def test_what_a_unit_still_writes_is_its_own(ground, api, cast):
    drafter, province = api(cast("drafter", "ZF350200")), api(cast("provincial_officer", "GX350000"))
    ministry = api(ground.who["miit"])
    for name in ("quarter-reports", "evaluations", "acceptances"):
        draft = rows(drafter, name, state="draft")
        assert len(draft) == 1, name
        for reader in (province, ministry):
            assert rows(reader, name, state="draft") == [], name
            assert reader.get(f"/api/v1/{name}/{draft[0]['id']}/").status_code == 404


def test_points_of_a_member_are_its_own_while_the_panel_works(ground, api, cast):
    from grants.models import Panel

    with make.acting(ground.who["miit"]):
        pk = Panel.objects.get(award=ground.award).pk
    team = assess.people(cast, unit="350200", province="350000")
    address = f"/api/v1/panels/{pk}/"
    seen = {}
    for who in team["members"]:
        body = api(who).get(address).json()
        seen[who.pk] = {row["person"] for row in body["scores"]}
        assert len(body["sample"]) > 0
        assert {row["person"] for one in body["sample"] for row in one["remarks"]} == seen[who.pk]
    first, *others = team["members"]
    assert seen[first.pk] == {first.pk}
    # The members of the two ministries read the nation as on their pages; the expert sees nothing of the others.
    expert = next(who for who in others if who.email.startswith("reviewer.1@zj"))
    assert seen[expert.pk] == set()
    for role, code in (("drafter", "ZF350200"), ("provincial_officer", "GX350000"), ("finance_maker", "CZ350200")):
        client = api(cast(role, code))
        assert client.get(address).status_code == 404
        assert rows(client, "panels") == []


def test_a_panel_member_reads_what_it_judges_and_no_money(ground, api, cast):
    expert = api(cast("reviewer", "ZJ"))
    assert {row["unit"] for row in rows(expert, "evaluations")} <= {"350200", "360100"}
    for name, (view, _route) in ROUTES.items():
        if view.act == "grants.view":
            assert expert.get(f"/api/v1/{name}/").status_code == 403, name


def test_a_token_that_reads_sends_no_act(ground, api, act):
    from grants.models import PassOn

    with make.acting(ground.who["mof"]):
        pk = PassOn.objects.get(state="entered").pk
    answer = act(api(ground.who["province_checker"]), f"/api/v1/pass-ons/{pk}/confirm/")
    assert (answer.status_code, answer.json()["code"]) == (403, "token_reads_only")


def test_a_form_where_none_is_asked_for_is_refused(ground, api):
    client = api(ground.who["province_checker"], can_write=True)
    answer = client.post("/api/v1/pass-ons/1/confirm/", {"a": "b"}, headers={"idempotency-key": "a-form-here"})
    assert (answer.status_code, answer.json()["code"]) == (415, "unsupported_media_type")
