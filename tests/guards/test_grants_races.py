"""Connections that race for the last fen: one wins, the others are refused by name, and the books stay whole."""

from __future__ import annotations

import threading
from collections import Counter

import psycopg
import pytest

from tests import databases
from tests import factories_grants as make
from tests.grants.raw import AWARD, CONFIRM, ISSUE, PASS_ON, PAYMENT, organisation, race
from tests.worlds import standing

pytestmark = pytest.mark.guard
UNIT = "350200"


@pytest.fixture
def live(django_db_setup, django_db_blocker):
    """People and a final list of three units in a clone whose writes are kept; budget 300 million."""
    with django_db_blocker.unblock(), standing(_built) as found:
        yield found


def _built():
    return make.live(UNIT, "360100", "330100", number=91, budget="300000000.00")


def numbers():
    with psycopg.connect(databases.owner_dsn()) as owner:
        return [number for (number,) in owner.execute("select number from grants_entry order by number")]


def whole():
    from grants.ledger.verifier import differences

    assert differences("owner") == []


def mof(who, **values):
    with make.acting(who["mof_maker"]):
        return {"organisation": organisation("MOF"), "maker": who["mof_maker"].pk, "no": "R1", **values}


def test_last_fen_is_paid_once(live):
    """Sixteen payments of the one fen the unit holds are confirmed at once."""
    who, applications = live
    award = make.funded_unit(who, application=applications[0], award="100000000.00", held="10.00")
    target = make.project(who, award)
    make.paid(who, project=target, amount="9.00", number="V0")
    rows = [make.entered_payment(who, project=target, amount="0.01", number=f"V{n}").pk for n in range(1, 17)]
    make.paid(who, project=target, amount="0.99", number="V99")
    statement = CONFIRM.format(table="grants_payment")
    checker = who["unit_checker"].pk
    ended = race([(checker, statement, {"id": pk, "checker": checker}) for pk in rows])
    assert ended == {"done": 1, "account_never_below_zero": 15}
    assert numbers() == list(range(1, 7))
    whole()


def test_last_fen_by_the_command_is_paid_once_and_the_losers_read_what_is_left(live):
    from django.db import connection

    from grants.domain import payments
    from portal.core.errors import DomainError
    from portal.core.scope import acting_as

    who, applications = live
    award = make.funded_unit(who, application=applications[0], award="100000000.00", held="10.00")
    target = make.project(who, award)
    rows = [make.entered_payment(who, project=target, amount="6.00", number=f"V{n}") for n in range(6)]
    gate, ended = threading.Barrier(6, timeout=60), []

    def confirm(row):
        try:
            with acting_as(who["unit_checker"].pk) as by:
                gate.wait()
                payments.confirm_payment(by=by, payment=row)
            ended.append("done")
        except DomainError as error:
            ended.append(str(error))
        finally:
            connection.close()

    threads = [threading.Thread(target=confirm, args=(row,)) for row in rows]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    refused = Counter(ended)
    assert refused.pop("done") == 1
    assert len(refused) == 1
    assert "4.00" in next(iter(refused))
    whole()


def test_two_checkers_confirm_one_payment_once(live):
    from portal.accounts.cast import ensure_user

    who, applications = live
    award = make.funded_unit(who, application=applications[0], award="100000000.00", held="10.00")
    row = make.entered_payment(who, project=make.project(who, award), amount="3.00", number="V1")
    second = ensure_user("second@cz350200.test", "second", f"CZ{UNIT}", "finance_checker")
    statement = CONFIRM.format(table="grants_payment")
    people = [who["unit_checker"].pk, second.pk] * 4
    ended = race([(person, statement, {"id": row.pk, "checker": person}) for person in people])
    # The others find the row confirmed; what they would change of it is refused.
    assert ended["done"] >= 1
    assert set(ended) <= {"done", "money_paper_is_kept"}
    assert numbers() == [1, 2, 3, 4]
    whole()


