"""Indicators as verified last: by indicator and region, then each of each unit."""

from __future__ import annotations

from collections import defaultdict
from decimal import ROUND_HALF_UP, Decimal
from typing import Any

from django.utils.translation import gettext as _

from grants.enums_performance import Light
from grants.queries.performance import board
from grants.reports.forms import asked
from portal.core.scope import Actor
from portal.programme.enums import Region
from portal.reports.catalogue import Column, Order, Sheet
from portal.reports.tabled import Found, Table


def read(by: Actor, order: Order) -> Found:
    """Each indicator of each unit with its target and its light. One query."""
    rows = list(asked(order.values).within(board(by.scope), "report__award__batch__number"))
    return Found(
        [summary(rows), _units(rows)],
        notes=[_("Of each unit the report that was verified last; the light by the thresholds of that report.")],
    )


def summary(rows: list[Any]) -> Table:
    """Units by indicator and region, with their lights."""
    sheet = Sheet(
        "indicators",
        _("By indicator and region"),
        [
            Column(_("Indicator"), width=34),
            Column(_("Economic region"), width=14),
            # No sums: each unit stands in a row of every indicator, so they would be no number of units.
            Column(_("Units"), "number", 10, unit=_("units")),
            Column(_("Green"), "number", 10, unit=_("units")),
            Column(_("Yellow"), "number", 10, unit=_("units")),
            Column(_("Red"), "number", 10, unit=_("units")),
            Column(_("Mean share of what was expected (%)"), "percent", 18),
        ],
        source=_("verified quarterly reports"),
    )
    groups: dict[tuple[str, str], list[Any]] = defaultdict(list)
    for row in rows:
        groups[str(row.label), row.province.region].append(row)
    order = list(Region.values)
    # In the order of the plans, which is the same in both languages.
    places: dict[str, int] = {}
    for row in rows:
        places[str(row.label)] = min(row.place, places.get(str(row.label), row.place))
    found = []
    for name, region in sorted(groups, key=lambda key: (places[key[0]], key[0], order.index(key[1]))):
        mine = groups[name, region]
        reached = [row.reached for row in mine if row.reached is not None]
        lights = [row.shown_light for row in mine]
        mean = (sum(reached, Decimal(0)) / len(reached)).quantize(Decimal("0.1"), ROUND_HALF_UP) if reached else None
        counts = [lights.count(light.value) for light in (Light.GREEN, Light.YELLOW, Light.RED)]
        found.append([name, str(Region(region).label), len(mine), *counts, mean])
    return Table(sheet, found)


def _units(rows: list[Any]) -> Table:
    sheet = Sheet(
        "units",
        _("By pilot unit"),
        [
            Column(_("Province"), width=16),
            Column(_("Pilot unit"), width=22),
            Column(_("Quarter"), width=12),
            Column(_("Indicator"), width=34),
            Column(_("Unit"), width=12),
            Column(_("Baseline"), "number", 12, unit=_("unit of the indicator")),
            Column(_("Expected by now"), "number", 12, unit=_("unit of the indicator")),
            Column(_("Actual value"), "number", 12, unit=_("unit of the indicator")),
            Column(_("Goal"), "number", 12, unit=_("unit of the indicator")),
            Column(_("Share of what was expected (%)"), "percent", 14),
            Column(_("Light"), width=10),
            Column(_("Why it is off the target"), width=36),
        ],
        source=_("verified quarterly reports"),
    )
    lights = {light.value: str(light.label) for light in Light}
    found = [
        [
            row.province.name,
            row.unit.name,
            f"{row.report.year} Q{row.report.quarter}",
            str(row.label),
            row.measure,
            row.baseline,
            row.expected,
            row.value,
            row.goal,
            row.reached,
            lights[row.shown_light],
            row.note,
        ]
        for row in rows
    ]
    return Table(sheet, found)
