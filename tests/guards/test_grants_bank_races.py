"""Two at once on bank statements: imported once, a line counted once, a paper paid by no more than its amount."""

from __future__ import annotations

import pytest

from tests import bank_files as files
from tests import factories_bank as bank
from tests import factories_grants as make
from tests.grants.raw import race
from tests.guards.test_grants_bank import DECIDE

pytestmark = pytest.mark.guard


def test_two_at_once_import_a_statement_once_and_match_within_the_paper(fresh_db):
    from grants.models import BankLine, BankStatement

    who, applications = make.live("350200", number=93, budget="300000000.00")
    award = make.funded_unit(who, application=applications[0], award="100000000.00", held="100.00")
    paid = make.paid(who, project=make.project(who, award), amount="60.00", number="支付1")
    maker = who["unit_maker"]
    lines = [(f"-{amount}.00", "", f"x{amount}") for amount in (35, 30)]
    row = bank.statement(maker, *lines)
    with make.acting(maker):
        one, two = BankLine.objects.order_by("pk")
        body = row.organisation_id
    values = {"organisation": body, "paper": paid.pk, "by": maker.pk}
    sql = DECIDE.format(kind="payment_id")
    ended = race([(maker.pk, sql, values | {"line": one.pk}), (maker.pk, sql, values | {"line": two.pk})])
    assert ended == {"done": 1, "bank_lines_within_paper": 1}
    insert = (
        "insert into grants_bankstatement (file_id, organisation_id, identity, number, account, begins, ends, moved,"
        " lines, imported_by_id, imported_at) values (%(file)s, %(organisation)s, 'same', '', '1', '2026-01-01',"
        " '2026-01-02', 0, 0, %(by)s, now())"
    )
    values = {"file": row.file_id, "organisation": body, "by": maker.pk}
    assert race([(maker.pk, insert, values)] * 4) == {"done": 1, "bank_statement_once": 3}
    with make.acting(maker):
        assert BankStatement.objects.count() == 2


def test_two_workers_import_the_same_statement_at_once(fresh_db):
    """Two imports of the same content run at the same time: one stores it, the other says so; a line counts once."""
    import threading

    from django.db import connections

    from grants.domain import bank as domain
    from grants.models import BankFile, BankLine, BankStatement

    who = make.live_people("350200")
    maker = who["unit_maker"]
    content = files.statement(
        [(bank.day(), f"-{place}.00", "", f"t{place}") for place in range(1, 30)], opening="9999.00"
    )
    brought = [bank.brought(maker, content) for _ in range(4)]
    gate = threading.Barrier(len(brought), timeout=60)

    def one(row):
        found = domain.judge(row)
        gate.wait()
        try:
            with make.acting(maker) as by:
                domain.take(by=by, row=row, found=found.statements)
        finally:
            connections.close_all()

    threads = [threading.Thread(target=one, args=(row,)) for row in brought]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    with make.acting(maker):
        assert (BankStatement.objects.count(), BankLine.objects.count()) == (1, 29)
        reports = [row.report["statements"][0]["again"] for row in BankFile.objects.all()]
        assert sorted(reports) == [False, True, True, True]
