"""The end of a batch over the API: the same acts, the same refusals."""

from __future__ import annotations

from tests import factories_ending as end
from tests import factories_grants as make


def test_a_batch_is_assessed_archived_and_opened_again(who, world, done, api):
    award = end.settled_award(who, world.application)
    address = f"batch-endings/{award.batch_id}"
    seen = api(who["mof"]).get(f"/api/v1/{address}/").json()
    assert (seen["state"], seen["undecided"], seen["open"]) == ("running", [], [])
    done(who["mof"], f"{address}/assess", status=403)
    assert done(who["miit"], f"{address}/assess")["state"] == "assessed"
    step = done(who["miit"], f"{address}/ask-archive", {"why": ""}, status=201)
    assert (step["kind"], step["state"]) == ("archive", "asked")
    done(who["miit"], f"{address}/ask-archive", {"why": ""}, status=409, code="archive_one_at_a_time")
    assert done(who["mof"], f"archive-steps/{step['id']}/countersign")["state"] == "signed"
    assert api(who["mof"]).get(f"/api/v1/{address}/").json()["state"] == "archived"
    done(who["miit"], f"{address}/ask-reopen", {}, status=422)
    step = done(who["miit"], f"{address}/ask-reopen", {"why": "a late finding"}, status=201)
    assert done(who["mof"], f"archive-steps/{step['id']}/refuse", {"why": "no money is lost"})["state"] == "refused"
    listed = api(who["auditor"]).get("/api/v1/archive-steps/?state=refused").json()
    assert [row["refused_why"] for row in listed["results"]] == ["no money is lost"]


def test_what_lacks_and_what_is_open_is_told(who, world, done, api):
    award = make.funded_unit(who, application=world.application, award="1000.00", held="100.00")
    address = f"batch-endings/{award.batch_id}"
    seen = api(who["miit"]).get(f"/api/v1/{address}/").json()
    assert seen["undecided"] == [award.pk]
    told = {row["what"]: (row["number"], row["amount"], row["awards"]) for row in seen["open"]}
    assert told == {"receipts": (1, "100.00", [award.pk]), "unit": (1, "100.00", [award.pk])}
    done(who["miit"], f"{address}/assess", status=422, code="batch_assessed_after_all_results")
    assert api(who["unit_maker"]).get(f"/api/v1/{address}/").status_code == 403
