"""What the model remembers, and what is counted from it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

from tests.grants.model.papers import SHARE, THEN, Paper


@dataclass
class Hold:
    """Other national money found at the unit's first project: the word of each ministry."""

    row: Any
    words: dict[str, str] = field(default_factory=dict)

    @property
    def state(self) -> str:
        """Open until both say the same."""
        said = set(self.words.values())
        return said.pop() if len(self.words) == 2 and len(said) == 1 else "open"


@dataclass
class Counting:
    """The rules of money in the fewest words: amounts counted, limits compared."""

    papers: list[Paper] = field(default_factory=list)
    # Units whose assessment counts as passed, with what it leaves of the second tranche (None: all).
    passed: dict[int, Decimal | None] = field(default_factory=dict)
    holds: dict[int, Hold] = field(default_factory=dict)
    year: int = THEN
    closed: bool = False
    carry: list[Decimal] = field(default_factory=lambda: [Decimal(0), Decimal(0)])
    # What moved in and out of the account of each unit, with its year.
    units: list[list[tuple[int, Decimal]]] = field(default_factory=lambda: [[], []])
    # What lies elsewhere: paid and unused, used, surplus, come back to the province, recovered.
    lies: list[dict[str, Decimal]] = field(
        default_factory=lambda: [
            dict.fromkeys(("project", "used", "surplus", "back", "recovered"), Decimal(0)) for _unit in (0, 1)
        ]
    )

    def of(self, kind: str, unit: int | None = None, *, state: str | None = None, **where: Any) -> list[Paper]:
        """Papers of a kind that count: of a unit, in a state, with these values."""
        return [
            one
            for one in self.papers
            if one.kind == kind
            and unit in (None, one.unit)
            and (one.state == state if state else one.state in {"entered", "confirmed"})
            and all(getattr(one, key) is value or getattr(one, key) == value for key, value in where.items())
        ]

    def sum(self, *args: Any, **where: Any) -> Decimal:
        """The amounts of such papers together."""
        return sum((one.amount for one in self.of(*args, **where)), Decimal(0))

    def waiting(self) -> Iterator[Paper]:
        """Papers that a checker decides on: lines of a document go with it."""
        return (one for one in self.papers if one.state == "entered" and one.document is None)

    def award(self, unit: int) -> Paper | None:
        """The confirmed award of a unit."""
        return next(iter(self.of("award", unit, state="confirmed")), None)

    def standing(self, unit: int) -> Paper:
        """The same where there is one."""
        found = self.award(unit)
        assert found is not None
        return found

    def held(self, unit: int, place: str) -> Decimal:
        """What lies at a place of a unit's award: what came less what went on."""
        path = ["award", "issue", "pass_on", "pay"]
        step = {"central": 0, "province": 1, "unit": 2}[place]
        came, went = (self.sum(path[step + more], unit, state="confirmed") for more in (0, 1))
        gone = Decimal(0)
        if place == "province":
            gone = -self.lies[unit]["back"]
        elif place == "unit":
            gone = sum(
                (self.sum("give_back", unit, state="confirmed", source=one) for one in ("unit", "carry_over")),
                self.sum("collect", unit, state="confirmed", source="unit"),
            )
        return came - went - gone

    def of_the_unit(self, unit: int) -> Decimal:
        """What lies in the account of the unit itself, without what was carried over."""
        return sum((amount for _year, amount in self.units[unit]), Decimal(0))

    def most(self, amount: Decimal, tranche: int) -> Decimal:
        """The share of a tranche in an award of this amount."""
        first = (amount * SHARE).quantize(Decimal("0.01"), "ROUND_HALF_UP")
        return first if tranche == 1 else amount - first

    def at(self, unit: int, source: str) -> Decimal:
        """What lies at a place from which money may go back."""
        mine = {"unit": self.of_the_unit(unit), "carry_over": self.carry[unit], "province": self.lies[unit]["back"]}
        return mine.get(source, self.lies[unit]["surplus"])

    def may_go_back(self, unit: int, source: str) -> Decimal:
        """The same less what waits to go back."""
        return self.at(unit, source) - self.sum("give_back", unit, state="entered", source=source)

    def open_of(self, demand: Paper) -> Decimal:
        """What of a demand is not paid."""
        return demand.amount - self.sum("collect", parent=demand, state="confirmed")

    def collectable(self, unit: int, source: str) -> Decimal:
        """What a demand is paid from."""
        lies = self.lies[unit]
        return self.carry[unit] + self.of_the_unit(unit) if source == "unit" else lies["project"] + lies["used"]

    def stopped(self, unit: int) -> bool:
        """Whether other national money stops the payments of the unit's first project."""
        return unit in self.holds and self.holds[unit].state in {"open", "uphold"}

    def newest(self, unit: int) -> Paper | None:
        """The newest result of a unit that was not refused."""
        return next(reversed(self.of("assess", unit)), None)

    def is_there(self, paper: Paper) -> bool:
        """Whether the money of a paper is still where it put it, and no later step rests on it."""
        if paper.kind == "award":
            return not self.of("issue", paper.unit) and not self.of("change", parent=paper, state="confirmed")
        if paper.kind == "issue":
            return not self.of("pass_on", parent=paper) and paper.amount <= self.held(paper.unit, "province")
        place = {"pay": "project", "spend": "used", "collect": "surplus"}.get(paper.kind)
        if place:
            return paper.amount <= self.lies[paper.unit][place]
        if paper.kind == "give_back":
            return paper.source == "province" or paper.amount <= self.may_go_back(paper.unit, "province")
        return paper.amount <= self.of_the_unit(paper.unit)
