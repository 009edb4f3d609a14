"""Two connections at once, as portal_web, past the commands. Each test commits in a clone of its own."""

from __future__ import annotations

import threading
from collections import Counter
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor

import psycopg
import pytest
from django.db import connections

from applications import queries
from applications.domain import submission
from applications.enums import Side, Verdict
from applications.models import Application
from portal.core.errors import DomainError
from tests import factories_applications as make
from tests.guards.applications_sql import as_person, name_of
from tests.guards.test_applications_province import DECIDE, TO
from tests.guards.test_applications_scope import insert

pytestmark = pytest.mark.guard
AMOUNT = "100000000.00"


def race(*acts: Callable[[], str]) -> Counter[str]:
    """Run the acts at the same moment, each in a thread of its own; gives how each ended, counted."""
    gate = threading.Barrier(len(acts), timeout=60)

    def one(act: Callable[[], str]) -> str:
        gate.wait(timeout=20)
        try:
            return act()
        except DomainError as error:
            return error.code
        except psycopg.Error as error:
            return name_of(error)
        finally:
            connections.close_all()

    with ThreadPoolExecutor(len(acts)) as pool:
        return Counter(pool.map(one, acts))


def test_one_application_for_a_unit(fresh_db):
    batch = make.open_batch()
    people = [make.person("drafter", "ZF350200", number).pk for number in (1, 2, 3, 4)]

    statement = insert("scope_user()")

    def begin(person: int) -> str:
        with as_person(person) as web:
            web.execute(statement, [batch.pk])
        return "begun"

    outcome = race(*[lambda person=person: begin(person) for person in people])
    assert outcome == {"begun": 1, "application_once_per_unit": 3}


def test_the_last_place_of_the_quota_is_taken_once(fresh_db):
    make.recommended(unit="350100", amount=AMOUNT)
    waiting = []
    for unit in ("350300", "350400", "350500"):
        row = make.submitted(unit=unit, amount=AMOUNT)
        make.decide(row, Side.INDUSTRY)
        make.examined(row, Side.FINANCE)
        waiting.append(row.pk)
    person = make.person("provincial_officer", "CZ350000").pk

    def recommend(pk: int) -> str:
        with as_person(person) as web:
            web.execute(DECIDE + " and a.id = %s", ["finance", "recommend", "CZ350000", pk])
            web.execute(TO + " where id = %s", ["recommended", pk])
        return "recommended"

    outcome = race(*[lambda pk=pk: recommend(pk) for pk in waiting])
    assert outcome == {"recommended": 1, "province_quota": 2}


def test_the_command_keeps_the_quota_too(fresh_db):
    make.recommended(unit="350100", amount=AMOUNT)
    waiting = [make.submitted(unit=unit, amount=AMOUNT) for unit in ("350300", "350400")]
    for row in waiting:
        make.decide(row, Side.INDUSTRY)

    def recommend(row: Application) -> str:
        make.decide(row, Side.FINANCE)
        return "recommended"

    outcome = race(*[lambda row=row: recommend(row) for row in waiting])
    assert outcome == {"recommended": 1, "province_quota": 1}
    with make.acting("officer", "MIIT"):
        assert Application.objects.filter(state="recommended").count() == 2


def test_a_double_click_submits_once(fresh_db):
    row = make.awaiting(unit="350200", amount=AMOUNT)
    with make.acting("signatory", "ZF350200"):
        digest = queries.open_sign_off(row).content_sha256

    def submit() -> str:
        with make.acting("signatory", "ZF350200") as by:
            submission.submit(by=by, application=Application.objects.get(pk=row.pk), sha256=digest)
        return "submitted"

    outcome = race(submit, submit, submit)
    assert outcome["submitted"] == 1
    assert sum(outcome.values()) == 3
    with make.acting("signatory", "ZF350200"):
        assert row.snapshots.count() == 1


def test_two_departments_at_once_still_make_one_recommendation(fresh_db):
    row = make.submitted(unit="350200", amount=AMOUNT)
    make.examined(row, Side.INDUSTRY)

    def decide(side: Side) -> str:
        make.decide(row, side, Verdict.RECOMMEND)
        return side.value

    outcome = race(lambda: decide(Side.INDUSTRY), lambda: decide(Side.FINANCE))
    assert outcome == {"industry": 1, "finance": 1}
    assert make.fresh(row).state == "recommended"


def test_a_partner_changes_nothing_while_the_dossier_is_submitted(fresh_db):
    """The partner's change waits for the sign-off that is under way, and is then refused."""
    row = make.drafted(unit="350200", amount=AMOUNT, soes=("YQ001",))
    drafter, soe = make.person("drafter", "ZF350200").pk, make.person("soe_officer", "YQ001").pk
    held, asked = threading.Event(), threading.Event()

    def freeze() -> str:
        with as_person(drafter) as web:
            web.execute("select id from applications_application where id = %s for update", [row.pk])
            web.execute("update applications_application set state = 'awaiting_sign_off' where id = %s", [row.pk])
            held.set()
            asked.wait(timeout=5)
        return "frozen"

    def change() -> str:
        held.wait(timeout=10)
        with as_person(soe) as web:
            threading.Timer(0.5, asked.set).start()
            web.execute("update applications_partner set amount_committed = 1")
        return "changed"

    assert race(freeze, change) == {"frozen": 1, "dossier_is_frozen": 1}
