"""The rules of balance by region, beside what a list has."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from portal.programme.enums import Region


@dataclass(frozen=True)
class RegionRow:
    """One region of a selection: chosen against its bounds, how many candidates it had, what the chosen ask (yuan)."""

    region: str
    label: str
    candidates: int
    chosen: int
    least: int | None
    most: int | None
    amount: Decimal

    @property
    def at_bound(self) -> bool:
        """Whether the number stands at one of the bounds; that at least none is chosen bounds nothing."""
        return self.chosen in (self.least or None, self.most)


def picked(instance: Mapping[str, Any], chosen: Iterable[str]) -> list[dict[str, Any]]:
    """The chosen candidates of an instance."""
    wanted = set(chosen)
    return [row for row in instance["candidates"] if row["id"] in wanted]


def by_region(instance: Mapping[str, Any], chosen: Iterable[str]) -> list[RegionRow]:
    """Chosen and candidates by region, beside the bounds."""
    had = Counter(row["region"] for row in instance["candidates"])
    took = picked(instance, chosen)
    got = Counter(row["region"] for row in took)
    bounds = instance.get("regions", {})
    return [
        RegionRow(
            region,
            str(Region(region).label),
            had[region],
            got[region],
            bounds.get(region, {}).get("min"),
            bounds.get(region, {}).get("max"),
            sum((Decimal(row["amount"]) for row in took if row["region"] == region), Decimal(0)),
        )
        for region in Region.values
        if had[region] or region in bounds
    ]


@dataclass(frozen=True)
class Balance:
    """The regions of a list and what they come to, beside the budget (yuan; none where the rules know none)."""

    rows: list[RegionRow]
    candidates: int
    chosen: int
    amount: Decimal
    budget: Decimal | None


def balance(instance: Mapping[str, Any], chosen: Iterable[str]) -> Balance:
    """How a list stands between the regions and against its budget."""
    rows = by_region(instance, chosen)
    budget = instance.get("budget")
    return Balance(
        rows,
        sum(row.candidates for row in rows),
        sum(row.chosen for row in rows),
        sum((row.amount for row in rows), Decimal(0)),
        Decimal(budget) if budget else None,
    )
