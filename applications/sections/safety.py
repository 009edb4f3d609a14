"""Risk and safety: the record in words, and the risks with what is done about them."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from applications.enums_sections import Degree, RiskKind, StatementCode
from applications.models import Application, Risk
from applications.sections.base import Child, Content, SectionKind, fields
from applications.sections.words import label_of, left, statements_in, told
from portal.core.shapes import Table

TEXTS = (StatementCode.WORK_SAFETY, StatementCode.ENVIRONMENT, StatementCode.DATA_SECURITY)


def _content(dossier: Application) -> Content:
    names = ("id", "kind", "title", "likelihood", "gravity", "measure", "responsible")
    rows = sorted(dossier.risks.all(), key=lambda row: (-row.likelihood * row.gravity, row.pk))
    return {"safety": {**statements_in(dossier, TEXTS), "risks": [fields(row, *names) for row in rows]}}


def _blocks(content: Content) -> list[Any]:
    part = content["safety"]
    table: Table = {
        "kind": "table",
        "caption": _("Risks, the gravest first"),
        "columns": [
            left(_("Risk"), 3),
            left(_("Kind"), 1.5),
            left(_("Likelihood")),
            left(_("Gravity")),
            left(_("What is done about it"), 4),
            left(_("Who answers for it"), 2),
        ],
        "rows": [
            [
                row["title"],
                label_of(RiskKind, row["kind"]),
                label_of(Degree, row["likelihood"]),
                label_of(Degree, row["gravity"]),
                row["measure"],
                row["responsible"],
            ]
            for row in part["risks"]
        ],
    }
    return [*told(part, TEXTS), table]


def _children() -> tuple[Child, ...]:
    return ("risks", "statements")


SECTION = SectionKind(
    "safety",
    gettext_lazy("Risk and safety"),
    "applications:safety",
    _content,
    _blocks,
    _children,
    rows={"safety.risks": "id"},
    models={"safety.risks": Risk},
)
