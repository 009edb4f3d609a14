"""A bank statement as both kinds of file give it, and by what it is recognised when it comes again."""

from __future__ import annotations

import hashlib
import json
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from typing import Final

from portal.core.money import ZERO

EARLIEST: Final = date(2000, 1, 1)  # of days in a statement


@dataclass(frozen=True)
class Movement:
    """One line of a statement. amount: above zero, in yuan; reference: the bank's own, may be empty."""

    day: date
    direction: str  # "debit" leaves the account, "credit" comes in
    amount: Decimal
    name: str
    counter_account: str
    text: str
    reference: str

    @property
    def signed(self) -> Decimal:
        """What it adds to the balance."""
        return self.amount if self.direction == "credit" else -self.amount

    @property
    def key(self) -> str:
        """The bank's reference as the key of a line."""
        return f"r:{self.reference}"[:102]

    @property
    def what(self) -> str:
        """Day, direction and amount, in short: what a movement is beside its reference."""
        return what_of(self.day, self.direction, self.amount)

    def values(self) -> list[str]:
        """Its values as plain text, for digests."""
        return [
            self.day.isoformat(),
            self.direction,
            f"{self.amount:.2f}",
            self.name,
            self.counter_account,
            self.text,
            self.reference,
        ]


@dataclass(frozen=True)
class Statement:
    """One statement of one account; balances in yuan, None where the file gives none."""

    number: str  # the bank's own; empty in a CSV file
    account: str
    begins: date
    ends: date
    opening: Decimal | None
    closing: Decimal | None
    movements: list[Movement]

    @property
    def sum(self) -> Decimal:
        """What its lines together add to the balance."""
        return sum((one.signed for one in self.movements), ZERO)

    @property
    def identity(self) -> str:
        """SHA-256 of what it is recognised by: the bank's number where there is one, else the digest of its lines."""
        own = self.number or _digest([one.values() for one in self.movements])
        kind = "camt" if self.number else "csv"
        return _digest([kind, own, self.account, self.begins.isoformat(), self.ends.isoformat()])

    def keys(self, known: Mapping[str, str] | None = None) -> list[str]:
        """What each line is recognised by within its account, also in another statement.

        The bank's reference where it gives one; else day, direction, amount, name and text, and the how many-th of
        those equal lines it is in the statement. known: what stands under references already (`Movement.what`): banks
        use the reference of a payment again for its fee and for what comes back, so another movement keeps its own.
        """
        met: Counter[str] = Counter()
        stands = dict(known or {})
        keys = []
        for one in self.movements:
            if not one.reference:
                key = f"d:{_digest(one.values()[:-1])}"
                met[key] += 1
                keys.append(f"{key}:{met[key]}")
                continue
            key = one.key
            if stands.setdefault(key, one.what) != one.what:
                key = f"{key}:{one.what}"
            met[key] += 1
            keys.append(key if met[key] == 1 else f"{one.key}:{one.what}:{met[key]}")
        return keys


@dataclass(frozen=True)
class Problem:
    """What is wrong in a file: row and column as people count them (0: the file as a whole), and how to mend it."""

    row: int
    column: str
    text: str


@dataclass
class Read:
    """What a file gave: statements, or problems; never statements with problems."""

    statements: list[Statement] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)


def what_of(day: date, direction: str, amount: Decimal) -> str:
    """Day, direction and amount of a movement or a line, in short."""
    return _digest([day.isoformat(), direction, f"{amount:.2f}"])[:12]


def _digest(values: list[str] | list[list[str]]) -> str:
    return hashlib.sha256(json.dumps(values, ensure_ascii=False).encode()).hexdigest()
