"""Points, totals and bands of an evaluation, exact. Pure Python; the database computes the same (`assessing_total`).

form: the rule set's `assessment` (portal.programme.defaults.ASSESSMENT): groups with weights that add up to 100, their
indicators with shares of the group that add up to 100, bands with the least total of each.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from decimal import ROUND_HALF_UP, Decimal
from typing import Any, Final

BANDS: Final = ("excellent", "good", "fair", "poor")
_HUNDREDTH: Final = Decimal("0.01")


def most_of_groups(form: Mapping[str, Any]) -> dict[str, Decimal]:
    """The most points of each group: its weight."""
    return {group["code"]: Decimal(group["weight"]) for group in form["groups"]}


def most_of_indicators(form: Mapping[str, Any]) -> dict[str, Decimal]:
    """The most points of each indicator: its share of the group's weight."""
    return {
        row["code"]: Decimal(group["weight"]) * Decimal(row["share"]) / 100
        for group in form["groups"]
        for row in group["indicators"]
    }


def total(points: Iterable[Decimal]) -> Decimal:
    """The sum of the points, from 0 to 100."""
    return sum(points, Decimal("0.00"))


def mean(totals: Iterable[Decimal]) -> Decimal:
    """The mean of the members' totals to two places, half up. Raises ValueError without a member."""
    found = list(totals)
    if not found:
        raise ValueError("a mean needs a member")
    return (sum(found, Decimal(0)) / len(found)).quantize(_HUNDREDTH, rounding=ROUND_HALF_UP)


def band(form: Mapping[str, Any], value: Decimal) -> str:
    """The band of a total: the first whose least it reaches, else poor."""
    return next((name for name in BANDS[:-1] if value >= Decimal(form["bands"][name])), BANDS[-1])


def sample_size(form: Mapping[str, Any], projects: int) -> int:
    """How many projects are looked at: a share of them rounded up, at least so many, never more than there are."""
    share = -(-projects * int(form["sample_share"]) // 100)
    return min(projects, max(int(form["sample_least"]), share))
