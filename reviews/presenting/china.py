"""A schematic map: one tile for each provincial-level division, near where it lies. No boundary is drawn."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any, Final

from django.utils.translation import get_language
from django.utils.translation import gettext as _

from portal.core.punctuation import said_of
from portal.programme.models import Province
from portal.programme.reference import XPCC
from reviews.queries.scenarios import Names

SIZE: Final = 46  # of a tile with its gap, in units of the picture
# Division code: (letters of ISO 3166-2:CN, column, row).
PLACES: Final[dict[str, tuple[str, int, int]]] = {
    "230000": ("HL", 7, 0),
    "150000": ("NM", 5, 1), "220000": ("JL", 7, 1),
    "650000": ("XJ", 0, 2), "620000": ("GS", 2, 2), "640000": ("NX", 3, 2), "140000": ("SX", 4, 2),
    "110000": ("BJ", 5, 2), "120000": ("TJ", 6, 2), "210000": ("LN", 7, 2),
    "630000": ("QH", 1, 3), "610000": ("SN", 3, 3), "410000": ("HA", 4, 3), "130000": ("HE", 5, 3),
    "370000": ("SD", 6, 3),
    "540000": ("XZ", 1, 4), "510000": ("SC", 2, 4), "500000": ("CQ", 3, 4), "420000": ("HB", 4, 4),
    "340000": ("AH", 5, 4), "320000": ("JS", 6, 4), "310000": ("SH", 7, 4),
    "530000": ("YN", 2, 5), "520000": ("GZ", 3, 5), "430000": ("HN", 4, 5), "360000": ("JX", 5, 5),
    "330000": ("ZJ", 6, 5),
    "450000": ("GX", 4, 6), "440000": ("GD", 5, 6), "350000": ("FJ", 6, 6), "710000": ("TW", 7, 6),
    "460000": ("HI", 4, 7), "820000": ("MO", 5, 7), "810000": ("HK", 6, 7),
}  # fmt: skip
# Divisions that recommend nobody and stand in no list of the programme: short name, name.
OTHERS: Final = {"710000": ("台湾", "Taiwan"), "810000": ("香港", "Hong Kong"), "820000": ("澳门", "Macao")}
WITHIN: Final = {XPCC: "650000"}  # on the map a part of the division it lies in


@dataclass(frozen=True)
class Tile:
    """One division on the map."""

    short: str
    name: str
    region: str
    candidates: int
    chosen: int
    x: int
    y: int

    @property
    def middle(self) -> int:
        """Where its words stand."""
        return self.x + SIZE // 2 - 1

    @property
    def numbers(self) -> str:
        """Chosen of candidates."""
        return f"{self.chosen}/{self.candidates}" if self.candidates else "–"


@dataclass(frozen=True)
class ProvinceRow:
    """One line of the table beside the map."""

    name: str
    candidates: int
    chosen: int


@dataclass(frozen=True)
class ChinaMap:
    """The picture and its table; key: tells several on one page apart."""

    key: str
    tiles: list[Tile]
    rows: list[ProvinceRow]
    title: str

    @property
    def width(self) -> int:
        """Of the picture."""
        return SIZE * (1 + max(column for _letters, column, _row in PLACES.values()))

    @property
    def height(self) -> int:
        """Of the picture."""
        return SIZE * (1 + max(row for _letters, _column, row in PLACES.values()))


def china_map(
    candidates: Iterable[Mapping[str, Any]], chosen: Iterable[str], names: Names, *, key: str = "", of: str = ""
) -> ChinaMap:
    """Chosen and candidates by province. of: whose map it is, for its title."""
    wanted = set(chosen)
    rows = list(candidates)
    had = Counter(row["province"] for row in rows)
    got = Counter(row["province"] for row in rows if row["id"] in wanted)
    english = get_language() == "en"
    title = _("Chosen units and candidates by province")
    return ChinaMap(
        key=key,
        tiles=[_tile(code, names.provinces, had, got, english=english) for code in PLACES],
        rows=[
            ProvinceRow(names.province(code), had[code], got[code])
            for code in sorted(had, key=lambda code: (code == XPCC, code))
        ],
        title=said_of(title, of) if of else title,
    )


def _tile(code: str, provinces: Mapping[str, Province], had: Counter[str], got: Counter[str], *, english: bool) -> Tile:
    letters, column, row = PLACES[code]
    found = provinces.get(code)
    zh, en = OTHERS.get(code, ("", ""))
    short = letters if english else (found.short_zh if found else zh)
    inside = [code, *(part for part, whole in WITHIN.items() if whole == code)]
    return Tile(
        short=short,
        name=str(found) if found else (en if english else zh),
        region=found.region if found else "",
        candidates=sum(had[part] for part in inside),
        chosen=sum(got[part] for part in inside),
        x=column * SIZE,
        y=row * SIZE,
    )
