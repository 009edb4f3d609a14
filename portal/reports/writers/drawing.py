"""The chart of a sheet as a drawing of the same figures, for documents and pages."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal
from typing import Any, Final

from django.utils.translation import gettext as _

from portal.core import charts
from portal.reports.catalogue import Bars, Picture, Sheet

# So many bars are still read one by one.
LYING: Final = 15
STANDING: Final = 12


def drawn(sheet: Sheet, chart: Bars, rows: Sequence[Sequence[Any]]) -> Picture:
    """Lying bars of one figure, or standing bars of several: on each other or beside. Many rows: the largest of them.

    The title says how many of how many are shown. Small rows are added up only where their sum means something.
    """
    label = str(sheet.columns[chart.names].label)
    heads = [str(sheet.columns[place].label) for place in chart.figures]
    if len(chart.figures) == 1:
        place = chart.figures[0]
        pairs = [(str(row[chart.names]), _number(row[place])) for row in rows]
        shown = LYING - 1 if len(pairs) > LYING else len(pairs)
        rest = _("others") if chart.adds else ""
        spec = charts.bars(pairs, label=label, value=heads[0], limit=LYING, rest=rest)
        left_out = 0 if chart.adds else len(pairs) - shown
    else:
        largest = sorted(rows, key=lambda row: -_number(row[chart.figures[0]]))[:STANDING]
        left_out = len(rows) - len(largest)
        triples = [
            (str(row[chart.names]), head, _number(row[place]))
            for row in (largest if left_out else rows)
            for place, head in zip(chart.figures, heads, strict=True)
        ]
        draw = charts.stacked if chart.stacked else charts.grouped
        spec = draw(triples, label=label, value="", part="")
    title = str(chart.title)
    if left_out:
        title = _("%(title)s: the largest %(shown)s of %(all)s") % {
            "title": title,
            "shown": len(rows) - left_out,
            "all": len(rows),
        }
    return Picture(title, charts.to_svg(spec), _("%(title)s; the figures stand in the table.") % {"title": title})


def _number(value: Any) -> int | Decimal:
    return value if isinstance(value, (int, Decimal)) else 0
