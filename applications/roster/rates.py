"""Rates of a roster from what the database counts of it. Pure: figures in, per cent out, two places, half up."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal
from typing import Any, Final

Figures = dict[str, Any]
EMPTY: Final[Figures] = {
    "count": 0,
    "revenue": "0.00",
    "chain_leaders": 0,
    "leading": 0,
    "champions": 0,
    "little_giants": 0,
    "digital_now": 0,
    "digital_then": 0,
    "tools_now": 0,
    "tools_then": 0,
    "process": 0,
    "process_now": "0.00",
    "process_then": "0.00",
    "energy": 0,
    "energy_benchmark": 0,
    "years": {},
    "industries": [],
}
EMPTY_SHA256: Final = hashlib.sha256(b"").hexdigest()


def percent(part: int | str | Decimal, whole: int | str | Decimal) -> Decimal | None:
    """What per cent of the whole the part is; None of nothing."""
    whole = Decimal(whole)
    if not whole:
        return None
    return (Decimal(part) * 100 / whole).quantize(Decimal("0.01"), rounding=ROUND_HALF_UP)


def mean(total: str, count: int) -> Decimal | None:
    """The mean of rates; None of none."""
    return (Decimal(total) / count).quantize(Decimal("0.01"), rounding=ROUND_HALF_UP) if count else None


@dataclass(frozen=True)
class Rates:
    """Per cent now and at the end of the period; None where no enterprise says anything."""

    digital_now: Decimal | None
    digital_then: Decimal | None
    tools_now: Decimal | None
    tools_then: Decimal | None
    process_now: Decimal | None
    process_then: Decimal | None
    energy_benchmark: Decimal | None


def rates(figures: Figures) -> Rates:
    """The rates of a roster. Of process control the mean over those enterprises that give a rate."""
    count = figures["count"]
    return Rates(
        percent(figures["digital_now"], count),
        percent(figures["digital_then"], count),
        percent(figures["tools_now"], count),
        percent(figures["tools_then"], count),
        mean(figures["process_now"], figures["process"]),
        mean(figures["process_then"], figures["process"]),
        percent(figures["energy_benchmark"], figures["energy"]),
    )


def by_year(figures: Figures) -> list[tuple[int, int, Decimal | None]]:
    """How far the transformation is by the end of each planned year: year, enterprises in all, per cent."""
    done, found = figures["digital_now"], []
    for year in sorted(figures["years"], key=int):
        done += figures["years"][year]
        found.append((int(year), done, percent(done, figures["count"])))
    return found
