"""The rules of balance in words, and whether a given list keeps them."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _

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


def broken_rules(instance: Mapping[str, Any], chosen: Iterable[str]) -> list[str]:
    """Upper limits that a list would break, in words; lower limits and the total are not asked here."""
    rows = picked(instance, chosen)
    found = [
        _("%(region)s would have %(count)s units, at most %(most)s are allowed.")
        % {"region": row.label, "count": row.chosen, "most": row.most}
        for row in by_region(instance, chosen)
        if row.most is not None and row.chosen > row.most
    ]
    most = instance.get("province_max")
    counted = Counter(row["province"] for row in rows if row.get("counts_for_province", True))
    if most is not None and any(count > most for count in counted.values()):
        found.append(_("A province would have more than %(most)s units.") % {"most": most})
    budget = instance.get("budget")
    if budget is not None and sum(row["amount"] for row in rows) > budget:
        found.append(_("The amounts would exceed the budget."))
    return found
