"""Papers of use, return, matching money and recovery as raw SQL writes them, and a unit that has all of it."""

from __future__ import annotations

from decimal import Decimal

import pytest

from grants.ledger.verifier import differences
from tests import factories_grants as make
from tests.grants.conftest import people_of
from tests.grants.raw import CHECKED, CONFIRM, VALUES, organisation, run
from tests.worlds import further

ONE = Decimal("1.00")


DAY = "(now() at time zone 'Asia/Shanghai')::date"


SPENDING = (
    "insert into grants_spendingreport (grant_project_id, award_id, amount, enterprise, used_for, purpose, period_from,"
    f" period_to, document_id, {CHECKED}) values (%(project)s, 0, %(amount)s, 'E', 'equipment', 'p', {DAY} - 9, {DAY},"
    f" %(document)s, {VALUES})"
)


RETURN = (
    f"insert into grants_returnpaper (award_id, issue_id, source, amount, reason, {CHECKED})"
    f" values (%(award)s, %(issue)s, %(source)s, %(amount)s, 'r', {VALUES})"
)


MATCHING = (
    f"insert into grants_matchingfunds (award_id, grant_project_id, year, source, amount, arrived_on, {CHECKED})"
    f" values (%(award)s, %(project)s, 2026, 'local', %(amount)s, {DAY}, {VALUES})"
)


RECOVERY = (
    "insert into grants_recovery (award_id, grant_project_id, level, ground, violation, reference, reason, amount,"
    f" due_on, {CHECKED}) values (%(award)s, %(project)s, %(level)s, %(ground)s, %(violation)s, '', 'r', %(amount)s,"
    f" {DAY} + 30, {VALUES})"
)


COLLECTED = (
    f"insert into grants_recoverypayment (recovery_id, award_id, grant_project_id, amount, {CHECKED})"
    f" values (%(recovery)s, 0, %(project)s, %(amount)s, {VALUES})"
)


WITHDRAWAL = (
    f"insert into grants_recoverywithdrawal (recovery_id, award_id, level, amount, reason, {CHECKED})"
    f" values (%(recovery)s, 0, 'ministry', 0.01, 'r', {VALUES})"
)


@pytest.fixture
def paid(who, world):
    """A unit that got 100 yuan and paid 60 of them to its first project."""
    return further(_paid, world.application)


def _paid(application):
    who = people_of("350200")
    award = make.funded_unit(who, application=application, award="200000000.00", held="100.00")
    award.paid_to = make.project(who, award)
    award.voucher = make.paid(who, project=award.paid_to, amount="60.00", number="V1").document_id
    return award


def unit(who, **more):
    with make.acting(who["unit_maker"]) as by:
        return {"organisation": organisation("CZ350200"), "maker": by.id, "no": "N1", **more}


def province(who, **more):
    with make.acting(who["province_maker"]) as by:
        return {"organisation": organisation("CZ350000"), "maker": by.id, "no": "N1", **more}


def mof(who, **more):
    with make.acting(who["mof_maker"]) as by:
        return {"organisation": organisation("MOF"), "maker": by.id, "no": "N1", **more}


def spending(who, paid, **more):
    return unit(who, project=paid.paid_to.pk, document=paid.voucher, amount="1.00") | more


def returned(who, paid, **more):
    return unit(who, award=paid.pk, source="unit", issue=None, amount="1.00") | more


def demand(who, paid, **more):
    asked = {"project": None, "level": "ministry", "ground": "violation", "violation": "diverted", "amount": "1.00"}
    return mof(who, award=paid.pk, **asked) | more


def balances(who):
    from grants.models import Account

    with make.acting(who["mof"]):
        return {row.place: row.balance for row in Account.objects.all()}


def whole(who):
    """The books are whole, read as the auditor, who sees all."""
    run("set constraints all immediate; set constraints all deferred")
    with make.acting(who["auditor"]):
        assert differences() == []


def confirm(who, table, pk, person="unit_checker"):
    with make.acting(who[person]) as by:
        return run(CONFIRM.format(table=f"grants_{table}"), id=pk, checker=by.id)
