"""Payment requests, payments and holds over the API."""

from __future__ import annotations

import pytest

from tests import factories_grants as make


@pytest.fixture
def project(world, who):
    award = make.funded_unit(who, application=world.application, award="100000000.00", held="40000000.00")
    return make.project(who, award)


@pytest.fixture
def asked(who, project):
    """What a request says, as its plan has it."""
    with make.acting(who["unit_maker"]):
        what = make.request_input(project, "1000.00")
    return vars(what) | {"amount": str(what.amount), "reached_on": what.reached_on.isoformat()}


def invoice(**changes):
    what = vars(make.invoice_input(**changes))
    return what | {"amount": str(what["amount"]), "dated": what["dated"].isoformat()}


def voucher(number):
    return {"document_no": number, "document_date": make.today().isoformat()}


def test_a_payment_from_its_request_to_the_refusal_and_its_mending(
    who,
    others,
    project,
    asked,
    done,
    api,
    act_with_file,
):
    address = f"supported-projects/{project.pk}/ask"
    done(who["miit"], address, asked, status=403)
    done(others["unit_maker"], address, asked, status=404)
    wrong = done(who["unit_maker"], address, asked | {"payee_code": make.credit_code(5)}, status=422)
    assert wrong["errors"][0]["pointer"] == "#/payee_code"
    row = done(who["unit_maker"], address, asked, status=201)
    assert (row["payment"], bool(row["missing"])) == (None, True)
    request = f"payment-requests/{row['id']}"
    done(who["province_maker"], f"{request}/change", asked, status=403)
    assert done(who["unit_maker"], f"{request}/change", asked | {"amount": "900.00"})["amount"] == "900.00"
    bad = done(who["unit_maker"], f"{request}/add-invoice", invoice(number="12"), status=422)
    assert bad["code"] == "invoice_number_has_its_form"
    first = done(who["unit_maker"], f"{request}/add-invoice", invoice(), status=201)
    spare = done(who["unit_maker"], f"{request}/add-invoice", invoice(), status=201)
    done(who["unit_maker"], f"{request}/remove-invoice", {"id": spare["id"]})
    gone = done(who["unit_maker"], f"{request}/remove-invoice", {"id": spare["id"]}, status=422)
    assert gone["errors"][0]["pointer"] == "#/id"
    client = api(who["unit_maker"], can_write=True)
    for _ in range(2):
        body = act_with_file(client, f"/api/v1/{request}/add-evidence/", {}).json()
    assert len(body["evidence"]) == 2
    assert (
        len(done(who["unit_maker"], f"{request}/remove-evidence", {"id": body["evidence"][0]["id"]})["evidence"]) == 1
    )
    with make.acting(who["unit_maker"]):
        from grants.domain.requests import banned_uses
        from grants.models import PaymentRequest

        count = len(banned_uses(PaymentRequest.objects.get(pk=row["id"])))
    done(who["unit_maker"], f"{request}/answer-uses", {"answers": ["yes"] * count}, status=422)
    assert done(who["unit_maker"], f"{request}/answer-uses", {"answers": ["no"] * count})["missing"] == ""

    pay = f"/api/v1/{request}/pay/"
    none = act_with_file(api(who["unit_checker"], can_write=True), pay, voucher("V1"))
    assert none.status_code == 403
    lacks = client.post(pay, voucher("V1"), headers={"idempotency-key": "without-voucher"})
    assert (lacks.status_code, lacks.json()["errors"][0]["pointer"]) == (422, "#/file")
    paid = act_with_file(client, pay, voucher("V1"))
    assert (paid.status_code, paid.json()["amount"], paid.json()["request"]) == (201, "900.00", row["id"])
    done(who["unit_maker"], f"{request}/change", asked, status=403)
    found = api(who["auditor"]).get(f"/api/v1/invoices/?number={first['number']}").json()["results"]
    assert [(one["request"], one["counted"]) for one in found] == [(row["id"], True)]

    payment = f"payments/{paid.json()['id']}"
    done(who["unit_checker"], f"{payment}/refuse", {"why": "why"}, status=422)
    done(who["unit_maker"], f"{payment}/mend", status=422, code="payment_counts")
    refused = done(who["unit_checker"], f"{payment}/refuse", {"why": "the sums differ", "ground": "invoice"})
    assert (refused["state"], refused["ground"]) == ("refused", "invoice")
    copy = done(who["unit_maker"], f"{payment}/mend", status=201)
    assert (copy["copy_of"], copy["amount"], len(copy["evidence"])) == (row["id"], "900.00", 1)


