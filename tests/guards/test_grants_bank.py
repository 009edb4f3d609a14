"""What can never happen to bank lines and payment orders, attacked with raw SQL as the web role."""

from __future__ import annotations

from types import SimpleNamespace

import pytest

from tests import factories_bank as bank
from tests import factories_grants as make
from tests.grants.raw import refused, run
from tests.guards.money_rows import organisation_in, project_of

pytestmark = pytest.mark.guard

DECIDE = (
    "insert into grants_bankdecision (line_id, organisation_id, kind, how, {kind}, why, by_id, at, ended_why)"
    " values (%(line)s, %(organisation)s, 'match', 'person', %(paper)s, '', %(by)s, now(), '')"
)
ASIDE = (
    "insert into grants_bankdecision (line_id, organisation_id, kind, how, why, by_id, at, ended_why)"
    " values (%(line)s, %(organisation)s, 'aside', 'person', %(why)s, %(by)s, now(), '')"
)
END = "update grants_bankdecision set ended_at = now(), ended_by_id = %(by)s, ended_why = %(why)s where id = %(id)s"
ORDER = (
    "insert into grants_bankorder (file_name, content_type, size, sha256, storage_key, uploaded_by_id, uploaded_at,"
    " organisation_id, year, number, papers, total, state, withdrawn_why)"
    " values ('a.csv', 'text/csv', 1, repeat('0', 64), 'bank/x', %(by)s, now(), %(organisation)s, 2031, %(number)s,"
    " %(papers)s, %(total)s, 'written', '') returning id"
)
ITEM = (
    "insert into grants_bankorderitem (order_id, organisation_id, payment_id, withdrawn)"
    " values (%(order)s, %(organisation)s, %(paper)s, false)"
)


@pytest.fixture
def money(who, held):
    """Two payments of the unit (60 and 10 yuan), and a statement with three open lines out (25, 35, 60) and one in."""
    from grants.models import BankLine

    project = project_of(who, held)
    paid = make.paid(who, project=project, amount="60.00", number="支付1")
    other = make.paid(who, project=project, amount="10.00", number="支付2")
    waiting = make.entered_payment(who, project=project, amount="5.00", number="支付3")
    statement = bank.statement(
        who["unit_maker"],
        *[(amount, "", amount) for amount in ("-25.00", "-35.00", "-30.00", "12.00", "-5.00")],
    )
    with make.acting(who["unit_maker"]):
        rows = list(BankLine.objects.order_by("pk"))
    assert {row.state for row in rows} == {"open"}
    return SimpleNamespace(
        paid=paid,
        other=other,
        waiting=waiting,
        statement=statement,
        rows=rows,
        by=who["unit_maker"],
        organisation=organisation_in(who["unit_maker"], "CZ350200"),
    )


def decide(money, line, paper, kind="payment_id", **changes):
    values = {"line": line.pk, "paper": paper.pk, "organisation": money.organisation, "by": money.by.pk} | changes
    return run(DECIDE.format(kind=kind), **values)


def aside(money, line, why="fee", **changes):
    return run(ASIDE, **{"line": line.pk, "organisation": money.organisation, "by": money.by.pk, "why": why} | changes)


def test_lines_of_a_paper_keep_to_its_amount(money):
    first, second, third = money.rows[:3]
    with make.acting(money.by):
        decide(money, first, money.paid)
        with refused("bank_lines_within_paper"):
            decide(money, second, money.other)
        decide(money, second, money.paid)
        with refused("bank_lines_within_paper"):
            decide(money, third, money.paid)


def test_a_line_belongs_to_one_paper(money):
    with make.acting(money.by):
        decide(money, money.rows[0], money.paid)
        with refused("bank_line_decided_once"):
            decide(money, money.rows[0], money.paid)
        with refused("bank_line_decided_once"):
            aside(money, money.rows[0])
        decide(money, money.rows[1], money.paid)
        with refused("bank_line_decided_once"):  # and not that the paper is paid by more than its amount
            decide(money, money.rows[1], money.paid)


def test_a_line_belongs_to_a_confirmed_paper_of_its_account_and_direction(who, money, held):
    with make.acting(money.by):
        with refused("bank_line_of_confirmed_paper"):
            decide(money, money.rows[4], money.waiting)
        with refused("bank_line_of_own_paper"):
            decide(money, money.rows[3], money.other)
        issue = held.issues.get()
        with refused("bank_line_of_own_paper"):
            decide(money, money.rows[0], issue, kind="issue_id")
        with refused("bank_line_of_own_paper"):
            decide(money, money.rows[0], issue.pass_ons.get(), kind="pass_on_id")


