"""Reads of the rows of the dossier's own sections, of one application which the caller has found in scope."""

from __future__ import annotations

from typing import Any

from django.db.models import Prefetch, QuerySet, Sum

from applications.enums import TargetCode
from applications.enums_sections import ChapterCode
from applications.models import (
    Application,
    Cluster,
    Figure,
    FoundationYear,
    FundingLine,
    PlanChapter,
    Risk,
    SectionDuty,
    Statement,
    Target,
    TargetYear,
    WordImport,
)
from applications.queries.dossiers import applications
from portal.audit.models import Event
from portal.core.scope import Actor


def foundation_of(application: Application) -> QuerySet[FoundationYear]:
    """The years of the foundation, the oldest first."""
    return FoundationYear.objects.filter(application=application).order_by("year")


def statements_of(application: Application) -> dict[str, str]:
    """The texts that stand by themselves, by code; one query."""
    return dict(Statement.objects.filter(application=application).values_list("code", "text"))


def clusters_of(application: Application) -> QuerySet[Cluster]:
    """Clusters and parks in the order they were added."""
    return Cluster.objects.filter(application=application).select_related("industry").order_by("pk")


def risks_of(application: Application) -> QuerySet[Risk]:
    """Risks in the order they were added."""
    return Risk.objects.filter(application=application).order_by("pk")


def targets_of(application: Application) -> QuerySet[Target]:
    """Indicators with their yearly values (attribute `years`), the programme's and the unit's own."""
    years = Prefetch("years", TargetYear.objects.order_by("year"))
    return Target.objects.filter(application=application).prefetch_related(years).order_by("code", "name")


def own_targets_of(application: Application) -> QuerySet[Target]:
    """Indicators of the unit's own, by name."""
    return targets_of(application).filter(code=TargetCode.OWN)


def funding_of(application: Application) -> QuerySet[FundingLine]:
    """All lines of the funding plan."""
    return FundingLine.objects.filter(application=application).order_by("project", "year", "source")


def funding_sums(application: Application) -> list[dict[str, Any]]:
    """The plan added up by project, year and source: {project_id, year, source, amount}; one query."""
    rows = FundingLine.objects.filter(application=application).order_by("project", "year", "source")
    return [dict(row) for row in rows.values("project_id", "year", "source").annotate(amount=Sum("amount"))]


def chapters_of(application: Application) -> dict[str, PlanChapter]:
    """The chapters of the plan by code."""
    return {row.code: row for row in PlanChapter.objects.filter(application=application)}


def chapter_of(application: Application, code: ChapterCode) -> PlanChapter | None:
    """One chapter, or None while it is not written."""
    return PlanChapter.objects.filter(application=application, code=code).first()


def figures(actor: Actor) -> QuerySet[Figure]:
    """Figures of applications in scope; the policy shows others than the unit what a submission contains."""
    return Figure.objects.filter(application__in=applications(actor).values("pk"))


def word_imports_of(application: Application) -> QuerySet[WordImport]:
    """Word files that were read and not taken over, the newest first."""
    rows = WordImport.objects.filter(application=application, taken_at=None)
    return rows.select_related("read_by").order_by("-pk")


def duties_of(application: Application) -> dict[str, SectionDuty]:
    """Owners and due dates by section."""
    rows = SectionDuty.objects.filter(application=application).select_related("owner")
    return {row.section: row for row in rows}


def edits_of(actor: Actor, application: Application, section: str = "") -> QuerySet[Event]:
    """What the trail says of changes of a dossier of the actor's own unit, the newest first."""
    rows = Event.objects.filter(
        object_type="applications.application",
        object_id=str(application.pk),
        act="applications.edit",
        outcome="done",
        unit__in=actor.scope.units,
    )
    if section:
        rows = rows.filter(after__section=section)
    return rows.order_by("-pk")
