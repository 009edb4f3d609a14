"""Targets and indicators: baseline, the end of each year, the end of the period, with formula and unit."""

from __future__ import annotations

from typing import Any

from django.db.models import Prefetch
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext

from applications.enums import TargetCode
from applications.enums_sections import FORMULAS
from applications.models import Application, Target, TargetYear
from applications.sections.base import Child, Content, SectionKind, fields, plain
from applications.sections.words import DASH, label_of, left, right
from portal.core.shapes import Facts, Table


def _content(dossier: Application) -> Content:
    rows = sorted(dossier.targets.all(), key=lambda row: (row.code == TargetCode.OWN, row.code, row.name))
    return {
        "targets": {
            **fields(dossier, "digital_base", "digital_target"),
            "indicators": [_row(row) for row in rows],
        }
    }


def _row(row: Target) -> Content:
    return {
        "key": f"{row.code}:{row.name}" if row.name else row.code,
        **fields(row, "code", "name", "formula", "unit", "baseline", "goal"),
        "years": {str(year.year): plain(year.value) for year in sorted(row.years.all(), key=lambda year: year.year)},
    }


def _blocks(content: Content) -> list[Any]:
    targets = content["targets"]
    rate: Facts = {
        "kind": "facts",
        "rows": [
            (_("Enterprises digitally transformed, now (%)"), targets["digital_base"] or DASH),
            (_("Enterprises digitally transformed, at the end (%)"), targets["digital_target"] or DASH),
        ],
    }
    years = sorted({year for row in targets["indicators"] for year in row["years"]})
    table: Table = {
        "kind": "table",
        "caption": _("Indicators"),
        "columns": [
            left(_("Indicator"), 3),
            left(_("How it is worked out"), 4),
            left(pgettext("measure", "Unit")),
            right(_("Baseline")),
            *(right(_("End of %(year)s") % {"year": year}) for year in years),
            right(_("Goal")),
        ],
        "rows": [
            [
                row["name"] or label_of(TargetCode, row["code"]),
                row["formula"] or str(FORMULAS.get(TargetCode(row["code"]), DASH)),
                row["unit"],
                row["baseline"],
                *(row["years"].get(year, DASH) for year in years),
                row["goal"],
            ]
            for row in targets["indicators"]
        ],
    }
    return [rate, table]


def _children() -> tuple[Child, ...]:
    years = Prefetch("years", TargetYear.objects.order_by("year"))
    return (Prefetch("targets", Target.objects.prefetch_related(years).order_by("code", "name")),)


SECTION = SectionKind(
    "targets",
    gettext_lazy("Targets and indicators"),
    "applications:targets",
    _content,
    _blocks,
    _children,
    rows={"targets.indicators": "key"},
    models={"targets": Application, "targets.indicators": Target},
)
