"""Findings that begin where an auditor stands: at a lead, at an item of a sample, on a page of the portal."""

from __future__ import annotations

import re
from decimal import Decimal

import pytest

from tests import factories_audit as audit
from tests import factories_grants as make
from tests.audit.test_findings import TEXT, acts
from tests.grants.conftest import others, who, world

__all__ = ["others", "who", "world"]


@pytest.fixture
def payment(who, world):
    award = make.funded_unit(who, application=world.application, award="100000000.00", held="40000000.00")
    return make.paid(who, project=make.project(who, award), amount="1250.00", number="V1")


@pytest.fixture
def people(payment, cast):
    return audit.team(cast)


@pytest.fixture
def held(people):
    return audit.engagement(people, "second", "third")


def findings(person):
    from portal.audit.models import Finding

    with make.acting(person):
        return list(Finding.objects.select_related("current").order_by("pk"))


def typed(engagement, **changes):
    return TEXT | {"body": audit.body("CZ350200"), "engagement": engagement.pk} | changes


def test_a_lead_is_taken_up_as_a_draft_finding(client_as, people, held, payment):
    from portal.audit.models import Evidence, Lead

    lead = audit.lead(people, payment)
    client = client_as(people["lead"])
    page = client.get(f"/audit/leads/{lead.pk}/").content.decode()
    assert f"/audit/findings/raise/?lead={lead.pk}" in page
    assert "1 lead is open" in client.get("/desk/").content.decode()
    address = f"/audit/findings/raise/?lead={lead.pk}"
    form = client.get(address).content.decode()
    for words in ("Round amounts", "厦门市", "500.00", f"/grants/payments/{payment.pk}/", held.title):
        assert words in form, words
    wrong = client.post(address, typed(held, title=""))
    assert (wrong.status_code, "The payment was made before" in wrong.content.decode()) == (422, True)
    assert findings(people["lead"]) == []
    answer = client.post(address, typed(held))
    (row,) = findings(people["lead"])
    assert (answer.status_code, answer["Location"]) == (303, f"/audit/findings/{row.pk}/")
    assert (row.object_type, row.object_id, row.state) == ("grants.payment", str(payment.pk), "draft")
    with make.acting(people["lead"]):
        kept = Lead.objects.get()
        piece = Evidence.objects.get()
    assert (kept.state, kept.finding_type, kept.finding_id) == ("taken_up", "audit.finding", str(row.pk))
    assert (kept.decided_by, kept.decided_by_name) == (people["lead"].pk, people["lead"].name)
    assert (piece.object_type, piece.object_id) == ("grants.payment", str(payment.pk))
    assert f"/audit/leads/{lead.pk}/" in client.get(f"/audit/findings/{row.pk}/").content.decode()
    assert f"/audit/findings/{row.pk}/" in client.get(f"/audit/leads/{lead.pk}/").content.decode()
    assert acts(people["lead"])[-3:] == ["audit.raise_finding", "audit.take_evidence", "audit.take_up_lead"]
    again = client.post(address, typed(held), follow=True)
    assert "decided on this lead meanwhile" in again.content.decode()
    assert len(findings(people["lead"])) == 1


def test_a_lead_without_a_page_asks_for_its_object(client_as, people, held, payment):
    lead = audit.lead(people, payment, url="/reports/")
    client = client_as(people["lead"])
    address = f"/audit/findings/raise/?lead={lead.pk}"
    page = client.get(address).content.decode()
    assert 'name="kind"' in page
    assert f'type="hidden" name="lead" value="{lead.pk}"' in page
    found = client.get(address, {"lead": lead.pk, "look": "yes", "kind": "grants.payment", "q": "V1"}).content.decode()
    link = re.search(r'href="(\?lead=\d+&amp;type=grants.payment&amp;id=\d+)"', found).group(1).replace("&amp;", "&")
    assert client.post(f"/audit/findings/raise/{link}", typed(held)).status_code == 303
    assert len(findings(people["lead"])) == 1
    other = client.get(f"/audit/findings/raise/?lead={audit.lead(people, payment, key='l').pk}").content.decode()
    assert "It is about another object" in other


def test_a_colleague_outside_the_team_reads_that_a_lead_was_taken_up(client_as, cast, people, held, payment):
    lead = audit.lead(people, payment)
    assert client_as(people["lead"]).post(f"/audit/findings/raise/?lead={lead.pk}", typed(held)).status_code == 303
    outside = cast("auditor", "SJ", 4)
    page = client_as(outside).get(f"/audit/leads/{lead.pk}/").content.decode()
    assert "draft finding of an engagement in whose team you are not" in page
    assert client_as(people["other_bureau"]).get(f"/audit/findings/raise/?lead={lead.pk}").status_code == 404


