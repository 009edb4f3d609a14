"""The same act on money asked a hundred times at once over the API makes one row and one entry.

Sixteen threads, each with connections of its own, in a clone whose writes are kept: whoever comes second waits at the
key until the first is through, and gets its answer.
"""

from __future__ import annotations

import json
import uuid
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from decimal import Decimal
from types import SimpleNamespace

import pytest
from django.db import connections
from django.test import Client
from rest_framework.throttling import SimpleRateThrottle

from tests import databases, uploads
from tests import factories_grants as make
from tests import factories_use as make_use

pytestmark = pytest.mark.guard
TIMES, THREADS = 100, 16


@pytest.fixture(scope="module")
def ground(django_db_setup, django_db_blocker):
    """A unit that holds money, a project of it to which something was paid, an issue of which something is left."""
    with django_db_blocker.unblock(), databases.fresh_clone():
        who, (application,) = make.live("350200", number=94, budget="400000000.00")
        award = make.awarded(who, application=application, amount="100000000.00")
        issue = make.issued(who, award=award, amount="40000000.00", received_on=make.today())
        make.passed_on(who, issue=issue, amount="30000000.00")
        project = make.project(who, award)
        make.paid(who, project=project, amount="1000.00", number="V0")
        yield SimpleNamespace(who=who, award=award, issue=issue, project=project)
        connections.close_all()


@pytest.fixture(autouse=True)
def _no_limit(monkeypatch):
    monkeypatch.setattr(SimpleRateThrottle, "THROTTLE_RATES", {"anon": None, "user": None})


def secret(user):
    from portal.accounts.domain import tokens

    with make.acting(user) as by:
        what = tokens.TokenInput(uuid.uuid4().hex[:12], 7, can_write=True)
        return tokens.make(by=by, what=what)[1]


def as_json(data):
    return json.dumps(data), "application/json"


def as_form(data, file):
    """A form as a client sends it: with a boundary that is another one each time."""
    mark = uuid.uuid4().hex
    parts = [f'--{mark}\r\nContent-Disposition: form-data; name="{name}"\r\n\r\n{data[name]}\r\n' for name in data]
    head = f'--{mark}\r\nContent-Disposition: form-data; name="file"; filename="paper.pdf"\r\nContent-Type: application/pdf\r\n\r\n'
    body = "".join(parts).encode() + head.encode() + file + f"\r\n--{mark}--\r\n".encode()
    return body, f"multipart/form-data; boundary={mark}"


def storm(user, address, send=lambda: as_json({}), *, key=None):
    """Ask a hundred times at once, with one key or with what `key` gives each time; gives the answers."""
    authorization, one = f"Bearer {secret(user)}", uuid.uuid4().hex

    def ask(_):
        try:
            body, kind = send()
            headers = {
                "authorization": authorization,
                "idempotency-key": key() if key else one,
                "accept-language": "en",
            }
            return Client().post(f"/api/v1/{address}", body, content_type=kind, headers=headers)
        finally:
            connections.close_all()

    with ThreadPoolExecutor(THREADS) as pool:
        return list(pool.map(ask, range(TIMES)))


def one_acted(answers, status):
    assert Counter(answer.status_code for answer in answers) == {status: TIMES}, answers[0].content
    assert sum("Idempotency-Replayed" in answer for answer in answers) == TIMES - 1
    assert len({answer.content for answer in answers}) == 1
    return answers[0].json()


def kept(model, **where):
    """How many rows there are, whoever may see them."""
    return model._default_manager.using("owner").filter(**where).count()


def done(act, **where):
    from portal.audit.models import Event

    return kept(Event, act=act, outcome="done", **where)


def paper(number):
    return {"document_no": number, "document_date": make.today().isoformat()}


def test_a_payment_is_confirmed_and_booked_once(ground):
    from grants.models import Account, Entry

    row = make.entered_payment(ground.who, project=ground.project, amount="70.00", number="V1")
    held = Account.objects.using("owner").get(project=ground.project, place="project").balance
    body = one_acted(storm(ground.who["unit_checker"], f"payments/{row.pk}/confirm/"), 200)
    assert body["state"] == "confirmed"
    assert kept(Entry, payment=row) == 1
    assert Account.objects.using("owner").get(project=ground.project, place="project").balance == held + Decimal(70)
    assert done("grants.confirm_payment", object_id=str(row.pk)) == 1


