"""Quarterly reports, evaluations, panels, results and acceptances over the API."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal

import pytest

from tests import factories_assessing as assess
from tests import factories_grants as make
from tests import factories_performance as perform


@pytest.fixture(scope="module", autouse=True)
def plans(world, django_db_blocker):
    with django_db_blocker.unblock():
        perform.planned(world.application)


@pytest.fixture
def award(who, world):
    return perform.awarded(who, world.application, amount="100000000.00")


@pytest.fixture
def team(cast):
    return assess.people(cast, unit="350200", province="350000")


def paper(number, **more):
    return {"document_no": number, "document_date": make.today().isoformat()} | more


def test_a_report_is_written_signed_returned_and_verified(who, award, team, done):
    year, quarter = perform.last_quarter()
    when = {"year": year, "quarter": quarter}
    done(team["signatory"], f"awards/{award.pk}/begin-report", when, status=403)
    done(team["drafter"], f"awards/{award.pk}/begin-report", when | {"year": year - 5}, status=422)
    row = done(team["drafter"], f"awards/{award.pk}/begin-report", when, status=201)
    done(team["drafter"], f"awards/{award.pk}/begin-report", when, status=422, code="report_once_per_quarter")
    address = f"quarter-reports/{row['id']}"
    done(team["signatory"], f"{address}/sign", status=422, code="report_is_complete")
    said = [
        {"indicator": one["id"], "note": "by the market"} | ({} if one["is_counted"] else {"value": "130.00"})
        for one in row["indicators"]
    ]
    what = {
        "version": row["version"],
        "summary": "done",
        "problems": "",
        "investment_now": "110.00",
        "investment_base": "100.00",
        "actuals": said,
    }
    unknown = done(team["drafter"], f"{address}/write", what | {"actuals": [{"indicator": 4711}]}, status=422)
    assert unknown["errors"][0]["pointer"] == "#/actuals"
    written = done(team["drafter"], f"{address}/write", what)
    assert written["version"] == row["version"] + 1
    assert {one["light"] for one in written["indicators"]} <= {"green", "yellow", "red", "none"}
    done(team["drafter"], f"{address}/write", what, status=409, code="changed_meanwhile")
    done(who["unit_maker"], f"{address}/sign", status=403)
    assert done(team["signatory"], f"{address}/sign")["state"] == "submitted"
    done(team["signatory"], f"{address}/sign", status=403)
    done(who["miit"], f"{address}/verify", status=403)
    body = done(team["industry"], f"{address}/send-back", {"why": "the value is missing"})
    assert (body["state"], body["returned_why"]) == ("returned", "the value is missing")
    done(team["signatory"], f"{address}/sign")
    assert done(team["industry"], f"{address}/verify")["state"] == "verified"
    done(team["industry"], f"{address}/verify", status=403)


def test_a_self_evaluation_from_the_drafter_to_the_province(who, award, team, done):
    from grants.performance.scoring import most_of_indicators

    when = {"kind": "self", "year": make.today().year - 1}
    done(who["unit_maker"], f"awards/{award.pk}/start-evaluation", when, status=403)
    row = done(team["drafter"], f"awards/{award.pk}/start-evaluation", when, status=201)
    done(team["drafter"], f"awards/{award.pk}/start-evaluation", when, status=422, code="evaluation_once")
    address = f"evaluations/{row['id']}"
    with make.acting(who["mof"]):
        most = most_of_indicators(assess.form(award))
    scores = [{"code": code, "points": str(points), "reason": "as planned"} for code, points in most.items()]
    wrong = [{"code": "nothing", "points": "1", "reason": "x"}]
    done(team["drafter"], f"{address}/fill", {"scores": wrong}, status=422, code="evaluation_score_within_points")
    done(team["drafter"], f"{address}/fill", {"scores": scores[1:], "summary": "done"})
    done(team["signatory"], f"{address}/sign", status=422)
    assert len(done(team["drafter"], f"{address}/fill", {"scores": scores, "summary": "done"})["scores"]) == len(most)
    done(team["drafter"], f"{address}/sign", status=403)
    signed = done(team["signatory"], f"{address}/sign")
    assert (signed["state"], signed["band"]) == ("signed", "excellent")
    done(team["drafter"], f"{address}/fill", {"scores": scores}, status=403)
    done(who["miit"], f"{address}/verify", {"comment": "x"}, status=403)
    assert done(team["industry"], f"{address}/verify", {"comment": "checked on the spot"})["state"] == "verified"


def test_a_panel_scores_and_its_result_opens_the_second_tranche(who, award, team, done, api):
    from grants.performance.scoring import most_of_groups

    what = {
        "kind": "final",
        "as_of": make.today().isoformat(),
        "due_on": (make.today() + timedelta(days=14)).isoformat(),
        "seed": "20261",
        "source": "lottery 2026130",
        "members": [one.pk for one in team["members"]],
    }
    done(who["mof"], f"awards/{award.pk}/open-panel", what, status=403)
    few = done(who["miit"], f"awards/{award.pk}/open-panel", what | {"members": what["members"][:1]}, status=422)
    assert (few["code"], few["errors"][0]["pointer"]) == ("panel_least", "#/members")
    apart = [*what["members"], team["drafter"].pk]
    done(who["miit"], f"awards/{award.pk}/open-panel", what | {"members": apart}, status=422)
    panel = done(who["miit"], f"awards/{award.pk}/open-panel", what, status=201)
    address = f"panels/{panel['id']}"
    assert len(panel["members"]) == 3
    with make.acting(who["miit"]):
        groups = most_of_groups(assess.form(award))
    given = {
        "groups": [{"code": code, "points": str(most * Decimal("0.8"))} for code, most in groups.items()],
        "found": [{"sampled": one["id"], "text": "seen"} for one in panel["sample"]],
    }
    done(who["miit"], f"{address}/score", given, status=403)
    stranger = done(
        team["members"][0], f"{address}/score", given | {"found": [{"sampled": 4711, "text": "x"}]}, status=422
    )
    assert stranger["errors"][0]["pointer"] == "#/found"
    much = {"groups": [one | {"points": "99.00"} for one in given["groups"]]}
    done(team["members"][0], f"{address}/score", much, status=422, code="panel_score_within_weight")
    done(who["miit"], f"{address}/close", status=422, code="panel_is_whole")
    for member in team["members"]:
        done(member, f"{address}/score", given)
    closed = done(who["miit"], f"{address}/close")
    assert (closed["state"], closed["total"]) == ("closed", "80.00")
    done(team["members"][0], f"{address}/score", given, status=403)

    result = paper("工信部规函〔2026〕9号", result="rectify", assessed_on=make.today().isoformat())
    done(who["mof"], f"awards/{award.pk}/assess", result, status=403)
    done(who["miit"], f"awards/{award.pk}/assess", result, status=422, code="assessment_says_what_to_mend")
    result |= {"rectify_what": "mend", "rectify_by": (make.today() + timedelta(days=30)).isoformat()}
    row = done(who["miit"], f"awards/{award.pk}/assess", result, status=201)
    done(who["miit"], f"assessments/{row['id']}/confirm", status=403)
    done(who["mof"], f"assessments/{row['id']}/confirm")
    mended = paper("工信部规函〔2026〕19号", mended_on=make.today().isoformat(), note="seen on the spot")
    done(who["mof"], f"assessments/{row['id']}/mend", mended, status=403)
    mend = done(who["miit"], f"assessments/{row['id']}/mend", mended, status=201)
    done(who["miit"], f"rectifications/{mend['id']}/confirm", status=403)
    done(who["mof"], f"rectifications/{mend['id']}/confirm")
    assert api(who["auditor"]).get(f"/api/v1/awards/{award.pk}/").json()["assessment_passed_on"]


def test_an_acceptance_goes_to_the_province_and_back(who, award, team, done, api, act_with_file):
    project = make.project(who, award)
    what = {
        "invested": "500000000.00",
        "accepted_on": make.today().isoformat(),
        "result": "accepted",
        "equipment": [{"name": "lathe", "model": "CK6150", "quantity": 3, "price": "1200000.00"}],
    }
    done(who["unit_maker"], f"supported-projects/{project.pk}/accept", what, status=403)
    none = done(team["drafter"], f"supported-projects/{project.pk}/accept", what | {"equipment": []}, status=422)
    assert none["errors"][0]["pointer"] == "#/equipment"
    row = done(team["drafter"], f"supported-projects/{project.pk}/accept", what, status=201)
    address = f"acceptances/{row['id']}"
    done(team["drafter"], f"{address}/send", status=422)
    client = api(team["drafter"], can_write=True)
    flat = {name: value for name, value in what.items() if name != "equipment"}
    flat |= {f"equipment[0]{name}": value for name, value in what["equipment"][0].items()}
    for name, file in (("photo", assess.photo()), ("report", make.pdf("report.pdf"))):
        answer = act_with_file(client, f"/api/v1/{address}/fill/", flat, file, name=name)
        assert answer.status_code == 200, answer.content
    assert [one["quantity"] for one in answer.json()["equipment"]] == [3]
    assert {one["kind"] for one in answer.json()["files"]} == {"photo", "report"}
    assert done(team["drafter"], f"{address}/send")["state"] == "sent"
    done(team["drafter"], f"{address}/fill", what, status=403)
    done(who["miit"], f"{address}/confirm", status=403)
    assert done(team["industry"], f"{address}/send-back", {"why": "which lathe?"})["returned_why"] == "which lathe?"
    done(team["drafter"], f"{address}/send")
    assert done(team["industry"], f"{address}/confirm")["state"] == "confirmed"
    done(team["industry"], f"{address}/confirm", status=403)
