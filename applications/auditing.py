"""What of dossiers audit findings and evidence may be about: applications, enterprises, projects, files."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Final

from django.db.models import Q, QuerySet
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from applications import queries
from applications.models import Attachment, Enterprise, Project
from portal.audit.findings import objects
from portal.audit.findings.objects import MOST, Kind, Thing
from portal.core.ones import one_if_any
from portal.core.scope import Actor


def _within(rows: QuerySet[Any], actor: Actor) -> QuerySet[Any]:
    """Rows of applications the actor reads, with where they belong."""
    seen = queries.applications(actor).values("pk")
    return rows.filter(application__in=seen).select_related("application__batch")


def _application(row: Any) -> Thing:
    label = f"{row.number} {row.title}".strip()
    url = reverse("applications:detail", args=[row.pk])
    return Thing("applications.application", str(row.pk), label, url, row.province_id, row.unit_id, row.batch.number)


def _part(row: Any, label: str, url: str) -> Thing:
    held = row.application
    place = (held.province_id, held.unit_id, held.batch.number)
    return Thing(row._meta.label_lower, str(row.pk), label, url, *place)


def _enterprise(row: Any) -> Thing:
    url = reverse("applications:detail", args=[row.application_id])
    return _part(row, f"{row.name} {row.credit_code}", url)


def _project(row: Any) -> Thing:
    return _part(row, row.name, reverse("applications:detail", args=[row.application_id]))


def _attachment(row: Any) -> Thing:
    return _part(row, row.title, reverse("applications:attachment", args=[row.pk]))


def _kind(
    type_: str,
    label: Any,
    rows: Callable[[Actor], QuerySet[Any]],
    named: Callable[[Any], Thing],
    *fields: str,
    is_file: bool = False,
) -> Kind:
    def found(actor: Actor, key: str) -> Thing | None:
        row = one_if_any(rows, actor, pk=int(key)) if key.isascii() and key.isdigit() else None
        return named(row) if row else None

    def search(actor: Actor, text: str) -> list[Thing]:
        asked = Q(pk=None)
        for field in fields:
            asked |= Q(**{f"{field}__icontains": text})
        return [named(row) for row in rows(actor).filter(asked).order_by("-pk")[:MOST]]

    return Kind(type_, label, found, search, is_file)


# Pages of dossiers that show one object each.
PAGES: Final = {
    "applications:detail": "applications.application",
    "applications:preview": "applications.application",
    "applications:attachment": "applications.attachment",
    "applications:enterprises": "applications.application",
    "applications:plan_approved": "applications.application",
    "applications:projects": "applications.application",
}


def register() -> None:
    """Fill the registry of the audit workspace."""
    units = ("application__unit__name_zh", "application__unit__name_en")
    objects.register(
        _kind(
            "applications.application",
            _("application"),
            lambda actor: queries.applications(actor).select_related("batch"),
            _application,
            "number",
            "title",
            "unit__name_zh",
            "unit__name_en",
        ),
        _kind(
            "applications.enterprise",
            _("enterprise"),
            lambda actor: _within(Enterprise.objects.all(), actor),
            _enterprise,
            "name",
            "credit_code",
        ),
        _kind(
            "applications.project",
            _("project of a dossier"),
            lambda actor: _within(Project.objects.all(), actor),
            _project,
            "name",
            "enterprise_name",
            *units,
        ),
        _kind(
            "applications.attachment",
            _("file of a dossier"),
            lambda actor: _within(Attachment.objects.filter(removed_at=None), actor),
            _attachment,
            "title",
            "file_name",
            *units,
            is_file=True,
        ),
    )
    objects.register_pages(PAGES)
