"""Papers of the model, and the numbers of its world."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Any

from portal.core import clock
from tests import factories_grants as make

CAP, BUDGET, SHARE = Decimal("300000000.00"), Decimal("400000000.00"), Decimal("0.5")
FEN = Decimal("0.01")
# What each unit's projects ask for; the first of each is the one that is paid.
ASKED = ((Decimal("20000000.00"), Decimal("10000000.00")), (Decimal("20000000.00"),))
# What an assessment leaves of the second tranche where it reduces it.
REDUCED = Decimal("10000000.00")
# The acts begin last year, which can be closed once the clock has gone over into this one.
NOW = make.today().year
THEN = NOW - 1
LEVELS = {
    "award": "mof",
    "issue": "mof",
    "pass_on": "province",
    "pay": "unit",
    "spend": "unit",
    "collect": "unit",
    "give_back": "unit",
    "match": "unit",
}
REVERSIBLE = ("award", "issue", "pass_on", "pay", "spend", "collect", "give_back")
# Kinds of paper that no entry books.
UNBOOKED = {"assess", "mend", "demand", "match", "issue_paper"}


@dataclass(eq=False)
class Paper:
    """One paper of the model: what it is, its unit, its amount, its state, and the row in the database.

    parent: the paper it rests on; of a line of an issue document, `document` is the document. how: result of an
    assessment; invoice: the place of the invoice a payment rests on, None for one of its own.
    """

    kind: str
    unit: int
    amount: Decimal
    row: Any
    state: str = "entered"
    tranche: int = 0
    parent: Any = None
    document: Any = None
    received: bool = False
    arrived: bool = False
    agreed: bool = False
    carried: Decimal = Decimal(0)
    supports: tuple[Decimal, ...] = ()
    year: int = 0
    source: str = ""
    how: str = ""
    invoice: int | None = None


def level(paper: Paper) -> str:
    """Which finance department enters, checks and takes a paper back."""
    return "province" if paper.source == "province" else LEVELS.get(paper.kind, "mof")


def fitted(asked: tuple[Decimal, ...], limit: Decimal) -> tuple[Decimal, ...]:
    """Support of each project, scaled into the award to whole fen; the largest cut-off parts get what is left."""
    total = sum(asked, Decimal(0))
    if total <= limit:
        return asked
    parts = [divmod(int(amount / FEN) * int(limit / FEN), int(total / FEN)) for amount in asked]
    whole = [part for part, _rest in parts]
    for place in sorted(range(len(asked)), key=lambda place: -parts[place][1])[: int(limit / FEN) - sum(whole)]:
        whole[place] += 1
    return tuple(part * FEN for part in whole)


def at(model: Any) -> Any:
    """The clock of the model's year."""
    return clock.at(datetime(THEN, 12, 1, 10, tzinfo=clock.SHANGHAI) if model.year == THEN else clock.now())
