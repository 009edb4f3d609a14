"""Bank files over the API: brought once, lines matched, set aside and undone, orders withdrawn."""

from __future__ import annotations

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from tests import bank_files
from tests import factories_bank as make_bank
from tests import factories_grants as make


@pytest.fixture
def payment(world, who):
    award = make.funded_unit(who, application=world.application, award="100000000.00", held="40000000.00")
    return make.paid(who, project=make.project(who, award), amount="1000.00", number="V0")


def test_a_statement_is_brought_and_read_in_a_run(who, payment, api, act_with_file):
    content = bank_files.statement([(make_bank.day(), "-3.00", "", "fee")])
    file = SimpleUploadedFile("statement.csv", content, content_type="text/csv")
    address = "/api/v1/bank-files/bring/"
    assert act_with_file(api(who["unit_checker"], can_write=True), address, {}, file).status_code == 403
    client = api(who["unit_maker"], can_write=True)
    wrong = act_with_file(client, address, {}, make.pdf())
    assert (wrong.status_code, wrong.json()["errors"][0]["pointer"]) == (422, "#/file")
    file.seek(0)
    row = act_with_file(client, address, {}, file)
    assert (row.status_code, row.json()["state"], row.json()["kind"]) == (201, "brought", "csv"), row.content
    assert client.get(f"/api/v1/runs/{row.json()['run']}/").json()["task"] == "grants.import_statement"


def test_a_line_is_matched_undone_and_set_aside(who, others, payment, done, api):
    statement = make_bank.statement(who["unit_maker"], ("-1000.00", "", "no number"), ("-3.00", "", "fee"))
    client = api(who["unit_maker"])
    told = client.get(f"/api/v1/bank-statements/{statement.pk}/").json()
    assert (told["open_lines"], told["matched"], told["lines"]) == (2, 0, 2)
    rows = client.get(f"/api/v1/bank-lines/?statement={statement.pk}").json()["results"]
    line = next(row for row in rows if row["amount"] == "1000.00")
    address = f"bank-lines/{line['id']}"
    what = {"kind": "payment", "paper": payment.pk}
    done(who["province_maker"], f"{address}/match", what, status=403)
    done(others["unit_maker"], f"{address}/match", what, status=404)
    done(who["unit_maker"], f"{address}/undo", {"why": "wrong"}, status=422, code="bank_history_stays")
    unknown = done(who["unit_maker"], f"{address}/match", what | {"paper": 4711}, status=422)
    assert unknown["errors"][0]["pointer"] == "#/paper"
    body = done(who["unit_maker"], f"{address}/match", what)
    assert (body["state"], body["decisions"][0]["payment"]) == ("matched", payment.pk)
    done(who["unit_maker"], f"{address}/match", what, status=422, code="bank_line_decided_once")
    assert done(who["unit_maker"], f"{address}/undo", {"why": "another one"})["state"] == "open"
    aside = done(who["unit_maker"], f"{address}/set-aside", {"why": "a transfer of our own"})
    assert (aside["state"], len(aside["decisions"])) == ("aside", 2)
    run = done(who["unit_maker"], "bank-lines/match-again", status=201)
    assert run["task"] == "grants.match_lines"
    done(who["auditor"], "bank-lines/match-again", status=403)


def test_payment_orders_are_written_in_a_run_and_withdrawn(who, payment, done, api):
    from grants.domain import bank, bank_orders

    done(who["mof_maker"], "bank-orders/write", {"papers": [payment.pk]}, status=403)
    done(who["unit_maker"], "bank-orders/write", {"papers": []}, status=422)
    assert done(who["unit_maker"], "bank-orders/write", {"papers": [payment.pk]}, status=201)["state"] == "queued"
    with make.acting(who["unit_maker"]) as by:
        body = bank.treasury(by).organisation
        order = bank_orders.write(by=by, organisation=body, kind="payment", papers=[payment.pk])
    told = api(who["unit_checker"]).get(f"/api/v1/bank-orders/{order.pk}/").json()
    assert [item["payment"] for item in told["items"]] == [payment.pk]
    done(who["unit_checker"], f"bank-orders/{order.pk}/withdraw", {"why": "x"}, status=403)
    assert done(who["unit_maker"], f"bank-orders/{order.pk}/withdraw", {"why": "not sent"})["state"] == "withdrawn"
    done(who["unit_maker"], f"bank-orders/{order.pk}/withdraw", {"why": "again"}, status=409)
