"""Reads of scoring: a reviewer's desk, the officers' board of progress."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta
from typing import Any, Final

from django.db.models import (
    Case,
    Count,
    DecimalField,
    Exists,
    F,
    Func,
    Max,
    Min,
    OuterRef,
    Prefetch,
    Q,
    QuerySet,
    Sum,
    Value,
    When,
)
from django.db.models.functions import Round

from applications.enums import ApplicationState, PartnerState
from applications.models import Application, Partner
from portal.core import clock
from portal.core.at_once import Together
from portal.core.joins import with_names
from portal.core.prepared import Prepared
from portal.core.scope import Actor
from portal.programme.models import Batch
from reviews.enums import AssignmentState, ReviewState
from reviews.models import Assignment, Review, ReviewNote, ReviewReopening, ReviewScore
from reviews.models.assignment import OPEN
from reviews.queries.screening import in_office

DONE: Final = (ReviewState.SUBMITTED, ReviewState.LOCKED)
JUDGED: Final = (ApplicationState.IN_REVIEW, ApplicationState.DEFENCE)
# Nobody reads on what its unit has withdrawn, and nobody waits for a review of it.
STAYED: Final = tuple(state for state in ApplicationState if state != ApplicationState.WITHDRAWN)
REVIEW_DAYS: Final = 14  # where the rules say nothing


def my_assignments(actor: Actor) -> QuerySet[Assignment]:
    """What the actor has to review, with unit, batch and the own review: undone first, by division.

    Recused ones are not among them: the database shows nothing of their application any more.
    """
    return (
        with_names(Assignment.objects.filter(reviewer=actor.id), "application__unit", "application__province")
        .filter(state__in=OPEN)
        .select_related("batch__rule_set", "review")
        .order_by("-batch__number", "application__province_id", "application__unit_id", "pk")
    )


def assignment_to_keep(actor: Actor) -> QuerySet[Assignment]:
    """As `my_assignments`, with no more than keeping a draft needs: the rules of the batch, the own review."""
    rows = Assignment.objects.filter(reviewer=actor.id, state__in=OPEN)
    return rows.select_related("batch__rule_set", "review").only(
        *(field.name for field in Assignment._meta.concrete_fields),
        *("batch__state", "batch__rule_set__details", "review__state"),
    )


def assignments(actor: Actor, batch: Batch) -> QuerySet[Assignment]:
    """All assignments of a batch, for officers and auditors."""
    rows = Assignment.objects.filter(batch=batch) if in_office(actor) else Assignment.objects.none()
    rows = with_names(rows, "application__unit", "application__province", "reviewer", "replaces__reviewer")
    rows = rows.select_related("review").annotate(reopened=was_reopened())
    return rows.order_by("application__province_id", "application__unit_id", "pk")


def was_reopened(to: str = "") -> Exists:
    """Whether the review of an assignment was opened again, so that it was submitted before. to: its path.

    Asked by application and reviewer: an officer sees no draft.
    """
    held = {"application": OuterRef(f"{to}application"), "reviewer": OuterRef(f"{to}reviewer")}
    return Exists(ReviewReopening.objects.filter(**held))


def open_assignments(actor: Actor) -> QuerySet[Assignment]:
    """Assignments that stand, of all batches, for officers: with application, reviewer and batch."""
    rows = Assignment.objects.filter(state__in=OPEN) if in_office(actor) else Assignment.objects.none()
    return rows.select_related("application__unit", "application__batch__rule_set", "reviewer", "batch")


def progress(actor: Actor, batch: Batch) -> QuerySet[Application]:
    """Applications under review with `assigned`, `submitted` and `recused` counts, by division."""
    standing = Q(assignments__state__in=OPEN)
    return (
        _judged(actor, batch)
        .select_related("unit", "province")
        .annotate(
            assigned=Count("assignments", filter=standing & Q(assignments__isnull=False)),
            submitted=Count("assignments", filter=standing & Q(assignments__review__state__in=DONE)),
            recused=Count("assignments", filter=Q(assignments__state=AssignmentState.RECUSED)),
        )
        .order_by("province_id", "unit_id", "pk")
    )


def _judged(actor: Actor, batch: Batch) -> QuerySet[Application]:
    rows = Application.objects.filter(batch=batch, state__in=JUDGED)
    return rows if in_office(actor) else rows.none()


def standing(actor: Actor, batch: Batch) -> dict[str, int]:
    """Counts of a batch under review: applications, assigned, undeclared, submitted, recused, late; two queries.

    Assignments of what was withdrawn count nowhere.
    """
    rows = Assignment.objects.filter(batch=batch, application__state__in=STAYED)
    rows = rows if in_office(actor) else rows.none()
    open_ones = Q(state__in=OPEN)
    counts = rows.aggregate(
        assigned=Count("pk", filter=open_ones),
        undeclared=Count("pk", filter=Q(state=AssignmentState.ASSIGNED)),
        submitted=Count("pk", filter=open_ones & Q(review__state__in=DONE)),
        recused=Count("pk", filter=Q(state=AssignmentState.RECUSED)),
        late=Count("pk", filter=late(batch)),
    )
    return {"applications": _judged(actor, batch).count(), **counts}


def own_review(assignment: Assignment) -> Review | None:
    """The review that came with an assignment of the actor's own, with its scores; None before the first draft."""
    held: Review | None = getattr(assignment, "review", None)
    if held is not None:
        _SCORES(held)
    return held


