"""Bank statements through the commands: imported once, matched, decided by people; payment orders once a paper."""

from __future__ import annotations

import csv
import io
from decimal import Decimal

import pytest

from portal.core.errors import DomainError, NotAllowed
from tests import bank_files as files
from tests import factories_bank as bank
from tests import factories_grants as make

pytestmark = pytest.mark.django_db


@pytest.fixture
def award(who, world):
    return make.funded_unit(who, application=world.application, award="100000000.00", held="40000000.00")


@pytest.fixture
def project(who, award):
    return make.project(who, award)


def lines(user):
    from grants.models import BankLine

    with make.acting(user):
        return [(row.text, row.state, row.why) for row in BankLine.objects.order_by("pk")]


def paper_of(user, text):
    from grants.models import BankDecision

    with make.acting(user):
        return BankDecision.objects.get(line__text=text, ended_at=None).paper


def test_a_statement_is_matched_and_the_rest_is_open(who, project):
    first = make.paid(who, project=project, amount="60.00", number="支付1")
    second = make.paid(who, project=project, amount="70.00", number="支付2")
    make.entered_payment(who, project=project, amount="80.00", number="支付3")
    bank.statement(
        who["unit_maker"],
        ("-60.00", "", "设备款 支付1"),
        ("-70.00", "Enterprise 1", "by name"),
        ("-80.00", "Enterprise 1", "支付3"),
        ("-3.00", "", "fee"),
        ("40000000.00", "", "闽财〔2026〕3号"),
    )
    assert lines(who["unit_maker"]) == [
        ("设备款 支付1", "matched", ""),
        ("by name", "matched", ""),
        ("支付3", "open", "no_paper"),
        ("fee", "open", "no_paper"),
        ("闽财〔2026〕3号", "matched", ""),
    ]
    assert paper_of(who["unit_maker"], "设备款 支付1") == first
    assert paper_of(who["unit_maker"], "by name") == second
    assert paper_of(who["unit_maker"], "闽财〔2026〕3号")._meta.model_name == "passon"


def test_the_province_and_the_ministry_match_their_own_papers(who, award):
    bank.statement(
        who["province_maker"], ("40000000.00", "", "财建〔2026〕2号"), ("-40000000.00", "", "闽财〔2026〕3号")
    )
    bank.statement(who["mof_maker"], ("-40000000.00", "", "财建〔2026〕2号"))
    assert [state for _text, state, _why in lines(who["mof"])] == ["matched"] * 3
    assert lines(who["unit_maker"]) == []


def test_the_same_statement_changes_nothing_and_says_who_brought_it(who, project):
    from grants.models import BankLine, BankStatement

    content = files.statement([(bank.day(), "-60.00", "甲", "x")], opening="100.00")
    first = bank.imported(who["unit_maker"], content)
    again = bank.imported(who["unit_maker"], content, "renamed.csv")
    assert (first.report["statements"][0]["again"], again.report["statements"][0]["again"]) == (False, True)
    assert again.report["statements"][0]["statement"] == first.report["statements"][0]["statement"]
    assert again.report["statements"][0]["by"] == who["unit_maker"].name
    with make.acting(who["unit_maker"]):
        assert (BankStatement.objects.count(), BankLine.objects.count()) == (1, 1)


def test_overlapping_statements_count_a_line_once(who, project):
    from grants.models import BankStatement

    one = [files.Entry("5.00", "a"), files.Entry("6.00", "b")]
    bank.imported(who["unit_maker"], files.camt(one), "a.xml")
    bank.imported(who["unit_maker"], files.camt([*one, files.Entry("7.00", "c")], number="STMT-2"), "b.xml")
    with make.acting(who["unit_maker"]):
        found = [(row.number, row.lines, row.counted.count()) for row in BankStatement.objects.order_by("pk")]
    assert found == [("STMT-1", 2, 2), ("STMT-2", 3, 1)]


