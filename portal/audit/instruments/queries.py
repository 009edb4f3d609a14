"""Reads on samples, saved queries, analyses and leads: each of the audit organisations the actor works in."""

from __future__ import annotations

from typing import Any, TypeVar

from django.db.models import Count, QuerySet

from portal.audit.instruments.models_own import Owned
from portal.audit.models import AnalysisResult, Lead, Sample, SampleResult, SavedQuery
from portal.core.scope import Actor

Row = TypeVar("Row", bound=Owned)


def own(rows: QuerySet[Row], actor: Actor) -> QuerySet[Row]:
    """The rows of the actor's audit organisations: the plan beside the policy's net."""
    return rows.filter(organisation__in=[post.organisation for post in actor.posts if post.role == "auditor"])


def samples(actor: Actor) -> QuerySet[Any]:
    """Samples, the newest first, with `tested`: how many items have a result. The items themselves are not read."""
    rows: QuerySet[Any] = own(Sample.objects.all(), actor).annotate(tested=Count("results__place", distinct=True))
    return rows.order_by("-pk")


def listed_samples(actor: Actor) -> QuerySet[Any]:
    """The same for a list: without what only the page of a sample shows."""
    return samples(actor).defer("items", "plan", "query")


def result_of(sample: Sample, place: int) -> SampleResult | None:
    """The result that counts of one item, or None while it has none."""
    return SampleResult.objects.filter(sample=sample, place=place).order_by("-pk").first()


def saved(actor: Actor) -> QuerySet[SavedQuery]:
    """Saved queries by name."""
    return own(SavedQuery.objects.all(), actor).order_by("name", "pk")


def results(actor: Actor) -> QuerySet[AnalysisResult]:
    """Results of analyses, the newest first."""
    return own(AnalysisResult.objects.all(), actor).order_by("-pk")


def leads(actor: Actor) -> QuerySet[Lead]:
    """Leads, the newest first."""
    return own(Lead.objects.all(), actor).order_by("-pk")
