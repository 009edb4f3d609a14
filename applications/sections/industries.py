"""Focus industries."""

from __future__ import annotations

from typing import Any, Final

from django.db.models import Prefetch
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from applications.models import Application, FocusIndustry
from applications.sections.base import Child, Content, SectionKind, fields, named
from applications.sections.words import DASH, left, name_of, right
from portal.core.shapes import Table

FIELDS: Final = ("share_of_output", "why", "concentration", "strategy", "local_base")


def _content(dossier: Application) -> Content:
    rows = sorted(dossier.industries.all(), key=lambda row: row.industry_id)
    return {"industries": [{**named(row.industry), **fields(row, *FIELDS)} for row in rows]}


def _blocks(content: Content) -> list[Any]:
    table: Table = {
        "kind": "table",
        "caption": _("Focus industries"),
        "columns": [
            left(_("Code")),
            left(_("Industry"), 3),
            right(_("Share of output (%)")),
            left(_("What the share rests on"), 4),
        ],
        "rows": [[row["code"], name_of(row), row["share_of_output"], row["why"]] for row in content["industries"]],
    }
    reasons: Table = {
        "kind": "table",
        "caption": _("Why these industries"),
        "columns": [
            left(_("Industry"), 2),
            left(_("Concentration"), 3),
            left(_("Place in the national strategy"), 3),
            left(_("Local base"), 3),
        ],
        "rows": [[name_of(row), *(row.get(name) or DASH for name in FIELDS[2:])] for row in content["industries"]],
    }
    return [table, reasons] if content["industries"] else [table]


def _children() -> tuple[Child, ...]:
    return (Prefetch("industries", FocusIndustry.objects.select_related("industry").order_by("industry_id")),)


SECTION = SectionKind(
    "industries",
    gettext_lazy("Focus industries"),
    "applications:industries",
    _content,
    _blocks,
    _children,
    models={"industries": FocusIndustry},
    rows={"industries": "code"},
    ties=("projects", "enterprises"),
)
