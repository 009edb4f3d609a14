"""Money over the API: entered by one, confirmed by another, once; and nothing of another province."""

from __future__ import annotations

from decimal import Decimal

import pytest

from tests import factories_grants as make


@pytest.fixture
def issue(world, who):
    award = make.awarded(who, application=world.application, amount="200000000.00")
    return make.issued(who, award=award, amount="60000000.00", received_on=make.today())


def pass_on(amount):
    day = make.today().isoformat()
    paper = {"document_no": "闽财〔2026〕9号", "document_date": day}
    return paper | {"amount": amount, "passed_on": day, "note": "in parts"}


def test_maker_enters_and_another_confirms(api, act, who, issue):
    maker = api(who["province_maker"], can_write=True)
    entered = act(maker, f"/api/v1/issues/{issue.pk}/pass-on/", pass_on("50000000.01"))
    assert entered.status_code == 201, entered.content
    address = f"/api/v1/pass-ons/{entered.json()['id']}/confirm/"
    refused = act(maker, address)
    assert (refused.status_code, refused.json()["code"]) == (403, "not_allowed")
    checker = api(who["province_checker"], can_write=True)
    first, again = act(checker, address, key="confirm-once"), act(checker, address, key="confirm-once")
    assert (first.status_code, first.json()["state"]) == (200, "confirmed")
    assert again["Idempotency-Replayed"] == "true"
    body = checker.get(f"/api/v1/issues/{issue.pk}/").json()
    assert (body["passed"], body["held"]) == ("50000000.01", "9999999.99")


def test_too_much_is_refused_beside_its_field(api, act, who, issue):
    answer = act(
        api(who["province_maker"], can_write=True), f"/api/v1/issues/{issue.pk}/pass-on/", pass_on("60000000.01")
    )
    assert answer.status_code == 422
    assert answer.json()["errors"][0]["pointer"] == "#/amount"
    from grants.models import PassOn

    with make.acting(who["province_maker"]):
        assert not PassOn.objects.filter(issue=issue).exists()


@pytest.mark.parametrize("amount", [1.5e300, "NaN", "0", "-1", "0.001", "1e30", None, {}, "一百"])
def test_what_is_no_amount_is_refused(api, act, who, issue, amount):
    answer = act(api(who["province_maker"], can_write=True), f"/api/v1/issues/{issue.pk}/pass-on/", pass_on(amount))
    assert (answer.status_code, answer.json()["code"]) == (422, "invalid")


def test_other_provinces_see_nothing(api, act, others, issue):
    client = api(others["province_maker"], can_write=True)
    assert client.get(f"/api/v1/issues/{issue.pk}/").status_code == 404
    assert act(client, f"/api/v1/issues/{issue.pk}/pass-on/", pass_on("1.00")).status_code == 404
    assert client.get("/api/v1/issues/").json()["results"] == []
    assert client.get("/api/v1/awards/").json()["results"] == []


def test_ministry_sees_the_whole_way(api, who, issue):
    row = api(who["mof_maker"]).get(f"/api/v1/awards/{issue.award_id}/").json()
    assert [Decimal(row[name]) for name in ("amount", "issued", "passed", "paid")] == [200_000_000, 60_000_000, 0, 0]