def test_a_decision_is_signed_as_oneself_by_a_maker_of_the_body(who, others, money):
    for name, people in (("unit_checker", who), ("auditor", who), ("province_maker", who), ("unit_maker", others)):
        with make.acting(people[name]), refused("InsufficientPrivilege"):
            aside(money, money.rows[0], by=people[name].pk)
    with make.acting(money.by), refused("InsufficientPrivilege"):
        aside(money, money.rows[0], by=who["unit_checker"].pk)


def test_reasons_are_given(money):
    from grants.models import BankDecision

    with make.acting(money.by):
        with refused("bank_aside_with_reason"):
            aside(money, money.rows[0], why="")
        aside(money, money.rows[0])
        decision = BankDecision.objects.get().pk
        with refused("bank_undone_with_reason"):
            run(END, id=decision, by=money.by.pk, why="")


def test_a_decision_is_not_born_ended(money):
    sql = (
        "insert into grants_bankdecision (line_id, organisation_id, kind, how, why, by_id, at, ended_at, ended_by_id,"
        " ended_why) values (%(line)s, %(organisation)s, 'aside', 'person', %(why)s, %(by)s, now(), now(), %(by)s, 'x')"
    )
    with make.acting(money.by), refused("bank_history_stays"):
        run(sql, line=money.rows[0].pk, organisation=money.organisation, by=money.by.pk, why="fee")


def test_history_stays(who, money):
    from grants.models import BankDecision, BankLine

    with make.acting(money.by):
        decide(money, money.rows[0], money.paid)
        decision = BankDecision.objects.get().pk
        for change in ("why = 'x'", "how = 'number'", f"payment_id = {money.other.pk}", "at = now()"):
            with refused("bank_history_stays"):
                run(f"update grants_bankdecision set {change} where id = %(id)s", id=decision)
        with refused("InsufficientPrivilege"):
            run("delete from grants_bankdecision")
        with refused("money_signed_by_oneself"):
            run(END, id=decision, by=who["unit_checker"].pk, why="x")
        assert BankLine.objects.get(pk=money.rows[0].pk).state == "matched"
        assert run(END, id=decision, by=money.by.pk, why="x") == 1
        assert BankLine.objects.get(pk=money.rows[0].pk).state == "open"
        with refused("bank_history_stays"):
            run(END, id=decision, by=money.by.pk, why="y")
        with refused("bank_history_stays"):
            run(
                "update grants_bankdecision set ended_at = null, ended_by_id = null, ended_why = '' where id = %(id)s",
                id=decision,
            )


@pytest.mark.parametrize(
    "change",
    ["amount = 1", "day = '2020-01-01'", "name = 'x'", "text = 'x'", "key = 'x'", "state = 'matched'", "account = 'x'"],
)
def test_a_line_stays_as_the_bank_gave_it(money, change):
    with make.acting(money.by):
        with refused("bank_line_stays"):
            run(f"update grants_bankline set {change} where id = %(id)s", id=money.rows[0].pk)
        with refused("InsufficientPrivilege"):
            run("delete from grants_bankline")


def test_a_statement_is_not_changed(money):
    with make.acting(money.by):
        with refused("InsufficientPrivilege"):
            run("update grants_bankstatement set closing = 1")
        with refused("bank_statement_stays"):
            run("update grants_bankfile set report = '{}'")


def statement_of(money, **changes):
    values = {"identity": "x", "file": money.statement.file_id, "organisation": money.organisation, "by": money.by.pk}
    return run(
        "insert into grants_bankstatement (file_id, organisation_id, identity, number, account, begins, ends, moved,"
        " lines, imported_by_id, imported_at) values (%(file)s, %(organisation)s, %(identity)s, '', '3500001',"
        " '2026-01-01', '2026-01-02', 0, 0, %(by)s, now())",
        **values | changes,
    )


def test_a_statement_is_imported_once(money):
    with make.acting(money.by):
        with refused("bank_statement_once"):
            statement_of(money, identity=money.statement.identity)
        assert statement_of(money) == 1


