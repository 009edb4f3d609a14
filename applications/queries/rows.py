"""Reads of the rows of one dossier which the caller has found in scope."""

from __future__ import annotations

from datetime import date
from typing import Any

from django.db.models import Exists, OuterRef, Prefetch, Q, QuerySet

from applications.enums import ApplicationState
from applications.models import (
    Application,
    Attachment,
    FocusIndustry,
    JointSummary,
    Partner,
    PartnerProject,
    Project,
    ProjectEnterprise,
    SealCheck,
    Upload,
)
from applications.verdicts import with_verdicts
from portal.accounts.enums import Kind, Role
from portal.accounts.models import Organisation
from portal.core import clock
from portal.core.scope import Actor
from portal.programme.enums import BatchState, UnitKind
from portal.programme.models import Batch, CentralSOE, Industry, PilotUnit


def industries_of(application: Application) -> QuerySet[FocusIndustry]:
    """Focus industries by code."""
    return FocusIndustry.objects.filter(application=application).select_related("industry").order_by("industry")


def focus_industries_of(application: Application) -> QuerySet[Industry]:
    """The industries themselves, for a choice."""
    chosen = FocusIndustry.objects.filter(application=application).values("industry")
    return Industry.objects.filter(pk__in=chosen).order_by("code")


def projects_of(application: Application) -> QuerySet[Project]:
    """Projects in the order they were added."""
    return Project.objects.filter(application=application).select_related("industry").order_by("pk")


def codes_of(project: Project) -> list[str]:
    """Credit codes of the enterprises that take part in a project, in order."""
    rows = ProjectEnterprise.objects.filter(project=project)
    return list(rows.order_by("pk").values_list("enterprise__credit_code", flat=True))


def project_part_rows(project: Project, part: str) -> list[Any]:
    """The rows of one part of a project (money, approvals, milestones), in order."""
    return list(getattr(project, part).order_by("pk"))


def partners_of(application: Application) -> QuerySet[Partner]:
    """Joint applicants in the order they were invited."""
    return (
        Partner.objects.filter(application=application)
        .select_related("organisation", "letter", "invited_by", "answered_by")
        .prefetch_related(Prefetch("projects", PartnerProject.objects.select_related("project")))
        .order_by("pk")
    )


def attachments_of(application: Application) -> QuerySet[Attachment]:
    """Files that stand in the dossier, in the order they came, each with `scan` and `seal`."""
    return (
        with_verdicts(Attachment.objects.filter(application=application, removed_at=None))
        .select_related("organisation")
        .order_by("pk")
    )


def seal_checks(attachment: Attachment) -> QuerySet[SealCheck]:
    """What the verifications of a file's seals found, the last one first."""
    return SealCheck.objects.filter(attachment=attachment).select_related("person").order_by("-pk")


def uploads(actor: Actor) -> QuerySet[Upload]:
    """The person's own uploads on their way."""
    return Upload.objects.filter(person=actor.id).select_related("application")


def open_batch() -> Batch | None:
    """The batch that takes applications now, or None."""
    return Batch.objects.select_related("rule_set").filter(state=BatchState.OPEN).first()


def organisations_to_invite(application: Application) -> QuerySet[Organisation]:
    """Central SOEs in the order of the directory, and for a district the other districts of its municipality.

    Without those that are invited already, and without enterprises that ended: who follows them answers.
    """
    invited = Partner.objects.filter(application=application).values("organisation")
    ended = CentralSOE.objects.filter(valid_to__lt=clock.today())
    wanted = Q(kind=Kind.CENTRAL_SOE) & ~Q(code__in=ended.values("code"))
    if application.unit.kind == UnitKind.DISTRICT:
        others = PilotUnit.objects.filter(province=application.province_id, kind=UnitKind.DISTRICT)
        others = others.filter(Q(valid_to=None) | Q(valid_to__gte=clock.today())).exclude(pk=application.unit_id)
        wanted |= Q(kind=Kind.UNIT_GOVERNMENT, unit__in=others.values("pk"))
    rows = Organisation.objects.filter(wanted, is_active=True).exclude(pk__in=invited)
    return rows.order_by("-kind", "code")


def shared_summary(application: Application) -> str:
    """What the unit tells all joint applicants."""
    return JointSummary.objects.filter(pk=application.pk).values_list("text", flat=True).first() or ""


def places_to_apply(actor: Actor, batch: Batch) -> QuerySet[PilotUnit]:
    """Units the actor drafts for that are valid today and have no application in the batch."""
    return without_application(actor, batch, on=clock.today()).order_by("code")


def own_application(actor: Actor, batch: Batch) -> Application | None:
    """What a unit the actor drafts for has in the batch, or None; what was withdrawn does not count."""
    mine = [post.unit for post in actor.posts if post.role == Role.DRAFTER]
    rows = Application.objects.filter(batch=batch, unit__in=mine).exclude(state=ApplicationState.WITHDRAWN)
    return rows.select_related("batch", "unit").order_by("pk").first()


def without_application(actor: Actor, batch: Any, *, on: date) -> QuerySet[PilotUnit]:
    """Units the actor drafts for that are valid on the day and have no application in the batch.

    batch: itself, or where its key is found in the query around: the desk asks for each batch.
    """
    mine = [post.unit for post in actor.posts if post.role == Role.DRAFTER]
    begun = Application.objects.filter(batch=batch, unit=OuterRef("pk")).exclude(state=ApplicationState.WITHDRAWN)
    valid = Q(valid_to=None) | Q(valid_to__gte=on), Q(valid_from=None) | Q(valid_from__lte=on)
    return PilotUnit.objects.filter(~Exists(begun), *valid, pk__in=mine)