_SCORES: Final = Together(lambda: ("scores",))


def own_note(assignment: Assignment) -> str:
    """The actor's private note on an assignment: the database shows nobody else's."""
    return ReviewNote.objects.filter(assignment=assignment).values_list("text", flat=True).first() or ""


def last_day(assigned_at: datetime, days: int | None) -> date:
    """The last day of a review. days: `review_days` of the rules, None where they say nothing."""
    return assigned_at.astimezone(clock.SHANGHAI).date() + timedelta(days=REVIEW_DAYS if days is None else days)


def late(batch: Batch, at: str = "") -> Q:
    """Which assignments stand, are not submitted, and are past their last day. at: the path to the assignments."""
    days = batch.rule_set.details.get("review_days") if batch.rule_set else None
    first = datetime.combine(clock.today(), time.min, clock.SHANGHAI)
    first -= timedelta(days=REVIEW_DAYS if days is None else days)
    stands = Q(**{f"{at}state__in": OPEN, f"{at}assigned_at__lt": first, f"{at}application__state__in": STAYED})
    return stands & ~Q(**{f"{at}review__state__in": DONE})


def counted_by(batch: Batch) -> str:
    """What the rules of a batch say counts: mean, trimmed or calibrated."""
    return str(batch.rule_set.details.get("result_by", "mean")) if batch.rule_set else "mean"


def results(actor: Actor, batch: Batch) -> QuerySet[Application]:
    """Applications under review, or whose result is fixed, with what their reviews come to, by division; for officers
    and auditors.

    `given` reviews that count, `least` and `most` of their totals, `score`: their mean to six places, half up, without
    one highest and one lowest of three or more where the rules say so, or the calibrated score that was computed last
    (the database counts the same: `reviews_results`).
    """
    counted = Q(reviews__state__in=DONE) & Q(reviews__assignment__state__in=OPEN)
    rows = Application.objects.filter(Q(state__in=JUDGED) | Q(panel_result__isnull=False), batch=batch)
    rows = (rows if in_office(actor) else rows.none()).annotate(
        given=Count("reviews", filter=counted),
        all_points=Sum("reviews__total", filter=counted),
        most=Max("reviews__total", filter=counted),
        least=Min("reviews__total", filter=counted),
    )
    mean = F("all_points") / F("given")
    counts = counted_by(batch)
    if counts == "calibrated":
        score: Any = Func(
            Value(batch.pk),
            F("pk"),
            function="reviews_calibrated",
            output_field=DecimalField(max_digits=9, decimal_places=6),
        )
    elif counts == "trimmed":
        inner = (F("all_points") - F("most") - F("least")) / (F("given") - Value(2))
        score = Case(When(given__gt=2, then=inner), When(given__gt=0, then=mean))
    else:
        score = Case(When(given__gt=0, then=mean))
    rows = rows.annotate(score=Round(score, precision=6, output_field=DecimalField(max_digits=9, decimal_places=6)))
    return rows.select_related("unit", "province").order_by("province_id", "unit_id", "pk")


def submitted_reviews(actor: Actor) -> QuerySet[Review]:
    """Submitted reviews of all batches for officers, with application, reviewer and batch."""
    rows = Review.objects.filter(state=ReviewState.SUBMITTED) if in_office(actor) else Review.objects.none()
    return rows.select_related("application__unit", "reviewer", "assignment__batch__rule_set")


def reopenings(actor: Actor, application: Application) -> QuerySet[ReviewReopening]:
    """Reviews of an application that were opened again, with what was submitted before, for officers and auditors."""
    rows = ReviewReopening.objects.filter(application=application)
    return (rows if in_office(actor) else rows.none()).select_related("reviewer", "by").order_by("pk")


def reviews_of_others(actor: Actor, assignment: Assignment) -> list[Review]:
    """Submitted reviews of the other reviewers of an application: the database shows them once the actor's own is in,
    and only where the rules of the batch say so. In an order that tells nothing of who they are.
    """
    return _OTHERS(assignment.application_id, actor.id)


def _others(application: int, me: int) -> QuerySet[Review]:
    rows = Review.objects.filter(application=application, state__in=DONE).exclude(reviewer=me)
    return rows.prefetch_related(Prefetch("scores", ReviewScore.objects.order_by("pk"))).order_by("total", "pk")


_OTHERS: Final = Prepared(_others)


def partner_names(application_id: int) -> QuerySet[Partner]:
    """The joint applicants of an application, for whoever declares interests in it."""
    return (
        Partner.objects.filter(application=application_id)
        .exclude(state=PartnerState.DECLINED)
        .select_related("organisation")
        .order_by("pk")
    )


def reviews_of(actor: Actor, application: Application) -> QuerySet[Review]:
    """Submitted reviews of an application with their scores, for officers and auditors without a conflict."""
    rows = Review.objects.filter(application=application, state__in=DONE) if in_office(actor) else Review.objects.none()
    return (
        rows.select_related("reviewer", "assignment")
        .prefetch_related(Prefetch("scores", ReviewScore.objects.order_by("pk")))
        .order_by("pk")
    )
