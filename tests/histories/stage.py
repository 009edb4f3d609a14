"""The stage of a history: who is there, what may be picked, and one attempt at a command."""

from __future__ import annotations

import random
import traceback
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

from tests import factories_grants as make

AMOUNTS = (
    "0.01",
    "99.99",
    "1000.00",
    "1000000.00",
    "10000000.00",
    "25000000.00",
    "50000000.00",
    "100000000.00",
    "150000000.01",
    "300000000.00",
    "300000000.01",
)
ODD = ("0.00", "-1.00", "9999999999999999.99")


class NothingToDo(Exception):
    """There is no row on which the act could be tried."""


@dataclass
class Stage:
    """People by name, chance, numbers of papers that were given."""

    people: dict[str, Any]
    chance: random.Random
    batch: int
    numbers: list[str] = field(default_factory=list)

    def paper(self, *, file: bool = True) -> Any:
        """A paper, mostly with a number of its own, a day that can be, and a file."""
        odd = self.chance.random()
        if odd < 0.04 and self.numbers:
            number = self.chance.choice(self.numbers)
        else:
            number = f"财建〔2026〕{len(self.numbers) + 1}号"
            self.numbers.append(number)
        day = make.today() - timedelta(days=self.chance.choice((0, 0, 1, 1, 2)))
        if odd > 0.97:
            day = make.today() + timedelta(days=self.chance.choice((-4000, 1, 400)))
        return make.paper(number, on=day, file=make.pdf("p.pdf") if file and odd < 0.99 else None)

    def day(self, *, back: int = 3) -> date:
        """A day, mostly today or a few days ago."""
        odd = self.chance.random()
        if odd > 0.96:
            return make.today() + timedelta(days=self.chance.choice((-900, 1, 60)))
        return make.today() - timedelta(days=self.chance.choice((0, 0, 0, *range(back))))

    def amount(self, *near: Decimal) -> Decimal:
        """An amount: one of those that matter here, one fen beside it, or any."""
        odd = self.chance.random()
        near = tuple(one for one in near if one > 0)
        if near and odd < 0.6:
            return self.chance.choice(near).quantize(Decimal("0.01")) + self.chance.choice(
                (Decimal(0), Decimal(0), Decimal(0), Decimal("0.01"), Decimal("-0.01"))
            )
        if odd > 0.98:
            return Decimal(self.chance.choice(ODD))
        return Decimal(self.chance.choice(AMOUNTS))

    def one(self, rows: Any, **likely: Any) -> Any:
        """One of the rows that are seen: mostly of those that are likely, the newest more often."""
        found: list[int] = []
        if likely and self.chance.random() < 0.85:
            found = list(rows.filter(**likely).order_by("pk").values_list("pk", flat=True))
        if not found:
            found = list(rows.order_by("pk").values_list("pk", flat=True))
        if not found:
            raise NothingToDo
        newest = found[-4:] if self.chance.random() < 0.5 else found
        return rows.get(pk=self.chance.choice(newest))

    def maybe(self, share: float) -> bool:
        return self.chance.random() < share

    def text(self, said: str = "looked into") -> str:
        """A reason, now and then a blank one."""
        return self.chance.choice(("", "  ")) if self.maybe(0.03) else said


@dataclass(frozen=True)
class Act:
    """Something that can be tried: its name, who mostly does it, how often, and what it does."""

    name: str
    who: tuple[str, ...]
    weight: int
    does: Callable[[Stage, Any], Any]
    # Of what checks a paper: its table, so that it is tried while one waits.
    table: str = ""
    # States of the batch in which it is mostly tried; none: all.
    phase: str = ""


def act(
    acts: dict[str, Act], *who: str, weight: int = 2, table: str = "", phase: str = ""
) -> Callable[[Callable[..., Any]], Callable[..., Any]]:
    """Decorate what tries a command. who: names of people who mostly do it; "" stands for each of the units."""

    def keep(does: Callable[[Stage, Any], Any]) -> Callable[[Stage, Any], Any]:
        acts[does.__name__] = Act(does.__name__, who, weight, does, table, phase)
        return does

    return keep


def told(error: Exception) -> str:
    """An error with the last places it came through."""
    frames = traceback.extract_tb(error.__traceback__)[-3:]
    where = " < ".join(f"{one.filename.split('/')[-1]}:{one.lineno}" for one in reversed(frames))
    return f"{type(error).__name__}: {error} ({where})"
