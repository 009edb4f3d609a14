"""Pages of the audit workspace: from the plan to the closed finding, for auditors and for the audited body."""

from __future__ import annotations

import hashlib
import json
from datetime import timedelta

import pytest

from portal.core import clock
from portal.notifications.models import Notice
from tests import factories_audit as audit
from tests import factories_grants as make
from tests.grants.conftest import others, who, world

__all__ = ["others", "who", "world"]
TEXT = {
    "title": "Paid early",
    "text": "The payment was made before the equipment stood.",
    "grade": "serious",
    "law_code": "",
    "law": "财政违法行为处罚处分条例",
    "article": "第十四条",
    "amount": "1,250.00",
    "advice": "Give it back.",
}


@pytest.fixture
def award(who, world):
    return make.awarded(who, application=world.application, amount="200000000.00")


@pytest.fixture
def people(award, cast):
    return audit.team(cast)


@pytest.fixture
def held(people):
    return audit.engagement(people, "second", "third")


def acts(person):
    """Acts of the audit that stand in the trail, as this person reads them."""
    from portal.audit.models import Event

    with make.acting(person):
        return list(
            Event.objects.filter(act__startswith="audit.", outcome="done").order_by("pk").values_list("act", flat=True)
        )


def _started(lead, second, people):
    """The lead plans an engagement, names the team and starts it; gives its address."""
    asked = {
        "title": "专项审计",
        "objectives": "Whether it was used as the rules ask.",
        "period_from": "2026-01-01",
        "period_to": "2026-12-31",
        "province": "350000",
        "reply_days": "10",
    }
    bad = lead.post("/audit/engagements/new/", asked | {"period_to": "2025-12-31"})
    assert (bad.status_code, "last day lies before" in bad.content.decode()) == (422, True)
    assert lead.post("/audit/engagements/new/", asked).status_code == 303
    with make.acting(people["lead"]):
        from portal.audit.models import Engagement

        row = Engagement.objects.get()
    base = f"/audit/engagements/{row.pk}/"
    for name in ("second", "third"):
        assert lead.post(f"{base}members/", {"person": people[name].pk}).status_code == 303
    assert second.post(f"{base}start/").status_code == 403
    assert lead.post(f"{base}start/").status_code == 303
    return base


def _ended(second, third, lead, page):
    """The second auditor follows it up, the third closes it; neither of the others may."""
    found = {"outcome": "mended", "text": "Seen the paper of the bank."}
    assert second.post(f"{page}follow-up/", found).status_code == 303
    assert lead.post(f"{page}close/", {"why": "done"}).status_code == 403
    assert second.post(f"{page}close/", {"why": "done"}).status_code == 403
    assert third.post(f"{page}close/", {"why": "The paper shows it."}).status_code == 303


def test_from_the_plan_to_the_closed_finding(client_as, people, award, world):
    lead, second, third, unit = (client_as(people[name]) for name in ("lead", "second", "third", "unit"))
    base = _started(lead, second, people)
    searched = lead.get(f"{base}findings/new/", {"kind": "grants.award", "q": "厦门"}).content.decode()
    assert f"?type=grants.award&amp;id={award.pk}" in searched
    address = f"{base}findings/new/?type=grants.award&id={award.pk}"
    typed = TEXT | {"body": audit.body("CZ350200")}
    wrong = lead.post(address, typed | {"law": "", "amount": "much"})
    assert wrong.status_code == 422
    assert "The payment was made before" in wrong.content.decode()
    made = lead.post(address, typed)
    assert made.status_code == 303
    page = made["Location"]
    pk = int(page.rstrip("/").rsplit("/", 1)[-1])
    assert unit.get(f"/audit/addressed/{pk}/").status_code == 404
    assert lead.post(f"{page}show/").status_code == 422  # without evidence
    freeze = {"type": "grants.award", "id": award.pk, "is_shared": "yes"}
    assert lead.post(f"{page}evidence/", freeze).status_code == 303
    assert lead.post(f"{page}show/").status_code == 303
    read = unit.get(f"/audit/addressed/{pk}/").content.decode()
    for words, there in [("Paid early", True), ("Reply to the finding", True), (people["lead"].name, False)]:
        assert (words in read) is there, words
    assert "Reply to audit finding 001" in unit.get("/desk/").content.decode()
    with make.acting(people["unit"]):
        assert Notice.objects.filter(person_id=people["unit"].pk, url=f"/audit/addressed/{pk}/").count() == 1
    assert unit.post(f"/audit/addressed/{pk}/reply/", {"text": "We do not agree."}).status_code == 422
    reply = {"stance": "partly", "text": "Half of it was reached."}
    assert unit.post(f"/audit/addressed/{pk}/reply/", reply).status_code == 303
    assert unit.post(f"/audit/addressed/{pk}/reply/", reply).status_code in (303, 409)
    assert "Half of it was reached." in lead.get(page).content.decode()
    late = (clock.today()).isoformat()
    assert lead.post(f"{page}order/", {"due_on": late}).status_code == 422
    due = (clock.today() + timedelta(days=30)).isoformat()
    assert lead.post(f"{page}order/", {"due_on": due}).status_code == 303
    assert unit.post(f"/audit/addressed/{pk}/report/", {"text": "Given back."}).status_code == 422  # no proof
    proof = {"text": "Given back.", "papers": [make.pdf("proof.pdf"), make.pdf("bank.pdf")]}
    assert unit.post(f"/audit/addressed/{pk}/report/", proof).status_code == 303
    _ended(second, third, lead, page)
    with make.acting(people["lead"]):
        from portal.audit.models import Finding

        assert Finding.objects.get(pk=pk).state == "closed"
    assert acts(people["lead"]) == [
        "audit.plan",
        "audit.add_member",
        "audit.add_member",
        "audit.start",
        "audit.raise_finding",
        "audit.take_evidence",
        "audit.show",
        "audit.reply",
        "audit.order",
        "audit.report",
        "audit.follow_up",
        "audit.close",
    ]


