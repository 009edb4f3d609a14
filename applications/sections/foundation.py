"""The foundation: output, growth and technological-transformation investment year by year, and the base in words."""

from __future__ import annotations

from decimal import Decimal
from itertools import pairwise
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from applications.enums_sections import StatementCode
from applications.models import Application, FoundationYear
from applications.sections.base import Child, Content, SectionKind, fields
from applications.sections.words import DASH, right, statements_in, told, wan
from portal.core.shapes import Table

TEXTS = (StatementCode.INDUSTRY_BASE, StatementCode.DIGITAL_BASE)


def _content(dossier: Application) -> Content:
    rows = sorted(dossier.foundation.all(), key=lambda row: row.year)
    years = [fields(row, "year", "output", "growth", "investment", "enterprises") for row in rows]
    return {"foundation": {**statements_in(dossier, TEXTS), "years": years}}


def nominal_growth(rows: list[Content]) -> list[str]:
    """Growth of output against the year before, at current prices, in per cent; a dash where that year is not known."""
    found = [DASH]
    for old, new in pairwise(rows):
        base = Decimal(old["output"]) if new["year"] == old["year"] + 1 else None
        found.append(f"{(Decimal(new['output']) / base - 1) * 100:.2f}" if base else DASH)
    return found


def _blocks(content: Content) -> list[Any]:
    part = content["foundation"]
    rows = part["years"]
    table: Table = {
        "kind": "table",
        "caption": _("Industry of the unit by year"),
        "columns": [
            right(_("Year")),
            right(_("Output of the enterprises above designated size (ten thousand yuan)"), 2),
            right(_("Growth of output (%)")),
            right(_("Growth at current prices (%)")),
            right(_("Technological-transformation investment (ten thousand yuan)"), 2),
            right(_("Share of output (%)")),
            right(_("Enterprises above designated size")),
        ],
        "rows": [
            [
                str(row["year"]),
                wan(row["output"]),
                row["growth"],
                nominal,
                wan(row["investment"]),
                _share(row),
                f"{row['enterprises']:,}",
            ]
            for row, nominal in zip(rows, nominal_growth(rows) if rows else [], strict=True)
        ],
    }
    return [table, *told(part, TEXTS)]


def _share(row: Content) -> str:
    output = Decimal(row["output"])
    return f"{Decimal(row['investment']) / output * 100:.2f}" if output else DASH


def _children() -> tuple[Child, ...]:
    return ("foundation", "statements")


SECTION = SectionKind(
    "foundation",
    gettext_lazy("Foundation"),
    "applications:foundation",
    _content,
    _blocks,
    _children,
    rows={"foundation.years": "year"},
    models={"foundation.years": FoundationYear},
)
