"""The unit that follows an abolished one by an approved change reads its money and goes on with it; nobody else does."""

from __future__ import annotations

from datetime import timedelta

import psycopg
import pytest
from django.test import Client

from grants.models import Account, Award, Entry, GrantProject, Payment
from tests import databases
from tests import factories_grants as make
from tests.grants.raw import CONFIRM, PAYMENT, organisation, race
from tests.worlds import standing

pytestmark = pytest.mark.guard
UNIT, FOLLOWS, OTHER = "350200", "350500", "350600"
PAYING = PAYMENT.replace("'350000', '350200'", f"'350000', '{UNIT}'")
READ = (Award, GrantProject, Payment, Account, Entry)


@pytest.fixture
def world(django_db_setup, django_db_blocker):
    """People of the unit, of the one that follows and of a third; the award with a payment that waits."""
    with django_db_blocker.unblock(), standing(_built) as found:
        yield found


def _built():
    who, applications = make.live(UNIT, number=96, budget="300000000.00")
    for name, unit in (("follows", FOLLOWS), ("other", OTHER)):
        bureau = make.live_people(unit)
        who |= {f"{name}_maker": bureau["unit_maker"], f"{name}_checker": bureau["unit_checker"]}
    award = make.funded_unit(who, application=applications[0], award="100000000.00", held="1000.00")
    target = make.project(who, award)
    return who, applications[0], target, make.entered_payment(who, project=target, amount="1.00", number="V1")


def follow(application, unit=FOLLOWS):
    """The change was approved: what the database keeps of it."""
    with psycopg.connect(databases.dsn("postgres", _name()), autocommit=True) as admin:
        admin.execute("set session_replication_role = replica")
        admin.execute("update applications_application set successor_unit_id = %s where id = %s", [unit, application])


def _name():
    from django.db import connection

    return connection.settings_dict["NAME"]


def complete(person, address):
    """Invoice, evidence and answers of the request at this address, by the commands."""
    from grants.domain import requests
    from grants.models import PaymentRequest

    with make.acting(person) as by:
        row = PaymentRequest.objects.get(pk=int(address.strip("/").rsplit("/", 1)[-1]))
        requests.add_invoice(by=by, request=row, what=make.invoice_input())
        requests.add_evidence(by=by, request=row, file=make.pdf("evidence.pdf"))
        requests.answer_uses(by=by, request=row, answers=["no"] * len(requests.banned_uses(row)))


def seen(person):
    with make.acting(person):
        return {model.__name__ for model in READ if model.objects.exists()}


def paying(who, person, target, waits, unit, number="V9"):
    asked = make.request_rows(who, target, "1.00")
    with make.acting(who[person]):
        values = {"organisation": organisation(f"CZ{unit}"), "maker": who[person].pk, "no": number}
    return (
        who[person].pk,
        PAYING,
        values | {"project": target.pk, "amount": "1.00", "document": waits.document_id, "request": asked},
    )


def test_before_the_change_no_other_unit_reads_or_pays(world):
    who, _application, target, waits = world
    assert seen(who["follows_maker"]) == seen(who["other_maker"]) == set()
    refusal = race([paying(who, "follows_maker", target, waits, FOLLOWS)])
    assert set(refusal) <= {"money_only_by_finance", "InsufficientPrivilege"}, refusal


def test_the_unit_that_follows_reads_and_pays_and_no_third(world):
    who, application, target, waits = world
    follow(application)
    assert seen(who["follows_maker"]) == {model.__name__ for model in READ}
    assert seen(who["other_maker"]) == set()
    assert race([paying(who, "follows_maker", target, waits, FOLLOWS)]) == {"done": 1}
    refusal = race([paying(who, "other_maker", target, waits, OTHER, "V10")])
    assert set(refusal) <= {"money_only_by_finance", "InsufficientPrivilege"}, refusal


def test_what_the_old_bureau_began_it_closes_itself(world):
    who, application, _target, waits = world
    follow(application)
    confirm = CONFIRM.format(table="grants_payment")
    ended = race([(who["follows_checker"].pk, confirm, {"id": waits.pk, "checker": who["follows_checker"].pk})])
    with make.acting(who["unit_checker"]):
        waits.refresh_from_db()
        assert waits.state == "entered", ended
    assert race([(who["unit_checker"].pk, confirm, {"id": waits.pk, "checker": who["unit_checker"].pk})]) == {"done": 1}


def test_it_goes_on_in_the_pages(world):
    who, application, target, _waits = world
    follow(application)

    def browser(role):
        client = Client(headers={"accept-language": "en"})
        client.force_login(who[role])
        return client

    maker, checker = browser("follows_maker"), browser("follows_checker")
    page = maker.get(f"/grants/projects/{target.pk}/")
    assert "Prepare a payment" in page.content.decode()
    form = {
        "amount": "5.00",
        "method": "investment_subsidy",
        "milestone": "machines stand",
        "reached_on": make.today().isoformat(),
        "payee_code": make.credit_code(9_000_001),
        "purpose": "machines",
    }
    begun = maker.post(f"/grants/projects/{target.pk}/pay/", form)
    assert begun.status_code == 303, begun.content.decode()
    complete(who["follows_maker"], begun["Location"])
    voucher = {
        "document_no": "V2",
        "document_date": (make.today() - timedelta(days=1)).isoformat(),
        "file": make.pdf("V2.pdf"),
    }
    answer = maker.post(f"{begun['Location']}enter/", voucher)
    assert answer.status_code == 303, answer.content.decode()
    address = answer["Location"]
    assert address in checker.get("/grants/to-check/").content.decode()
    assert checker.post(address, {"act": "confirm", "why": ""}).status_code == 303
    with make.acting(who["follows_checker"]):
        paid = Payment.objects.get(document_no="V2")
        assert (paid.state, paid.organisation_id) == ("confirmed", organisation(f"CZ{FOLLOWS}"))
    assert browser("other_maker").get(f"/grants/projects/{target.pk}/").status_code == 404


def test_of_two_bureaus_of_one_maker_the_one_that_follows_takes_back(world):
    """The first department of the person had stood under the reversal, whichever it was."""
    from portal.accounts.cast import ensure_user

    who, application, _target, waits = world
    with make.acting(who["unit_checker"]) as by:
        from grants.domain import payments

        payments.confirm_payment(by=by, payment=Payment.objects.get(pk=waits.pk))
    follow(application)
    both = who["other_maker"]
    databases.committed(lambda: ensure_user(both.email, both.name, f"CZ{FOLLOWS}", "finance_maker"))
    with make.acting(both):
        entry = Entry.objects.get(kind="payment")
    row = make.entered_reversal({"unit_maker": both}, entry=entry, by="unit")
    with make.acting(both):
        assert row.organisation_id == organisation(f"CZ{FOLLOWS}")