def test_what_was_changed_since_it_was_read_is_a_conflict(who, project, asked, done, api, act_with_file):
    row = make.asked(who, project=project, amount="1000.00")
    address = f"payment-requests/{row.pk}"
    old = api(who["unit_maker"]).get(f"/api/v1/{address}/").json()["mark"]
    new = done(who["unit_maker"], f"{address}/change", asked | {"amount": "10.00", "read": old})["mark"]
    late = done(who["unit_maker"], f"{address}/change", asked | {"read": old}, status=409, code="changed_meanwhile")
    assert late["detail"].startswith("Somebody else changed this request")
    client = api(who["unit_maker"], can_write=True)
    unseen = act_with_file(client, f"/api/v1/{address}/pay/", voucher("V8") | {"read": old})
    assert (unseen.status_code, unseen.json()["code"]) == (409, "changed_meanwhile")
    paid = act_with_file(client, f"/api/v1/{address}/pay/", voucher("V8") | {"read": new})
    assert (paid.status_code, paid.json()["amount"]) == (201, "10.00")


def test_an_invoice_that_counts_elsewhere_is_named(who, project, asked, done):
    what = make.invoice_input()
    with make.acting(who["unit_maker"]) as by:
        from grants.domain import payments

        claiming = make.asked(who, project=project, amount="10.00", invoices=[what])
        payments.enter_payment(by=by, request=claiming, paper=make.paper("V7", file=make.pdf()))
    row = done(who["unit_maker"], f"supported-projects/{project.pk}/ask", asked, status=201)
    done(who["unit_maker"], f"payment-requests/{row['id']}/add-invoice", invoice(number=what.number), status=201)
    told = done(who["unit_maker"], f"payment-requests/{row['id']}/change", asked)["claimed"]
    assert [one["since"] for one in told] == [make.today().isoformat()]


def test_a_confirmed_payment_is_done_once(who, project, done, api):
    row = make.entered_payment(who, project=project, amount="70.00", number="V2")
    for name in ("unit_maker", "province_checker", "miit", "auditor"):
        done(who[name], f"payments/{row.pk}/confirm", status=403)
    assert done(who["unit_checker"], f"payments/{row.pk}/confirm")["state"] == "confirmed"
    done(who["unit_checker"], f"payments/{row.pk}/confirm", status=409, code="checked_already")
    told = api(who["unit_maker"]).get(f"/api/v1/supported-projects/{project.pk}/").json()
    assert (told["paid"], told["waiting"]) == ("70.00", "0.00")


def test_a_hold_stops_payments_until_both_ministries_release_it(
    who,
    project,
    asked,
    done,
    api,
    act_with_file,
):
    row = make.entered_payment(who, project=project, amount="70.00", number="V3")
    what = {"level": "national", "source": "another ministry", "fund": "F7", "amount": "5.00", "note": "by audit"}
    address = f"/api/v1/supported-projects/{project.pk}/hold/"
    assert act_with_file(api(who["auditor"], can_write=True), address, what).status_code == 403
    raised = act_with_file(api(who["unit_checker"], can_write=True), address, what)
    assert (raised.status_code, raised.json()["state"]) == (201, "open")
    hold = f"holds/{raised.json()['id']}"
    done(who["unit_checker"], f"payments/{row.pk}/confirm", status=403)
    done(who["unit_maker"], f"supported-projects/{project.pk}/ask", asked, status=403)
    word = {"word": "release", "why": "paid back"}
    done(who["mof_maker"], f"{hold}/judge", word, status=403)
    done(who["miit"], f"{hold}/judge", {"word": "perhaps", "why": "x"}, status=422)
    assert done(who["miit"], f"{hold}/judge", word)["state"] == "open"
    assert done(who["mof"], f"{hold}/judge", word)["state"] == "released"
    done(who["mof"], f"{hold}/judge", word, status=403)
    assert done(who["unit_checker"], f"payments/{row.pk}/confirm")["state"] == "confirmed"
