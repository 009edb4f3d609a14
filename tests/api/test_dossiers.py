"""Dossiers over the API: signed, submitted and recommended by the same commands; each in its own scope."""

from __future__ import annotations

import pytest

from tests import factories_applications as make

AMOUNT = "100000000.00"


@pytest.fixture
def waiting(db):
    return make.awaiting(unit="350200", amount=AMOUNT, soes=("YQ001",))


def test_signed_submitted_and_recommended(api, act, cast, waiting):
    signatory = api(cast("signatory", "ZF350200"), can_write=True)
    address = f"/api/v1/applications/{waiting.pk}/"
    wrong = act(signatory, address + "submit/", {"sha256": "0" * 64})
    assert wrong.status_code in {409, 422}
    with make.acting("signatory", "ZF350200"):
        sha256 = waiting.sign_offs.latest("pk").content_sha256
    done = act(signatory, address + "submit/", {"sha256": sha256})
    assert (done.status_code, done.json()["sha256"]) == (201, sha256)
    decision = {"snapshot": done.json()["id"], "decision": "recommend", "opinion": "同意"}
    for side, code in [("industry", "GX350000"), ("finance", "CZ350000")]:
        officer = api(cast("provincial_officer", code), can_write=True)
        make.examined(waiting, make.Side(side))
        with make.acting("provincial_officer", code) as by:
            decision["letter"] = make.letter(by, waiting).pk
        # A separately planned city has no rank: what one department sends of it binds not the other.
        answer = act(
            officer, address + "recommend/", {"side": side, "rank": 3 if side == "industry" else None} | decision
        )
        assert answer.status_code == 201, answer.content
        assert answer.json()["rank"] is None
    assert officer.get(address).json()["state"] == "recommended"


def test_a_draft_is_the_units_own(api, cast, waiting):
    address = f"/api/v1/applications/{waiting.pk}/"
    assert api(cast("drafter", "ZF350200")).get(address).json()["amount_asked"] == AMOUNT
    for role, code in [("drafter", "ZF350500"), ("provincial_officer", "GX350000"), ("officer", "MIIT")]:
        assert api(cast(role, code)).get(address).status_code == 404, code
    assert api(cast("soe_officer", "YQ001")).get(address).status_code == 403


def test_joint_applicant_sees_its_part_alone(api, act, cast, waiting):
    rows = api(cast("soe_officer", "YQ001")).get("/api/v1/parts/").json()["results"]
    assert [(row["unit"], row["state"], row["amount_committed"]) for row in rows] == [
        ("350200", "committed", "30000000.00")
    ]
    other = api(cast("soe_officer", "YQ002"), can_write=True)
    assert other.get("/api/v1/parts/").json()["results"] == []
    assert act(other, f"/api/v1/parts/{rows[0]['id']}/decline/").status_code == 404


def test_reviewer_sees_nothing_unassigned(api, cast, waiting):
    reviewer = api(cast("reviewer", "ZJ"))
    for name in ("applications", "assignments", "reviews", "projects", "submissions"):
        assert reviewer.get(f"/api/v1/{name}/").json()["results"] == [], name


def test_a_reason_is_as_long_as_on_the_page(api, act, cast, waiting):
    signatory = api(cast("signatory", "ZF350200"), can_write=True)
    answer = act(signatory, f"/api/v1/applications/{waiting.pk}/withdraw/", {"why": "不再申报。" * 400})
    assert (answer.status_code, answer.json().get("state")) == (200, "withdrawn"), answer.content


@pytest.mark.parametrize("why", [123, 1.5, True, False, None, ["不再申报"], {"why": "不再申报"}])
def test_a_reason_is_a_text_and_nothing_that_becomes_one(api, act, cast, waiting, why):
    signatory = api(cast("signatory", "ZF350200"), can_write=True)
    answer = act(signatory, f"/api/v1/applications/{waiting.pk}/withdraw/", {"why": why})
    assert answer.status_code == 422, answer.content
    assert [one["pointer"] for one in answer.json()["errors"]] == ["#/why"]
    assert signatory.get(f"/api/v1/applications/{waiting.pk}/").json()["state"] == "awaiting_sign_off"
