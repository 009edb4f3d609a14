"""The text of the implementation plan, chapter by chapter, with its figures."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from applications.enums_sections import ChapterCode
from applications.models import Application, PlanChapter
from applications.richtext.clean import figures_in, shown
from applications.sections.base import Child, Content, SectionKind, fields
from applications.sections.words import label_of

_ORDER = {code.value: at for at, code in enumerate(ChapterCode)}


def _content(dossier: Application) -> Content:
    rows = sorted(dossier.chapters.all(), key=lambda row: _ORDER[row.code])
    seen = {figure for row in rows for figure in figures_in(row.html)}
    figures = sorted((row for row in dossier.figures.all() if row.pk in seen), key=lambda row: row.pk)
    names = ("id", "file_name", "content_type", "size", "width", "height", "sha256")
    return {
        "plan": {
            "chapters": [fields(row, "code", "html") for row in rows],
            "figures": [fields(row, *names) for row in figures],
        }
    }


def _blocks(content: Content) -> list[Any]:
    found: list[Any] = []
    for row in content["plan"]["chapters"]:
        label = label_of(ChapterCode, row["code"])
        found.append({"kind": "heading", "level": 2, "caption": label, "text": label})
        found.append({"kind": "rich", "caption": label, "html": shown(row["html"], deeper=2)})
    return found or [{"kind": "text", "text": _("No chapter is written yet.")}]


def _children() -> tuple[Child, ...]:
    return ("chapters", "figures")


SECTION = SectionKind(
    "plan",
    gettext_lazy("Implementation plan"),
    "applications:plan",
    _content,
    _blocks,
    _children,
    rows={"plan.chapters": "code", "plan.figures": "id"},
    models={"plan.chapters": PlanChapter},
)
