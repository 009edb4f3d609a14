"""The funding plan: money by source and year, tied to projects."""

from __future__ import annotations

from collections.abc import Iterable
from decimal import Decimal
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from applications.enums_sections import FundingSource, StatementCode
from applications.models import Application, FundingLine
from applications.sections.base import Child, Content, SectionKind, plain
from applications.sections.words import left, right, statements_in, told, wan
from portal.core.money import ZERO
from portal.core.shapes import Table

TEXTS = (StatementCode.FUNDING_SECURED,)


def _content(dossier: Application) -> Content:
    rows = sorted(dossier.funding.all(), key=lambda row: (row.project_id or 0, row.year, row.source))
    return {"funding": {**statements_in(dossier, TEXTS), "lines": [_line(row) for row in rows]}}


def _line(row: FundingLine) -> Content:
    return {
        "key": f"{row.project_id or 0}-{row.year}-{row.source}",
        "project": row.project_id,
        "year": row.year,
        "source": row.source,
        "amount": plain(row.amount),
    }


def _sum(lines: Iterable[Content]) -> str:
    return wan(str(sum((Decimal(line["amount"]) for line in lines), ZERO)))


def _blocks(content: Content) -> list[Any]:
    part = content["funding"]
    lines = part["lines"]
    projects = {row["id"]: row["name"] for row in content["projects"]}
    return [_by_year(lines), _by_project(lines, projects), *told(part, TEXTS)]


def _sources() -> list[Any]:
    labels = [_("%(source)s (ten thousand yuan)") % {"source": source.label} for source in FundingSource]
    return [*(right(label, 1.3) for label in labels), right(_("Total (ten thousand yuan)"), 1.3)]


def _amounts(lines: list[Content]) -> list[str]:
    by_source = [_sum(line for line in lines if line["source"] == source) for source in FundingSource]
    return [*by_source, _sum(lines)]


def _by_year(lines: list[Content]) -> Table:
    years = sorted({line["year"] for line in lines})
    table: Table = {
        "kind": "table",
        "caption": _("Money by year and source"),
        "columns": [left(_("Year")), *_sources()],
        "rows": [[str(year), *_amounts([line for line in lines if line["year"] == year])] for year in years],
    }
    if lines:
        table["total"] = [_("Total"), *_amounts(lines)]
    return table


def _by_project(lines: list[Content], projects: dict[int, str]) -> Table:
    """A row for each project with money; the names are those of the projects' own section."""
    names = {line["project"]: projects.get(line["project"], _("For the unit as a whole")) for line in lines}
    table: Table = {
        "kind": "table",
        "caption": _("Money by project and source"),
        "columns": [left(_("Project"), 3), *_sources()],
        "rows": [
            [name, *_amounts([line for line in lines if line["project"] == project])] for project, name in names.items()
        ],
    }
    if lines:
        table["total"] = [_("Total"), *_amounts(lines)]
    return table


def _children() -> tuple[Child, ...]:
    return ("funding", "statements")


SECTION = SectionKind(
    "funding",
    gettext_lazy("Funding plan"),
    "applications:funding",
    _content,
    _blocks,
    _children,
    rows={"funding.lines": "key"},
    models={"funding.lines": FundingLine},
)
