"""Days of receipt: none to come, none later than the bank's last yuan, none that another moment of record makes good."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.db import connection

from grants.domain import bank_lines, issues
from grants.models import BankLine, Issue
from portal.core.errors import DomainError
from tests import bank_files
from tests import factories_bank as bank
from tests import factories_grants as make
from tests import factories_use as use
from tests.grants.raw import refused, run

pytestmark = pytest.mark.guard
# now() is when the transaction of the test began, before the issue was checked.
RECEIVE = (
    "update grants_issue set received_on = (now() at time zone 'Asia/Shanghai')::date + %(days)s,"
    " received_by_id = %(me)s, received_at = clock_timestamp() + %(later)s * interval '1 day' where id = %(id)s"
)
RETURNED = (
    "update grants_returnpaper set received_on = document_date, received_by_id = %(me)s,"
    " received_at = clock_timestamp() + interval '9 days' where id = %(id)s"
)
# Between when the transaction began and now, by the database's own clock.
RECORDED_NOW = "select received_at between now() and clock_timestamp() from {table} where id = %s"


def matched(user, issue, *lines):
    """The bank of the province has it: lines (days from the document, amount in yuan), matched to the issue."""
    days = [(f"{issue.document_date + timedelta(days=day)}", amount, "MOF", "x") for day, amount in lines]
    found = bank.imported(user, bank_files.statement(days, account="3500001", opening="1.00"))
    with make.acting(user) as by:
        for line in BankLine.objects.filter(statement__file=found):
            if line.state == "open":
                bank_lines.match_line(by=by, line=line, paper=issue)


def recorded_now(table, pk):
    with connection.cursor() as cursor:
        cursor.execute(RECORDED_NOW.format(table=table), [pk])
        return cursor.fetchone()[0]


def test_a_receipt_gains_no_days(who, award):
    """Its day lies not in the future, also where the record is dated ahead."""
    issue = make.issued(who, award=award, amount="100.00")
    mine = {"me": who["province_maker"].pk, "id": issue.pk}
    with make.acting(who["province_maker"]):
        for days, later in ((1, 0), (9, 9)):
            with refused("issue_received_by_today"):
                run(RECEIVE, **mine, days=days, later=later)
        assert run(RECEIVE, **mine, days=0, later=0) == 1


@pytest.mark.parametrize("later", [-1, -9, 9])
def test_a_receipt_is_recorded_when_it_is(who, award, later):
    """A late record was given the day it names; one dated ahead is as little true."""
    issue = make.issued(who, award=award, amount="100.00")
    with make.acting(who["province_maker"]):
        assert run(RECEIVE, me=who["province_maker"].pk, id=issue.pk, days=-1, later=later) == 1
        assert recorded_now("grants_issue", issue.pk)


def test_what_came_back_is_recorded_when_it_is(who, held):
    row = use.given_back(who, award=held, amount="40.00", source="unit")
    with make.acting(who["province_maker"]) as by:
        assert run(RETURNED, me=by.id, id=row.pk) == 1
        assert recorded_now("grants_returnpaper", row.pk)


def test_the_command_says_what_the_database_recorded(who, award):
    issue = make.issued(who, award=award, amount="100.00")
    with make.acting(who["province_maker"]) as by:
        done = issues.receive(by=by, issue=issue, received_on=make.today())
        assert done.received_at == Issue.objects.get(pk=issue.pk).received_at


def test_a_receipt_is_not_later_than_the_bank(who, award):
    issue, user = make.issued(who, award=award, amount="100.00"), who["province_maker"]
    matched(user, issue, (0, "100.00"))
    with make.acting(user) as by:
        with refused("issue_received_by_the_bank"):
            run(RECEIVE, me=user.pk, id=issue.pk, days=0, later=0)
        with pytest.raises(DomainError) as told:
            issues.receive(by=by, issue=issue, received_on=make.today())
        assert (told.value.code, told.value.field) == ("issue_received_by_the_bank", "received_on")
        assert issues.receive(by=by, issue=issue, received_on=issue.document_date)


def test_a_bank_that_had_it_before_the_document_leaves_the_day_of_the_document(who, award):
    """No other day was left: earlier ones lie before the document, later ones behind the bank's."""
    issue, user = make.issued(who, award=award, amount="100.00"), who["province_maker"]
    matched(user, issue, (-4, "100.00"))
    with make.acting(user) as by:
        with refused("issue_received_by_the_bank"):
            run(RECEIVE, me=user.pk, id=issue.pk, days=0, later=0)
        assert issues.receive(by=by, issue=issue, received_on=issue.document_date)


def test_a_bank_that_had_a_part_denies_no_day(who, award):
    issue, user = make.issued(who, award=award, amount="100.00"), who["province_maker"]
    matched(user, issue, (-1, "40.00"), (0, "59.99"))
    with make.acting(user) as by:
        assert issues.receive(by=by, issue=issue, received_on=make.today())


def test_of_parts_the_one_that_makes_it_whole_says_the_day(who, award):
    issue, user = make.issued(who, award=award, amount="100.00"), who["province_maker"]
    matched(user, issue, (-1, "40.00"), (0, "60.00"))
    with make.acting(user) as by:
        with refused("issue_received_by_the_bank"):
            run(RECEIVE, me=user.pk, id=issue.pk, days=0, later=0)
        assert issues.receive(by=by, issue=issue, received_on=issue.document_date)