def test_a_line_is_counted_once_however_many_statements_hold_it(money):
    line = money.rows[0]
    again = (
        "insert into grants_bankline (statement_id, organisation_id, account, number, key, day, direction, amount, name,"
        " counter_account, text, reference, state, why) values (%(statement)s, 0, %(account)s, 9, %(key)s, now(),"
        " 'debit', 1, '', '', '', '', 'open', '')"
    )
    with make.acting(money.by), refused("bank_line_counted_once"):
        run(again, statement=line.statement_id, key=line.key, account="another, which the database replaces")


def test_nobody_brings_a_statement_for_another_body(who, others, money):
    for name, people in (("unit_checker", who), ("auditor", who), ("unit_maker", others), ("province_maker", who)):
        with make.acting(people[name]), refused("InsufficientPrivilege"):
            statement_of(money, by=people[name].pk)


def test_rows_are_seen_in_their_place_only(who, others, money):
    from grants.models import BankDecision, BankFile, BankLine, BankStatement

    with make.acting(money.by):
        aside(money, money.rows[0])
    tables = (BankFile, BankStatement, BankLine, BankDecision)
    for name, people, sees in (
        ("unit_checker", who, True),
        ("province_maker", who, True),
        ("mof_maker", who, True),
        ("auditor", who, True),
        ("unit_maker", others, False),
        ("province_maker", others, False),
    ):
        with make.acting(people[name]):
            assert [model.objects.exists() for model in tables] == [sees] * 4, name


def order(money, papers, total, number=1):
    from django.db import connection

    values = {"by": money.by.pk, "organisation": money.organisation, "number": number, "papers": papers, "total": total}
    with connection.cursor() as cursor:
        cursor.execute(ORDER, values)
        return cursor.fetchone()[0]


def item(money, into, paper):
    return run(ITEM, order=into, organisation=money.organisation, paper=paper.pk)


def at_the_end():
    run("set constraints all immediate")
    run("set constraints all deferred")


def test_a_paper_is_ordered_once(money):
    with make.acting(money.by):
        first = order(money, 1, "60.00")
        item(money, first, money.paid)
        at_the_end()
        with refused("bank_payment_ordered_once"):
            item(money, order(money, 1, "60.00", 2), money.paid)


def test_only_confirmed_papers_of_the_body_are_ordered(who, money):
    with make.acting(money.by), refused("bank_order_of_confirmed_paper"):
        item(money, order(money, 1, "5.00"), money.waiting)
    province = SimpleNamespace(by=who["province_maker"], organisation=organisation_in(who["mof"], "CZ350000"))
    with make.acting(province.by), refused("bank_order_of_own_paper"):
        item(province, order(province, 1, "60.00"), money.paid)


@pytest.mark.parametrize(("papers", "total"), [(1, "59.00"), (2, "60.00"), (0, "0.00")])
def test_a_set_adds_up(money, papers, total):
    with make.acting(money.by), refused("bank_order_adds_up"):
        made = order(money, papers, total)
        if papers:
            item(money, made, money.paid)
        at_the_end()


def test_a_set_is_closed_and_only_withdrawn(who, money):
    with make.acting(money.by):
        made = order(money, 1, "60.00")
        item(money, made, money.paid)
        at_the_end()
        with refused("bank_order_adds_up"):
            item(money, made, money.other)
            at_the_end()
        with refused("bank_statement_stays"):
            run("update grants_bankorder set total = 1")
        with refused("InsufficientPrivilege"):
            run("update grants_bankorderitem set withdrawn = true")
        withdraw = "update grants_bankorder set state = 'withdrawn', withdrawn_by_id = %(by)s, withdrawn_at = now(), withdrawn_why = %(why)s"
        with refused("bank_order_withdrawn_with_reason"):
            run(withdraw, by=money.by.pk, why="")
        with refused("money_signed_by_oneself"):
            run(withdraw, by=who["unit_checker"].pk, why="x")
        assert run(withdraw, by=money.by.pk, why="x") == 1
        with refused("bank_order_state"):
            run("update grants_bankorder set state = 'written'")
        again = order(money, 1, "60.00", 2)
        assert item(money, again, money.paid) == 1
        at_the_end()


def test_a_set_the_bank_has_paid_stays(money):
    with make.acting(money.by):
        made = order(money, 1, "60.00")
        item(money, made, money.paid)
        at_the_end()
        decide(money, money.rows[0], money.paid)
        with refused("bank_order_paid"):
            run(
                "update grants_bankorder set state = 'withdrawn', withdrawn_by_id = %(by)s, withdrawn_at = now(), withdrawn_why = 'x'",
                by=money.by.pk,
            )
