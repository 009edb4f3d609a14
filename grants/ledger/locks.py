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
