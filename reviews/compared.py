"""The figures of an application beside those of similar ones, as a table and as bars."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from typing import Final

from django.utils.translation import gettext_lazy as _

from portal.core.errors import Text
from portal.core.money import WAN
from portal.core.planned import keeping

WIDTH: Final = 160  # of a bar, in its own units
# measure: (what it is, unit, what one of its units is worth, places)
MEASURES: Final[dict[str, tuple[Text, Text, Decimal, int]]] = {
    "output": (_("Output of the enterprises above designated size"), _("ten thousand yuan"), WAN, 0),
    "growth": (_("Growth of output"), "%", Decimal(1), 1),
    "investment": (_("Technological-transformation investment"), _("ten thousand yuan"), WAN, 0),
    "enterprises": (_("Enterprises above designated size"), "", Decimal(1), 0),
    "projects": (_("Projects"), "", Decimal(1), 0),
    "project_investment": (_("Investment of the projects"), _("ten thousand yuan"), WAN, 0),
    "amount_asked": (_("Amount asked"), _("ten thousand yuan"), WAN, 0),
    "leverage": (_("Investment for each yuan asked"), _("yuan"), Decimal(1), 1),
}


@dataclass(frozen=True)
class Compared:
    """One figure: the unit's own, the quartiles of its peers (None with fewer than five), places on a bar."""

    label: Text
    unit: Text
    own: str
    low: str
    mid: str
    high: str
    has_peers: bool
    at_own: float
    at_low: float
    at_mid: float
    at_high: float

    @property
    def box(self) -> float:
        """The width of the box between the quartiles."""
        return round(max(1.0, self.at_high - self.at_low), 1)


@dataclass(frozen=True)
class Comparison:
    """All figures; peers: how many applications; in_region: of the same economic region, or of the whole batch."""

    rows: list[Compared]
    peers: int
    in_region: bool


def compared(application: int) -> Comparison | None:
    """The figures of an application the caller may read; None for anyone else. One query."""
    with keeping() as cursor:
        cursor.execute("select measure, own, low, mid, high, peers, in_region from reviews_compared(%s)", [application])
        found = {row[0]: row[1:] for row in cursor.fetchall()}
    rows = [_row(name, *found[name][:4]) for name in MEASURES if name in found and found[name][0] is not None]
    if not rows:
        return None
    return Comparison(rows, max(values[4] for values in found.values()), bool(next(iter(found.values()))[5]))


def _row(name: str, own: Decimal, low: Decimal | None, mid: Decimal | None, high: Decimal | None) -> Compared:
    label, unit, scale, places = MEASURES[name]

    def words(value: Decimal | None) -> str:
        return "–" if value is None else f"{value / scale:,.{places}f}"

    least, most = min(own, low or own, Decimal(0)), max(own, high or own)
    span = (most - least) or Decimal(1)

    def place(value: Decimal | None) -> float:
        return round(float((value - least) / span) * (WIDTH - 8) + 4, 1) if value is not None else 0.0

    return Compared(
        label, unit, words(own), words(low), words(mid), words(high), mid is not None,
        place(own), place(low), place(mid), place(high),
    )  # fmt: skip
