"""How firmly a list stands, as bars with intervals and as tables."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any, Final

from django.utils.translation import gettext as _

from portal.core.punctuation import listed
from reviews.presenting.reading import Reading
from reviews.presenting.rules import label_of, rule_text

WIDTH: Final = 320  # of a bar, in its own units
EDGE: Final = 4  # room for the dot at both ends


@dataclass(frozen=True)
class Bar:
    """One candidate at the border: its share of the draws with the 95 % interval."""

    unit: str
    province: str
    is_chosen: bool
    share: str
    low: str
    high: str
    at: float
    at_low: float
    at_high: float

    @property
    def span(self) -> float:
        """The width of the interval on the bar."""
        return round(max(1.0, self.at_high - self.at_low), 1)

    @property
    def on_list(self) -> str:
        """Whether it is on the list, in words."""
        return _("chosen") if self.is_chosen else _("not chosen")


@dataclass(frozen=True)
class Move:
    """What was left out (or how often another list came), who leaves and who comes then."""

    what: str
    leaves: str
    comes: str


@dataclass(frozen=True)
class LeftOut:
    """One kind of what is left out one at a time: how many there are, and those that move the list."""

    label: str
    all: int
    moves: list[Move]


@dataclass(frozen=True)
class Firmness:
    """All of it, ready for the page."""

    draws: int
    same: int
    core: list[str]
    bars: list[Bar]
    sets: list[Move]
    left_out: list[LeftOut]

    @property
    def same_share(self) -> str:
        """Draws with the very same list, per cent."""
        return percent(self.same, self.draws)


def percent(times: int, of: int) -> str:
    """A share with one place."""
    return f"{Decimal(times) * 100 / of:.1f}"


def firmness(found: Reading, criteria: Mapping[str, str]) -> Firmness | None:
    """What the draws say. criteria: names by code. None until it is worked out."""
    body = found.firmness
    if body is None:
        return None
    at_border = set(body["borderline"]) | (set(found.scenario.chosen) - set(body["core"]))
    rows = [row for row in body["candidates"] if row["id"] in at_border]
    rows.sort(key=lambda row: (-row["times"], found.names.place(row["id"])))
    return Firmness(
        draws=body["draws"],
        same=body["same"],
        core=found.names.in_order(body["core"]),
        bars=[_bar(found, row, body["draws"]) for row in rows],
        sets=[_move(found, _("%(times)s draws") % {"times": row["times"]}, row) for row in body["sets"]],
        left_out=list(_left_out(found, body["left_out"], criteria)),
    )


def _bar(found: Reading, row: Mapping[str, Any], draws: int) -> Bar:
    unit = found.names.units.get(row["id"])
    return Bar(
        unit=found.names.unit(row["id"]),
        province=str(unit.province) if unit else "",
        is_chosen=row["chosen"],
        share=percent(row["times"], draws),
        low=f"{Decimal(row['low']) * 100:.1f}",
        high=f"{Decimal(row['high']) * 100:.1f}",
        at=_place(Decimal(row["times"]) / draws),
        at_low=_place(Decimal(row["low"])),
        at_high=_place(Decimal(row["high"])),
    )


def _place(share: Decimal) -> float:
    return round(float(share) * (WIDTH - 2 * EDGE) + EDGE, 1)


def _left_out(found: Reading, body: Mapping[str, Any], criteria: Mapping[str, str]) -> Iterable[LeftOut]:
    def reviewer(row: Mapping[str, Any]) -> str:
        return _("Reviewer %(number)s") % {"number": row["reviewer"].removeprefix("r")}

    def criterion(row: Mapping[str, Any]) -> str:
        return criteria.get(row["criterion"], row["criterion"])

    def rule(row: Mapping[str, Any]) -> str:
        kind, _colon, of = row["rule"].partition(":")
        known = found.of_rule.get(row["rule"])
        return rule_text(known, found.names) if known else label_of(kind, of, found.names)

    for label, key, words in (
        (_("Reviewers"), "reviewers", reviewer),
        (_("Criteria"), "criteria", criterion),
        (_("Rules"), "rules", rule),
    ):
        rows = body[key]
        moving = [row for row in rows if row["leaves"] or row["comes"]]
        yield LeftOut(label, len(rows), [_move(found, words(row), row) for row in moving])


def _move(found: Reading, what: str, row: Mapping[str, Any]) -> Move:
    return Move(
        what,
        listed(found.names.in_order(row["leaves"])) or "–",
        listed(found.names.in_order(row["comes"])) or "–",
    )
