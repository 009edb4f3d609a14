"""Reads: what pages show, by cursor, in scope, at a fixed cost; and not sent again when nothing changed."""

from __future__ import annotations

import pytest

LISTS = [
    "batches",
    "provinces",
    "units",
    "industries",
    "central-soes",
    "events",
    "runs",
    "applications",
    "projects",
    "submissions",
    "awards",
    "supported-projects",
    "issues",
    "pass-ons",
    "payments",
]


@pytest.fixture
def auditor(cast):
    return cast("auditor", "SJ")


@pytest.mark.parametrize("name", LISTS)
def test_list_costs_the_same_for_one_row_and_for_many(api, auditor, budget, name):
    client = api(auditor)
    client.get("/api/v1/me/")
    for size in (1, 200):
        # token, person, scope, role (twice), mark of the use, and the list itself
        with budget(8):
            answer = client.get(f"/api/v1/{name}/?page_size={size}")
        assert answer.status_code == 200, answer.content
        assert len(answer.json()["results"]) <= size


def test_pages_by_cursor_show_every_row_once(api, auditor):
    client = api(auditor)
    seen, address = [], "/api/v1/units/?page_size=100"
    while address:
        body = client.get(address).json()
        seen += [row["code"] for row in body["results"]]
        address = body["next"]
    from portal.programme.models import PilotUnit

    assert seen == sorted(PilotUnit.objects.values_list("code", flat=True))


def test_search_and_province(api, auditor):
    body = api(auditor).get("/api/v1/units/?province=350000&search=3502").json()
    assert [row["code"] for row in body["results"]] == ["350200"]


def test_single_rows(api, auditor):
    client = api(auditor)
    assert client.get("/api/v1/units/350200/").json()["province"] == "350000"
    assert client.get("/api/v1/provinces/350000/").json()["region"] == "east"
    assert client.get("/api/v1/industries/C26/").json()["level"] == "division"


def test_draft_of_a_batch_is_the_ministries_own(api, cast, actor):
    from tests.api.test_repeats import draft

    with actor(cast("officer", "MIIT")) as by:
        pk = draft(by, 73).pk
    assert api(cast("officer", "MOF")).get(f"/api/v1/batches/{pk}/").status_code == 200
    city = api(cast("drafter", "ZF350200"))
    assert city.get(f"/api/v1/batches/{pk}/").status_code == 404
    assert 73 not in [row["number"] for row in city.get("/api/v1/batches/").json()["results"]]


def test_runs_are_ones_own(api, cast, actor, act):
    from portal.core.tasks import start_run

    officer, other = cast("officer", "MIIT"), cast("officer", "MOF")
    with actor(officer) as by:
        run = start_run(by=by, task="core.nothing")
    client = api(officer, can_write=True)
    assert client.get(f"/api/v1/runs/{run.pk}/").json()["state"] == "queued"
    assert api(other).get(f"/api/v1/runs/{run.pk}/").status_code == 404
    assert act(api(other, can_write=True), f"/api/v1/runs/{run.pk}/cancel/").status_code == 404
    assert act(client, f"/api/v1/runs/{run.pk}/cancel/").json()["state"] == "cancelled"


def test_trail_in_scope(api, cast, actor):
    from portal.core.commands import event_writer

    with actor(cast("drafter", "ZF350200")) as by:
        event_writer()(by=by, act="core.of_xiamen", obj=None, before={}, after={}, why="", outcome="done")
    address = "/api/v1/events/?act=core.of_xiamen"
    assert len(api(cast("auditor", "SJ350000")).get(address).json()["results"]) == 1
    assert api(cast("auditor", "SJ360000")).get(address).json()["results"] == []


def test_unchanged_answer_is_not_sent_again(api, auditor):
    client = api(auditor)
    first = client.get("/api/v1/provinces/350000/")
    again = client.get("/api/v1/provinces/350000/", headers={"if-none-match": first["ETag"]})
    assert (again.status_code, again.content) == (304, b"")
    assert first["Cache-Control"] == "private, no-cache"
    assert {"Authorization", "Cookie", "Accept-Language"} <= {part.strip() for part in first["Vary"].split(",")}


def test_me_names_acts(api, cast):
    body = api(cast("officer", "MIIT")).get("/api/v1/me/").json()
    assert "programme.open" in body["acts"]
    assert "accounts.invite" not in body["acts"]