def test_a_reference_that_the_bank_uses_again_hides_no_movement(who, project):
    """A payment, its fee and its return under one reference; then the return alone, and all of it once more."""
    from grants.models import BankLine, BankStatement

    paid, fee = files.Entry("60.00", "paid", reference="R1"), files.Entry("0.50", "fee", reference="R1")
    back = files.Entry("60.00", "sent back", reference="R1", mark="CRDT")
    bank.imported(who["unit_maker"], files.camt([paid, fee]), "a.xml")
    bank.imported(who["unit_maker"], files.camt([back], number="STMT-2"), "b.xml")
    bank.imported(who["unit_maker"], files.camt([back, fee, paid, fee], number="STMT-3"), "c.xml")
    with make.acting(who["unit_maker"]):
        found = [(row.number, row.counted.count()) for row in BankStatement.objects.order_by("pk")]
        kept = [(row.text, row.direction, row.amount) for row in BankLine.objects.order_by("pk")]
    assert kept == [
        ("paid", "debit", Decimal("60.00")),
        ("fee", "debit", Decimal("0.50")),
        ("sent back", "credit", Decimal("60.00")),
        ("fee", "debit", Decimal("0.50")),
    ]
    assert found == [("STMT-1", 2), ("STMT-2", 1), ("STMT-3", 1)]


def test_a_file_with_errors_imports_nothing(who, project):
    from grants.models import BankStatement

    content = files.statement([(bank.day(), "-60.00", "甲", "x"), ("2026-99-01", "-1.00", "甲", "y")])
    row = bank.imported(who["unit_maker"], content)
    assert (row.state, [one["row"] for one in row.report["problems"]]) == ("refused", [3])
    with make.acting(who["unit_maker"]):
        assert BankStatement.objects.count() == 0


@pytest.mark.parametrize("content", [b"", b"  \n", b"PK\x03\x04xx", b"%PDF-1.7"])
def test_what_is_no_statement_is_not_kept(who, project, content):
    from grants.models import BankFile

    with pytest.raises(DomainError) as error:
        bank.brought(who["unit_maker"], content)
    assert error.value.field == "file"
    with make.acting(who["unit_maker"]):
        assert BankFile.objects.count() == 0


def test_only_who_enters_money_brings_statements(who, project):
    for name in ("unit_checker", "auditor", "mof", "miit"):
        with pytest.raises(NotAllowed):
            bank.brought(who[name], b"x,y\n")


def test_a_person_matches_sets_aside_and_undoes(who, project):
    from grants.domain import bank_lines
    from grants.models import BankDecision, BankLine

    payment = make.paid(who, project=project, amount="60.00", number="支付1")
    bank.statement(who["unit_maker"], ("-25.00", "", "part one"), ("-35.00", "", "part two"), ("-3.00", "", "fee"))
    with make.acting(who["unit_maker"]) as by:
        one, two, fee = BankLine.objects.order_by("pk")
        bank_lines.match_line(by=by, line=one, paper=payment)
        decision = bank_lines.match_line(by=by, line=two, paper=payment)
        with pytest.raises(DomainError) as error:
            bank_lines.match_line(by=by, line=fee, paper=payment)
        assert error.value.code == "bank_lines_within_paper"
        with pytest.raises(DomainError) as error:
            bank_lines.set_aside(by=by, line=fee, why=" ")
        assert error.value.field == "why"
        bank_lines.set_aside(by=by, line=fee, why="bank fee")
        with pytest.raises(DomainError) as error:
            bank_lines.match_line(by=by, line=one, paper=payment)
        assert error.value.code == "bank_line_decided_once"
        bank_lines.undo(by=by, decision=decision, why="wrong paper")
        with pytest.raises(DomainError) as error:
            bank_lines.undo(by=by, decision=decision, why="again")
        assert error.value.code == "bank_history_stays"
    assert [row[1:] for row in lines(who["auditor"])] == [("matched", ""), ("open", "undone"), ("aside", "")]
    with make.acting(who["auditor"]):
        assert BankDecision.objects.count() == 3
    with pytest.raises(NotAllowed), make.acting(who["unit_checker"]) as by:
        bank_lines.match_line(by=by, line=two, paper=payment)


def test_lines_are_matched_again_after_a_paper_was_confirmed(who, project):
    from grants.domain import bank as domain
    from grants.domain import payments

    waiting = make.entered_payment(who, project=project, amount="60.00", number="支付1")
    statement = bank.statement(who["unit_maker"], ("-60.00", "", "支付1"))
    assert lines(who["unit_maker"]) == [("支付1", "open", "no_paper")]
    with make.acting(who["unit_checker"]) as by:
        payments.confirm_payment(by=by, payment=waiting)
    with make.acting(who["unit_maker"]) as by:
        assert domain.match_again(by=by, organisation=statement.organisation_id) == 1
        assert domain.match_again(by=by, organisation=statement.organisation_id) == 0
    assert lines(who["unit_maker"]) == [("支付1", "matched", "")]


