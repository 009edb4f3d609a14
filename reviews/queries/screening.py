"""Reads of screening: the queue of both ministries."""

from __future__ import annotations

from django.db.models import Count, OuterRef, Q, QuerySet, Subquery

from applications.enums import ApplicationState
from applications.models import Application, Snapshot
from portal.accounts.enums import Role
from portal.core.scope import Actor
from portal.programme.enums import BatchState
from portal.programme.models import Batch
from reviews.enums import Ministry
from reviews.models import Screening

SCREENED = (
    ApplicationState.RECOMMENDED,
    ApplicationState.SCREENING,
    ApplicationState.CORRECTION,
    ApplicationState.REJECTED,
    ApplicationState.IN_REVIEW,
)
_OFFICES = {Role.OFFICER, Role.AUDITOR}


def in_office(actor: Actor) -> bool:
    """Whether the actor reads across the nation as an officer or auditor."""
    return actor.scope.nation and bool(actor.roles & _OFFICES)


def screening_batches(actor: Actor) -> QuerySet[Batch]:
    """Batches past their opening, with counts: `waiting`, `screening`, `correction`, `rejected`, `in_review`."""
    rows = Batch.objects.exclude(state__in=[BatchState.DRAFT, BatchState.ARCHIVED]).select_related("rule_set")
    if not in_office(actor):
        return rows.none()
    count = {
        "waiting": Q(applications__state=ApplicationState.RECOMMENDED),
        "screening": Q(applications__state=ApplicationState.SCREENING),
        "correction": Q(applications__state=ApplicationState.CORRECTION),
        "rejected": Q(applications__state=ApplicationState.REJECTED),
        "in_review": Q(applications__state=ApplicationState.IN_REVIEW),
    }
    return rows.annotate(**{name: Count("applications", filter=which) for name, which in count.items()}).order_by(
        "-number"
    )


def screening_queue(actor: Actor, batch: Batch) -> QuerySet[Application]:
    """Applications of a batch from the recommendation to the end of screening, by division.

    Adds `said_miit` and `said_mof`: the last decision of each ministry on the current submission, or None.
    """
    if not in_office(actor):
        return Application.objects.none()
    current = Snapshot.objects.filter(application=OuterRef("application")).order_by("-number").values("pk")[:1]
    said = Screening.objects.filter(application=OuterRef("pk"), snapshot=Subquery(current)).order_by("-pk")
    return (
        Application.objects.filter(batch=batch, state__in=SCREENED)
        .select_related("unit", "province", "batch")
        .annotate(
            said_miit=Subquery(said.filter(ministry=Ministry.MIIT).values("decision")[:1]),
            said_mof=Subquery(said.filter(ministry=Ministry.MOF).values("decision")[:1]),
        )
        .order_by("province_id", "unit_id", "pk")
    )


def screenings(actor: Actor, application: Application) -> QuerySet[Screening]:
    """What the ministries said about an application, the latest first."""
    if not in_office(actor):
        return Screening.objects.none()
    return (
        Screening.objects.filter(application=application)
        .select_related("person", "snapshot")
        .defer("snapshot__content")
        .order_by("-pk")
    )


def next_in_queue(actor: Actor, application: Application) -> int | None:
    """The key of the next application in screening after this one, or None."""
    return (
        screening_queue(actor, application.batch)
        .filter(state=ApplicationState.SCREENING)
        .exclude(pk=application.pk)
        .values_list("pk", flat=True)
        .first()
    )