def test_a_pass_on_is_entered_once(ground):
    from grants.models import PassOn

    what = paper("闽财〔2026〕71号") | {
        "amount": "71.00",
        "passed_on": make.today().isoformat(),
        "note": "in parts",
    }
    address = f"issues/{ground.issue.pk}/pass-on/"
    body = one_acted(storm(ground.who["province_maker"], address, lambda: as_json(what)), 201)
    assert kept(PassOn, issue=ground.issue, amount=71) == kept(PassOn, pk=body["id"]) == 1
    assert done("grants.enter_pass_on", object_id=str(body["id"])) == 1


def test_a_form_with_its_file_is_entered_once_whatever_its_boundary(ground):
    from grants.models import Document, SpendingReport

    day = make.today()
    what = paper("S71") | {
        "amount": "72.00",
        "enterprise": ground.project.enterprise_name,
        "used_for": "equipment",
        "purpose": "machine tools",
        "period_from": (day - timedelta(days=30)).isoformat(),
        "period_to": day.isoformat(),
    }
    file = uploads.pdf(text="spending")
    files = kept(Document)
    address = f"supported-projects/{ground.project.pk}/spend/"
    body = one_acted(storm(ground.who["unit_maker"], address, lambda: as_form(what, file)), 201)
    assert kept(SpendingReport, grant_project=ground.project) == kept(SpendingReport, pk=body["id"]) == 1
    assert kept(Document) == files + 1
    assert done("grants.enter_spending", object_id=str(body["id"])) == 1


def test_a_collection_on_a_demand_is_entered_and_booked_once(ground):
    from grants.models import Account, Entry, RecoveryPayment

    demand = make_use.demanded(ground.who, award=ground.award, amount="90.00", number="D73")
    what = paper("C73") | {"amount": "73.00"}
    address = f"recoveries/{demand.pk}/collect/"
    body = one_acted(storm(ground.who["unit_maker"], address, lambda: as_json(what)), 201)
    assert kept(RecoveryPayment, recovery=demand) == kept(RecoveryPayment, pk=body["id"]) == 1
    one_acted(storm(ground.who["unit_checker"], f"recovery-payments/{body['id']}/confirm/"), 200)
    assert kept(Entry, recovery_payment=body["id"]) == 1
    assert Account.objects.using("owner").get(award=ground.award, place="surplus").balance == Decimal(73)


def test_a_payment_is_confirmed_once_under_a_hundred_keys(ground):
    from grants.models import Entry

    row = make.entered_payment(ground.who, project=ground.project, amount="74.00", number="V4")
    answers = storm(ground.who["unit_checker"], f"payments/{row.pk}/confirm/", key=lambda: uuid.uuid4().hex)
    assert Counter(answer.status_code for answer in answers) == {200: 1, 409: TIMES - 1}
    assert {answer.json()["code"] for answer in answers if answer.status_code == 409} == {"checked_already"}
    assert kept(Entry, payment=row) == 1


def test_without_a_key_or_with_one_of_another_body_nothing_is_entered(ground):
    from grants.models import Document, MatchingFunds

    user, address = ground.who["unit_maker"], f"/api/v1/awards/{ground.award.pk}/matching/"
    what = paper("M75") | {
        "year": 2026,
        "source": "local",
        "amount": "75.00",
        "arrived_on": make.today().isoformat(),
    }
    headers = {"authorization": f"Bearer {secret(user)}", "accept-language": "en"}

    def ask(send, **more):
        body, kind = send
        return Client().post(address, body, content_type=kind, headers=headers | more)

    missing = ask(as_json(what))
    assert (missing.status_code, missing.json()["code"]) == (400, "idempotency_key_missing")
    assert kept(MatchingFunds) == 0
    key = {"idempotency-key": "matching-of-75"}
    file = uploads.pdf(text="matching")
    assert ask(as_form(what, file), **key).status_code == 201
    assert "Idempotency-Replayed" in ask(as_form(what, file), **key)
    others = [as_json(what), as_form(what | {"amount": "75.01"}, file), as_form(what, uploads.pdf(text="another"))]
    for other in others:
        answer = ask(other, **key)
        assert (answer.status_code, answer.json()["code"]) == (422, "idempotency_key_reused")
    assert kept(MatchingFunds) == 1
    assert kept(Document, kind="matching") == 1
