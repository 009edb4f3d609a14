"""The yearly report for publication: what was granted, where it went, what it achieved; with charts and a map."""

from __future__ import annotations

from collections import Counter
from datetime import datetime
from typing import Any

from django.utils.html import escape
from django.utils.translation import gettext as _

from grants.enums import CheckState
from grants.queries import flows
from grants.queries.awards import awards
from grants.queries.performance import board
from grants.reports.forms import asked
from grants.reports.performance import summary
from portal.core import charts, clock
from portal.core.money import WAN
from portal.core.scope import Actor
from portal.programme.enums import Region
from portal.programme.models import Province
from portal.reports.catalogue import Column, Order, Picture, Sheet
from portal.reports.tabled import Found, Table
from reviews.presenting.china import ChinaMap, china_map
from reviews.queries.scenarios import Names

_SHOWN = ("awarded", "issued", "passed", "paid", "used")


def read(by: Actor, order: Order) -> Found:
    """Figures of the year (or of all years) for the nation. Six queries."""
    want = asked(order.values)
    granted = _granted(by, want)
    sums = flows.totals(by.scope, want)
    key = Sheet(
        "key",
        _("Key figures"),
        [Column(_("Key figure"), width=40), Column(_("Amount (ten thousand yuan)"), "wan", 24)],
        source=_("sums of the books"),
    )
    rows: list[list[Any]] = [[str(flows.FIGURES[name].label), sums[name] / WAN] for name in _SHOWN]
    regions = _regions(flows.parts(by.scope, want, "region"))
    provinces = _provinces(flows.parts(by.scope, want, "province"), granted)
    methods = _methods(flows.parts(by.scope, want, "method"))
    indicators = summary(list(board(by.scope, until=int(want.year) if want.year else None)))
    years = _years(flows.parts(by.scope, asked({}), "year"))
    notes = [_("Made for publication: no names of people, no scores, no single payments.")]
    if want.year:
        notes.append(
            _(
                "Net of what was reversed, from the sums of the books. What moved counts in the year chosen, what "
                "stands somewhere at its end."
            )
        )
    return Found([Table(key, rows), years, regions, provinces, methods, indicators], notes=notes)


def _granted(by: Actor, want: flows.Asked) -> list[Any]:
    """One award of each pilot unit that had one by the end of the year asked for: a unit of two batches counts once."""
    rows = awards(by.scope).filter(state=CheckState.CONFIRMED)
    if want.year:
        rows = rows.filter(checked_at__lt=datetime(int(want.year) + 1, 1, 1, tzinfo=clock.SHANGHAI))
    return list({row.unit_id: row for row in rows}.values())


def _money(names: tuple[str, ...]) -> list[Column]:
    return [
        Column(_("%(figure)s (ten thousand yuan)") % {"figure": flows.FIGURES[name].label}, "wan", 20, total=True)
        for name in names
    ]


def _years(parts: list[Any]) -> Table:
    moved = ("awarded", "issued", "passed", "paid")
    columns = [Column(_("Year"), "plain", 10), *_money(moved)]
    rows = [[int(part.name), *(part.sums[name] / WAN for name in moved)] for part in parts]
    labels = [str(flows.FIGURES[name].label) for name in moved]
    points = [
        (part.name, label, part.sums[name] / WAN) for name, label in zip(moved, labels, strict=True) for part in parts
    ]
    pictures = []
    if parts:
        spec = charts.grouped(points, label=_("Year"), value=_("Amount (ten thousand yuan)"), part=_("Key figure"))
        pictures = [Picture(_("Money by year"), charts.to_svg(spec), _("The figures stand in the table by year."))]
    return Table(Sheet("years", _("By year"), columns, source=_("sums of the books")), rows, pictures)


def _regions(parts: list[Any]) -> Table:
    columns = [Column(_("Economic region"), width=16), *_money(_SHOWN)]
    rows = [[part.name, *(part.sums[name] / WAN for name in _SHOWN)] for part in parts]
    pictures = []
    if parts:
        pairs = [(part.name, part.sums["awarded"] / WAN) for part in parts]
        spec = charts.bars(pairs, label=_("Economic region"), value=_("Awarded (ten thousand yuan)"))
        pictures = [
            Picture(_("Awarded by region"), charts.to_svg(spec), _("The figures stand in the table by region."))
        ]
    return Table(Sheet("regions", _("By region"), columns, source=_("sums of the books")), rows, pictures)


def _provinces(parts: list[Any], granted: list[Any]) -> Table:
    columns = [
        Column(_("Province"), width=20),
        Column(_("Pilot units"), "number", 10, total=True, unit=_("units")),
        *_money(_SHOWN),
    ]
    units = Counter(row.province_id for row in granted)
    rows = [[part.name, units[part.key], *(part.sums[name] / WAN for name in _SHOWN)] for part in parts]
    found = Names({}, Province.objects.in_bulk(), {}, {})
    candidates = [{"province": row.province_id, "id": row.unit_id} for row in granted]
    drawn = china_map(candidates, [row.unit_id for row in granted], found, key="year")
    picture = Picture(_("Pilot units by province"), map_svg(drawn), _("One tile for each provincial-level division."))
    return Table(Sheet("provinces", _("By province"), columns, source=_("sums of the books; awards")), rows, [picture])


def _methods(parts: list[Any]) -> Table:
    shown = ("paid", "used")
    columns = [Column(_("Method of support"), width=26), *_money(shown)]
    rows = [[part.name, *(part.sums[name] / WAN for name in shown)] for part in parts]
    note = _("By method what was paid and used; what was awarded belongs to no method.")
    return Table(Sheet("methods", _("By method of support"), columns, note=note, source=_("sums of the books")), rows)


_FILLS = {
    Region.EAST: "#dbe7f5",
    Region.CENTRAL: "#fbe9d7",
    Region.WEST: "#e0f0e7",
    Region.NORTHEAST: "#ece2f0",
}


def map_svg(drawn: ChinaMap) -> str:
    """The schematic map as a drawing that stands by itself: how many pilot units each province has."""
    font = "Noto Sans SC"
    size = f'viewBox="0 0 {drawn.width} {drawn.height}" width="{drawn.width}" height="{drawn.height}"'
    parts = [f'<svg xmlns="http://www.w3.org/2000/svg" {size} font-family="{font}" text-anchor="middle">']
    for tile in drawn.tiles:
        fill = _FILLS.get(tile.region, "#f3f5f8") if tile.chosen else "#ffffff"  # type: ignore[call-overload]
        number = str(tile.chosen) if tile.chosen else "–"
        parts.append(
            f'<rect x="{tile.x}" y="{tile.y}" width="44" height="44" fill="{fill}" stroke="#b8c0ca"/>'
            f'<text x="{tile.x + 22}" y="{tile.y + 19}" font-size="11" fill="#1b2a3d">{escape(tile.short)}</text>'
            f'<text x="{tile.x + 22}" y="{tile.y + 36}" font-size="11" fill="#1b2a3d">{number}</text>'
        )
    return "".join([*parts, "</svg>"])