def test_support_of_a_project_is_kept_under_sixteen_entries(live):
    who, applications = live
    award = make.funded_unit(who, application=applications[0], award="100000000.00", held="50000000.00")
    target = make.project(who, award)
    voucher = make.entered_payment(who, project=target, amount="0.01", number="V0").document_id
    with make.acting(who["unit_maker"]):
        home = organisation(f"CZ{UNIT}")
    maker = who["unit_maker"].pk
    values = {"organisation": home, "maker": maker, "project": target.pk, "document": voucher, "amount": "8000000.00"}
    asked = [make.request_rows(who, target, values["amount"]) for _ in range(16)]
    ended = race([(maker, PAYMENT, values | {"no": f"R{pk}", "request": pk}) for pk in asked])
    assert ended == {"done": 2, "payments_within_support": 14}  # 20 million approved


def test_budget_of_the_batch_is_kept_by_two_at_once(live):
    who, applications = live
    maker = who["mof_maker"].pk
    ended = race([(maker, AWARD, mof(who, application=pk, amount="160000000.00", no=f"R{pk}")) for pk in applications])
    assert ended == {"done": 1, "award_within_budget": 2}


def test_tranche_is_kept_under_eight_entries(live):
    who, applications = live
    award = make.awarded(who, application=applications[0], amount="100.00")
    maker = who["mof_maker"].pk
    values = mof(who, award=award.pk, tranche=1, amount="30.00")
    ended = race([(maker, ISSUE, values | {"no": f"R{n}"}) for n in range(8)])
    assert ended == {"done": 1, "issue_within_tranche": 7}


def test_receipt_is_passed_on_once_under_eight_entries(live):
    who, applications = live
    award = make.awarded(who, application=applications[0], amount="200.00")
    issue = make.issued(who, award=award, amount="100.00", received_on=make.today())
    with make.acting(who["province_maker"]):
        home = organisation("CZ350000")
    maker = who["province_maker"].pk
    values = {"organisation": home, "maker": maker, "issue": issue.pk, "amount": "60.00"}
    ended = race([(maker, PASS_ON, values | {"no": f"R{n}"}) for n in range(8)])
    assert ended == {"done": 1, "pass_on_within_issue": 7}


def test_numbers_have_no_gap_though_some_fail(live):
    """Bookings of three awards race with ones that are refused: every number is used once."""
    who, applications = live
    rows = []
    for pk in applications:
        award = make.awarded(who, application=pk, amount="90000000.00", number=f"财建〔2026〕{pk}号")
        for n in range(4):
            with make.acting(who["mof_maker"]) as by:
                from grants.domain import issues
                from grants.enums import Tranche

                what = issues.IssueInput(Tranche.FIRST, make.Decimal("1000.00"), make.paper(f"I{n}", file=make.pdf()))
                rows.append(issues.enter_issue(by=by, award=award, what=what).pk)
    checker, maker = who["mof_checker"].pk, who["mof_maker"].pk
    statement = CONFIRM.format(table="grants_issue")
    good = [(checker, statement, {"id": pk, "checker": checker}) for pk in rows]
    bad = [(checker, statement, {"id": pk, "checker": maker}) for pk in rows[:4]]
    ended = race(good + bad)
    assert ended["done"] == 12
    assert numbers() == list(range(1, 16))
    whole()


def test_reduced_second_tranche_is_issued_once(live):
    """Eight issues of the whole of what the assessment left of the second tranche at once."""
    from tests import factories_assessing as assess

    who, applications = live
    award = make.awarded(who, application=applications[0], amount="100000000.00")
    assess.result(who, award, "passed", second_limit="20000000.00")
    maker = who["mof_maker"].pk
    statements = [
        (maker, ISSUE, mof(who, award=award.pk, tranche=2, amount="20000000.00") | {"no": f"T{n}"}) for n in range(8)
    ]
    assert race(statements) == {"done": 1, "second_tranche_within_reduction": 7}