def test_auditors_see_payments_that_no_statement_shows(who, project):
    from datetime import timedelta

    from grants.queries import bank as queries
    from portal.core import clock

    seen = make.paid(who, project=project, amount="60.00", number="支付1")
    lost = make.paid(who, project=project, amount="70.00", number="支付2")
    bank.statement(who["unit_maker"], ("-60.00", "", "支付1"))
    with make.acting(who["auditor"]) as by:
        assert list(queries.unseen(by.scope, before=clock.now() + timedelta(seconds=1))) == [lost]
        assert list(queries.unseen(by.scope, before=clock.now() - timedelta(days=1))) == []
        assert [line.text for line in queries.lines_of_paper(by.scope, paper=seen)] == ["支付1"]


def written(user, rows):
    from grants.domain import bank, bank_orders

    with make.acting(user) as by:
        return bank_orders.write(
            by=by,
            organisation=bank.treasury(by).organisation,
            kind=bank_orders.kind_of(bank.treasury(by)),
            papers=[row.pk for row in rows],
        )


def content(order):
    from portal.core.files import read

    return list(csv.reader(io.StringIO(read(order).decode("utf-8-sig"))))


def test_a_paper_stands_in_one_set_until_it_is_withdrawn(who, project):
    from grants.domain import bank_orders

    paid = [make.paid(who, project=project, amount=f"{n}.00", number=f"支付{n}") for n in (1, 2)]
    first = written(who["unit_maker"], paid)
    assert (first.number, first.papers, first.total) == (1, 2, Decimal("3.00"))
    assert [row[6] for row in content(first)[1:]] == ["1.00", "2.00"]
    with pytest.raises(DomainError) as error:
        written(who["unit_maker"], paid[:1])
    assert error.value.code == "bank_order_of_free_papers"
    with make.acting(who["unit_maker"]) as by:
        bank_orders.withdraw(by=by, order=first, why="bank closed")
    assert written(who["unit_maker"], paid[:1]).number == 2


def test_the_file_for_the_bank_holds_no_formula_and_knows_accounts_of_before(who, project):
    known = make.paid(who, project=project, amount="60.00", number="=1+1")
    order = written(who["unit_maker"], [known])
    row = content(order)[1]
    assert row[9] == "'=1+1"
    assert row[8].startswith("'=1+1 ")
    assert row[4] == ""
    entry = files.Entry("60.00", "=1+1", name="Enterprise 1", day=bank.day())
    account = "<RltdPties><CdtrAcct><Id><Othr><Id>622800001</Id></Othr></Id></CdtrAcct>"
    bank.imported(who["unit_maker"], files.camt([entry]).replace(b"<RltdPties>", account.encode()), "a.xml")
    later = make.paid(who, project=project, amount="61.00", number="支付9")
    assert content(written(who["unit_maker"], [later]))[1][4] == "622800001"


def test_a_set_the_bank_has_paid_is_not_withdrawn(who, project):
    from grants.domain import bank_orders

    order = written(who["unit_maker"], [make.paid(who, project=project, amount="60.00", number="支付1")])
    bank.statement(who["unit_maker"], ("-60.00", "", "支付1"))
    with make.acting(who["unit_maker"]) as by, pytest.raises(DomainError) as error:
        bank_orders.withdraw(by=by, order=order, why="x")
    assert error.value.code == "bank_order_paid"


def test_the_ministry_writes_no_orders(who, project):
    with pytest.raises(NotAllowed):
        written(who["mof_maker"], [])


def test_the_statement_of_the_demonstration_leaves_three_lines_open(who, project, award):
    from applications.models import Application
    from portal.demonstration.bank import import_statement

    make.paid(who, project=project, amount="60.00", number="支付1")
    with make.acting(who["mof"]):
        batch = Application.objects.get(pk=award.application_id).batch
        import_statement(batch, "350200", who["unit_maker"].pk)
    assert sorted(state for _text, state, _why in lines(who["unit_maker"])) == ["matched"] * 2 + ["open"] * 3
