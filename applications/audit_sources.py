"""What of dossiers auditors query and sample: enterprises, projects, attachments."""

from __future__ import annotations

from datetime import datetime
from typing import Any, Final

from django.db.models import QuerySet
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from applications.enums import ApplicationState
from applications.models import Attachment, Enterprise, Project
from applications.queries import applications
from portal.audit.instruments import places
from portal.audit.instruments.sources import Field, Source
from portal.core.scope import Actor
from portal.programme.models import Batch, Province


def _provinces() -> list[tuple[str, str]]:
    return [(row.pk, str(row)) for row in Province.objects.order_by("code")]


def _batches() -> list[tuple[int, str]]:
    return [(row.number, str(row)) for row in Batch.objects.order_by("number")]


def _of(rows: QuerySet[Any], actor: Actor, as_of: datetime | None) -> QuerySet[Any]:
    """Rows of dossiers in the actor's scope that were submitted (by that moment), as they stand now."""
    known = applications(actor).order_by().filter(first_submitted_at__isnull=False)
    if as_of is not None:
        known = known.filter(first_submitted_at__lte=as_of)
    joined = ("application__unit", "application__province", "application__batch")
    return rows.filter(application__in=known.values("pk")).select_related(*joined).order_by("-pk")


def enterprises(actor: Actor, as_of: datetime | None) -> QuerySet[Any]:
    """Enterprises of the rosters."""
    return _of(Enterprise.objects.all(), actor, as_of)


def projects(actor: Actor, as_of: datetime | None) -> QuerySet[Any]:
    """Projects of the dossiers."""
    return _of(Project.objects.all(), actor, as_of)


def attachments(actor: Actor, as_of: datetime | None) -> QuerySet[Any]:
    """Attachments that were not removed."""
    return _of(Attachment.objects.filter(removed_at=None), actor, as_of)


_PLACE: Final = (
    Field("unit", _("Pilot unit"), "text", "application__unit__name_zh", value="application.unit"),
    Field(
        "province",
        _("Province"),
        "choice",
        "application__province_id",
        choices=_provinces,
        value="application.province",
    ),
    Field(
        "batch", _("Batch"), "choice", "application__batch__number", choices=_batches, value="application.batch.number"
    ),
    Field(
        "state",
        _("State of the dossier"),
        "choice",
        "application__state",
        choices=ApplicationState.choices,
        value="application.get_state_display",
    ),
)
SOURCES: Final = (
    Source(
        name="enterprises",
        label=_("Enterprises of the rosters"),
        hint=_("Enterprises that dossiers list, with their figures."),
        rows=enterprises,
        title=lambda row: f"{row.name} {row.credit_code}",
        url=lambda row: reverse("applications:enterprises", args=[row.application_id]),
        strata=("province",),
        fields=(
            Field("name", _("Enterprise"), "text"),
            Field("credit_code", _("Credit code"), "code", leads=lambda row: places.enterprise(row.credit_code)),
            Field("revenue", _("Revenue"), "yuan"),
            Field("is_chain_leader", _("Chain leader"), "yes"),
            Field("is_leading", _("Leading enterprise"), "yes"),
            *_PLACE,
        ),
    ),
    Source(
        name="dossier_projects",
        label=_("Projects of the dossiers"),
        hint=_("Projects as dossiers propose them."),
        rows=projects,
        title=lambda row: row.name,
        url=lambda row: reverse("applications:preview", args=[row.application_id]),
        amount="support_asked",
        strata=("province", "batch"),
        fields=(
            Field("name", _("Project"), "text"),
            Field("enterprise_name", _("Leading enterprise"), "text"),
            Field("total_investment", _("Total investment"), "yuan"),
            Field("support_asked", _("Support asked for"), "yuan"),
            Field("other_national_money", _("Other national money"), "yes"),
            Field("is_landmark", _("Landmark project"), "yes"),
            Field("starts_on", _("Begins"), "date"),
            Field("ends_on", _("Ends"), "date"),
            Field("site", _("Site"), "text"),
            *_PLACE,
        ),
    ),
    Source(
        name="attachments",
        label=_("Attachments of the dossiers"),
        hint=_("Files that belong to dossiers."),
        rows=attachments,
        title=lambda row: f"{row.title} {row.file_name}".strip(),
        url=lambda row: reverse("applications:attachment", args=[row.pk]),
        fields=(
            Field("file_name", _("File name"), "text"),
            Field("title", _("Title"), "text"),
            Field("size", _("Size (bytes)"), "number"),
            Field("sha256", _("Digest (SHA-256)"), "code"),
            Field("uploaded_at", _("Brought"), "moment"),
            *_PLACE,
        ),
    ),
)
