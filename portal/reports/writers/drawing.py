"""The chart of a sheet as a drawing of the same figures, for documents and pages."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal
from typing import Any

from django.utils.translation import gettext as _

from portal.core import charts
from portal.reports.catalogue import Bars, Picture, Sheet


def drawn(sheet: Sheet, chart: Bars, rows: Sequence[Sequence[Any]]) -> Picture:
    """Lying bars of one figure, or standing bars of several for the first twelve rows: on each other or beside."""
    label = str(sheet.columns[chart.names].label)
    heads = [str(sheet.columns[place].label) for place in chart.figures]
    if len(chart.figures) == 1:
        place = chart.figures[0]
        pairs = [(str(row[chart.names]), _number(row[place])) for row in rows]
        spec = charts.bars(pairs, label=label, value=heads[0], rest=_("others"))
    else:
        triples = [
            (str(row[chart.names]), head, _number(row[place]))
            for row in rows[:12]
            for place, head in zip(chart.figures, heads, strict=True)
        ]
        draw = charts.stacked if chart.stacked else charts.grouped
        spec = draw(triples, label=label, value="", part="")
    title = str(chart.title)
    return Picture(title, charts.to_svg(spec), _("%(title)s; the figures stand in the table.") % {"title": title})


def _number(value: Any) -> int | Decimal:
    return value if isinstance(value, (int, Decimal)) else 0