def test_an_item_in_error_begins_a_finding(client_as, people, held, payment):
    sample = audit.sample(people)
    client = client_as(people["lead"])
    item = f"/audit/samples/{sample.pk}/items/1/"
    address = f"/audit/findings/raise/?sample={sample.pk}&place=1"
    assert "Raise a finding" not in client.get(item).content.decode().split("<main")[1]
    assert client.get(address)["Location"] == item
    audit.result(people, sample, 1, "wrong", Decimal("1000.00"))
    assert address.replace("&", "&amp;") in client.get(item).content.decode()
    assert "raise a finding" in client.get(f"/audit/samples/{sample.pk}/").content.decode()
    form = client.get(address).content.decode()
    for words in ('value="250.00"', "The invoice says less.", f"/grants/payments/{payment.pk}/"):
        assert words in form, words
    assert client.post(address, typed(held)).status_code == 303
    (row,) = findings(people["lead"])
    assert (row.sample_id, row.place, row.object_id) == (sample.pk, 1, str(payment.pk))
    page = client.get(f"/audit/findings/{row.pk}/").content.decode()
    assert (item in page, "Payments, item 1" in page) == (True, True)
    assert "Finding 001" in client.get(f"/audit/samples/{sample.pk}/").content.decode()
    assert f"/audit/findings/{row.pk}/" in client.get(item).content.decode()
    assert acts(people["lead"])[-1] == "audit.raise_from_item"
    assert client.get(f"/audit/findings/raise/?sample={sample.pk}&place=99").status_code == 404
    assert client.get(f"/audit/findings/raise/?sample={sample.pk}&place=x").status_code == 404


def test_pages_of_the_money_offer_a_finding_to_the_team_alone(client_as, people, held, payment):
    link = f"/audit/findings/raise/?type=grants.payment&amp;id={payment.pk}"
    pages = [f"/oversight/payments/{payment.pk}/", f"/grants/payments/{payment.pk}/"]
    for name, there in [("lead", True), ("second", True), ("bureau", False), ("unit", False), ("mof", False)]:
        for page in pages[name in ("unit", "mof") :]:
            assert (link in client_as(people[name]).get(page).content.decode()) is there, (name, page)
    lead = client_as(people["lead"])
    assert "findings/raise" not in lead.get("/grants/projects/").content.decode()
    form = lead.get(link.replace("&amp;", "&")).content.decode()
    assert 'value="1250.00"' in form
    assert lead.post(link.replace("&amp;", "&"), typed(held)).status_code == 303
    (row,) = findings(people["lead"])
    assert (row.lead_id, row.sample_id, row.object_type) == (None, None, "grants.payment")


def test_a_lead_of_the_team_chooses_among_colleagues(client_as, people, held):
    """The page is read by the role that only reads."""
    page = client_as(people["lead"]).get(f"/audit/engagements/{held.pk}/members/")
    assert (page.status_code, people["bureau"].name in page.content.decode()) == (200, True)


def test_every_page_of_an_object_knows_its_kind(payment, people, held):
    """Each route registered gives a kind that finds the object behind the page."""
    from portal.audit.findings import objects

    assert objects.PAGES.keys() >= {"grants:award", "grants:pass_on", "grants:entry", "grants:request", "grants:issue"}
    with make.acting(people["lead"]) as by:
        from grants.models import Entry, Issue, PassOn, PaymentRequest

        for model, route in [(Entry, "entries"), (Issue, "issues"), (PassOn, "pass-ons"), (PaymentRequest, "requests")]:
            row = model.objects.order_by("pk")[0]
            kind, key = objects.at_address(f"/grants/{route}/{row.pk}/?x=1#y")
            thing = objects.thing(by, kind, key)
            assert (thing.id, thing.unit, thing.province) == (str(row.pk), "350200", "350000"), route
            words = thing.label.split()[-1]
            assert thing.id in [one.id for one in objects.search(by, kind, words)], (route, words)
    assert objects.at_address("/nowhere/at/all/") is None
    assert set(objects.PAGES.values()) <= objects.KINDS.keys()


def test_without_an_engagement_that_covers_it_the_page_says_what_to_do(client_as, people, payment):
    audit.engagement(people, units=["350500"])
    client = client_as(people["lead"])
    address = f"/audit/findings/raise/?type=grants.payment&id={payment.pk}"
    page = client.get(address)
    assert (page.status_code, "Plan an engagement" in page.content.decode()) == (200, True)
    assert client.post(address, TEXT).status_code == 200
    assert findings(people["lead"]) == []
    assert "findings/raise" not in client.get(f"/oversight/payments/{payment.pk}/").content.decode()
    assert client_as(people["unit"]).get(address).status_code == 403


def test_the_desk_says_what_the_auditors_wait_for(client_as, people, held, payment):
    audit.engagement(people, start=False, title="Next year")
    shown = audit.shown(people, held, payment)
    ordered = audit.at("rectifying", people, held, payment)
    audit.at("reported", people, held, payment)
    sample = audit.sample(people)
    desk = client_as(people["lead"]).get("/desk/").content.decode()
    for words in (
        "Start the engagement “Next year”",
        f"to finding {shown.number:03d}",
        f"{shown.reply_due:%Y-%m-%d}",
        f"of finding {ordered.number:03d}",
        f"{ordered.rectify_due:%Y-%m-%d}",
        "Follow up the rectification",
        f"Go on with the sample “{sample.name}”",
    ):
        assert words in desk, words
    assert "Next year" not in client_as(people["second"]).get("/desk/").content.decode()


@pytest.mark.parametrize("size", [1, 6])
def test_pages_of_raising_cost_the_same_at_any_size(client_as, people, held, payment, budget, size):
    for number in range(size):
        audit.engagement(people, title=f"Engagement {number}")
        audit.finding(people, held, payment)
    lead = audit.lead(people, payment)
    client = client_as(people["lead"])
    for address, most in [
        (f"/audit/findings/raise/?lead={lead.pk}", 16),
        (f"/audit/findings/raise/?type=grants.payment&id={payment.pk}", 14),
        (f"/audit/leads/{lead.pk}/", 8),
    ]:
        client.get(address)
        with budget(most):
            assert client.get(address).status_code == 200, address