def test_a_new_version_stands_beside_what_was_shown(client_as, people, held, award):
    found = audit.shown(people, held, award)
    lead, unit = client_as(people["lead"]), client_as(people["unit"])
    page = f"/audit/findings/{found.pk}/"
    assert lead.post(f"{page}text/", TEXT).status_code == 422  # no reason
    assert lead.post(f"{page}text/", TEXT | {"reason": "The amount was wrong"}).status_code == 303
    read = unit.get(f"/audit/addressed/{found.pk}/").content.decode()
    assert [words for words in ("Paid early", "The amount was wrong") if words not in read] == []
    old = unit.get(f"{page}versions/1/").content.decode()
    assert "Paid before the milestone" in old


def test_every_look_at_a_file_stands_in_the_trail(client_as, people, held, award):
    found = audit.at("reported", people, held, award)
    with make.acting(people["lead"]):
        piece, proof = found.evidence.get(), found.answers.get(kind="report").files.get()
    for name in ("lead", "unit"):
        client = client_as(people[name])
        copy = client.get(f"/audit/evidence/{piece.pk}/file/")
        assert hashlib.sha256(copy.content).hexdigest() == piece.sha256
        assert json.loads(copy.content)["id"] == award.pk
        assert client.get(f"/audit/evidence/{piece.pk}/").status_code == 200
        assert hashlib.sha256(client.get(f"/audit/proofs/{proof.pk}/").getvalue()).hexdigest() == proof.sha256
        with make.acting(people[name]):
            from portal.audit.models import Event

            looks = Event.objects.filter(act="audit.view_file", actor=people[name].pk)
            assert sorted(looks.values_list("object_type", flat=True)) == [
                "audit.evidence",
                "audit.evidence",
                "audit.proof",
            ]
    assert client_as(people["elsewhere"]).get(f"/audit/proofs/{proof.pk}/").status_code == 404
    assert client_as(people["province"]).get(f"/audit/evidence/{piece.pk}/file/").status_code == 404


def test_the_register_filters_and_exports(client_as, people, held, award):
    audit.finding(people, held, award)
    found = audit.at("rectifying", people, held, award)
    lead = client_as(people["lead"])
    assert "001" in lead.get("/audit/findings/").content.decode()
    assert (
        "No" not in lead.get("/audit/findings/?state=rectifying").content.decode().split("<tbody")[1].split("Paid")[0]
    )
    sheet = lead.get("/audit/findings/?format=csv&state=rectifying")
    lines = sheet.getvalue().decode("utf-8-sig").splitlines()
    assert len(lines) == 2
    assert [words for words in (f"{found.number:03d}", "第十四条") if words not in lines[1]] == []
    assert lead.get("/audit/findings/?format=xlsx").getvalue().startswith(b"PK")
    assert lead.get("/audit/findings/?late=yes").status_code == 200
    assert acts(people["lead"])[-2:] == ["audit.export", "audit.export"]
    after = clock.now() + timedelta(days=60)
    with clock.at(after):
        seen = client_as(people["lead"]).get("/audit/findings/").content.decode()
        desk = client_as(people["second"]).get("/desk/").content.decode()
    assert "1 finding is overdue" in seen
    assert "has not rectified finding 002" in desk


@pytest.mark.parametrize("size", [1, 6])
def test_pages_cost_the_same_at_any_size(client_as, people, held, award, budget, size):
    for _ in range(size):
        last = audit.at("reported", people, held, award)
    lead, unit = client_as(people["lead"]), client_as(people["unit"])
    for client, address, most in [
        (lead, "/audit/engagements/", 8),
        (lead, f"/audit/engagements/{held.pk}/", 18),
        (lead, "/audit/findings/", 12),
        (lead, f"/audit/findings/{last.pk}/", 24),
        (unit, "/audit/addressed/", 8),
        (unit, f"/audit/addressed/{last.pk}/", 18),
    ]:
        client.get(address)
        with budget(most):
            assert client.get(address).status_code == 200, address


def test_people_of_other_bodies_meet_nothing(client_as, people, held, award):
    found = audit.shown(people, held, award)
    for name, address in [
        ("elsewhere", f"/audit/addressed/{found.pk}/"),
        ("province", f"/audit/addressed/{found.pk}/"),
        ("other_bureau", f"/audit/findings/{found.pk}/"),
        ("other_bureau", f"/audit/engagements/{held.pk}/"),
    ]:
        assert client_as(people[name]).get(address).status_code == 404, (name, address)
    assert client_as(people["unit"]).get("/audit/findings/").status_code == 403
    assert client_as(people["reviewer"]).get("/audit/addressed/").status_code == 403
