"""Joint applicants: central SOEs, and in a municipality a second district."""

from __future__ import annotations

from typing import Any

from django.db.models import Prefetch
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from applications.enums import PartnerRole, PartnerState
from applications.models import Application, Partner, PartnerProject
from applications.sections.base import Child, Content, SectionKind, fields, named
from applications.sections.words import DASH, label_of, left, name_of, right, wan
from portal.core.shapes import Facts, Table


def _content(dossier: Application) -> Content:
    rows = sorted(dossier.partners.all(), key=lambda row: row.organisation.code)
    return {"partners": [_row(row) for row in rows]}


def _row(row: Partner) -> Content:
    return {
        "organisation": named(row.organisation),
        "projects": [
            {"id": one.project_id, "name": one.project.name, **fields(one, "amount")}
            for one in sorted(row.projects.all(), key=lambda one: one.project_id)
        ],
        **fields(row, "kind", "role", "state", "task", "contribution", "amount_committed", "declined_why"),
        "letter": row.letter_id and row.letter.sha256,  # type: ignore[union-attr]  # there, as its id is
    }


def _blocks(content: Content) -> list[Any]:
    table: Table = {
        "kind": "table",
        "caption": _("Joint applicants"),
        "columns": [
            left(_("Joint applicant"), 3),
            left(_("Takes part as"), 1.5),
            left(_("State")),
            left(_("What is asked"), 3),
            left(_("Contribution"), 3),
            right(_("Committed (ten thousand yuan)"), 1.5),
        ],
        "rows": [
            [
                name_of(row["organisation"]),
                label_of(PartnerRole, row["role"]),
                label_of(PartnerState, row["state"]),
                row["task"],
                row["contribution"] or row["declined_why"] or DASH,
                wan(row["amount_committed"]),
            ]
            for row in content["partners"]
        ],
    }
    letters = [
        (_("Letter of commitment of %(name)s (SHA-256)") % {"name": name_of(row["organisation"])}, row["letter"])
        for row in content["partners"]
        if row["letter"]
    ]
    facts: Facts = {"kind": "facts", "rows": letters}
    return [table, *_shares(content), *([facts] if letters else [])]


def _shares(content: Content) -> list[Table]:
    """What each joint applicant brings into each of its projects; no table where none has a project."""
    rows = [
        [one["name"], name_of(row["organisation"]), wan(one["amount"])]
        for row in content["partners"]
        for one in row["projects"]
    ]
    columns = [left(_("Project"), 3), left(_("Joint applicant"), 3), right(_("Committed (ten thousand yuan)"), 1.5)]
    caption = _("Projects of the joint applicants")
    return [{"kind": "table", "caption": caption, "columns": columns, "rows": rows}] if rows else []


def _children() -> tuple[Child, ...]:
    taken = Prefetch("projects", PartnerProject.objects.select_related("project").order_by("project"))
    rows = Partner.objects.select_related("organisation", "letter").prefetch_related(taken).order_by("pk")
    return (Prefetch("partners", rows),)


SECTION = SectionKind(
    "partners",
    gettext_lazy("Joint applicants"),
    "applications:partners",
    _content,
    _blocks,
    _children,
    models={"partners": Partner},
    rows={"partners": "organisation.code"},
    optional=True,
    untouched=gettext_lazy("nobody invited (optional)"),
)
