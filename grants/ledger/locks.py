"""All locks on money, in one place and in one order: the paper, one account, its parent, accounts by number, counter.

A confirmed paper is locked by its command; the database locks parents, accounts and counter when it writes. These
here are taken before, so that the loser of a race reads how much is left and not only that it was too much.
"""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal
from typing import Final

from django.db import connection

from grants.enums import Place
from grants.models import Account
from portal.core.money import ZERO

_LEFT: Final = {
    "spending": "select money_spending_left(%s)",
    "return": "select money_return_left(%s, %s, %s)",
    "issue": "select money_issue_left(%s)",
    "demand": "select money_demand_left(%s)",
    "recovery": "select money_recovery_left(%s, %s)",
}
# The first number of the advisory locks of `grants.functions.award_limits`; the second is the batch.
BATCH: Final = 20240017


def batch(batch_id: int) -> None:
    """Hold the budget of a batch until the transaction ends."""
    with connection.cursor() as cursor:
        cursor.execute("select pg_advisory_xact_lock(%s, %s)", [BATCH, batch_id])


def centres(awards: Sequence[int]) -> None:
    """Hold what lies at the centre of these awards until the transaction ends, so that no issue of them is entered."""
    with connection.cursor() as cursor:
        cursor.execute("select money_hold_centres(%s)", [list(awards)])


def balance(award_id: int, *places: Place) -> Decimal:
    """Hold an award's accounts at these places until the transaction ends, and give what lies there (yuan)."""
    with connection.cursor() as cursor:
        cursor.execute("select money_hold(%s, %s)", [award_id, [place.value for place in places]])
    rows = Account.objects.filter(award_id=award_id, place__in=places, project=None)
    return sum(rows.values_list("balance", flat=True), ZERO)


def row(what: str, pk: int) -> None:
    """Hold until the transaction ends: the accounts of a "project", an "award", a demand ("recovery"), an "issue"."""
    with connection.cursor() as cursor:
        cursor.execute("select money_hold_row(%s, %s)", [what, pk])


def left(what: str, *of: int | str | None) -> Decimal:
    """What is left (yuan), as the database counts it; hold the row before where somebody else may be quicker.

    "spending": of a project's money; "return": of an award, from a place, of an issue or None; "issue": of an
    issue; "demand": of a demand;
    "recovery": of an award, of a project or None.
    """
    with connection.cursor() as cursor:
        cursor.execute(_LEFT[what], list(of))
        found: Decimal | None = cursor.fetchone()[0]
        return found or ZERO


def balance_of_project(project_id: int, *places: Place) -> Decimal:
    """Hold the accounts of a project until the transaction ends, and give what lies at these places (yuan)."""
    row("project", project_id)
    rows = Account.objects.filter(project=project_id, place__in=places)
    return sum(rows.values_list("balance", flat=True), ZERO)
