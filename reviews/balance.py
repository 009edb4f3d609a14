"""The rules of balance by region, beside what a list has."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from portal.programme.enums import Region


@dataclass(frozen=True)
class RegionRow:
    """One region of a selection: chosen against its bounds, and how many candidates it had."""

    region: str
    label: str
    candidates: int
    chosen: int
    least: int | None
    most: int | None

    @property
    def at_bound(self) -> bool:
        """Whether the number stands at one of the bounds."""
        return self.chosen in (self.least, self.most)


def picked(instance: Mapping[str, Any], chosen: Iterable[str]) -> list[dict[str, Any]]:
    """The chosen candidates of an instance."""
    wanted = set(chosen)
    return [row for row in instance["candidates"] if row["id"] in wanted]


def by_region(instance: Mapping[str, Any], chosen: Iterable[str]) -> list[RegionRow]:
    """Chosen and candidates by region, beside the bounds."""
    had = Counter(row["region"] for row in instance["candidates"])
    got = Counter(row["region"] for row in picked(instance, chosen))
    bounds = instance.get("regions", {})
    return [
        RegionRow(
            region,
            str(Region(region).label),
            had[region],
            got[region],
            bounds.get(region, {}).get("min"),
            bounds.get(region, {}).get("max"),
        )
        for region in Region.values
        if had[region] or region in bounds
    ]
