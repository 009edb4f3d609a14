"""Reads of assignment: reviewers, loads, conflicts, and the question for the solver."""

from __future__ import annotations

from datetime import date
from typing import Any, Final, NamedTuple

from django.db import connection
from django.db.models import BooleanField, Count, Exists, F, Func, OuterRef, Prefetch, Q, QuerySet, Subquery
from django.db.models.fields.json import KeyTransform

from applications.models import Application
from applications.queries import applications
from portal.core.prepared import Prepared
from portal.core.scope import Actor
from portal.programme.enums import BatchState
from portal.programme.models import Batch
from reviews.enums import AssignmentState, ConflictCode, ReviewerGroup
from reviews.models import (
    Assignment,
    AssignmentWish,
    BatchDeclaration,
    BatchInterest,
    Conflict,
    ExpertDraw,
    ReviewerProfile,
)
from reviews.models.assignment import OPEN
from reviews.queries.scoring import DONE, STAYED, last_day, late, was_reopened
from reviews.queries.screening import in_office

# How many days a reviewer has by the rules of a batch; None where they say nothing.
REVIEW_DAYS_OF: Final = KeyTransform("review_days", "rule_set__details")


def first_given(rows: QuerySet[Assignment]) -> Subquery:
    """When the first review of a batch (the outer row) was given that stands and is not submitted."""
    rows = rows.filter(batch=OuterRef("pk"), state__in=OPEN, application__state__in=STAYED)
    return Subquery(rows.exclude(review__state__in=DONE).order_by("assigned_at").values("assigned_at")[:1])


# In office, available and not away today: the same for the solver's question as for the guard and the replacement.
HERE: Final = Func(
    "user_id", "is_active", "away_from", "away_to", function="reviews_is_here", output_field=BooleanField()
)


def people(actor: Actor) -> list[tuple[int, str, str]]:
    """People who hold a reviewer's post: (id, name, group); for officers, nothing for others."""
    if not in_office(actor):
        return []
    with connection.cursor() as cursor:
        cursor.execute("select id, name, reviewer_group from reviews_people() order by reviewer_group, name, id")
        return list(cursor.fetchall())


def profiles(actor: Actor) -> QuerySet[ReviewerProfile]:
    """Reviewers with their home province and employer, by group and name."""
    rows = ReviewerProfile.objects.select_related("user", "home_province", "employer_soe").order_by(
        "group", "user__name", "pk"
    )
    return rows if in_office(actor) else rows.filter(user=actor.id)


def loads(actor: Actor, batch: Batch) -> QuerySet[ReviewerProfile]:
    """Reviewers with their work in a batch: `assigned`, `undeclared`, `submitted`, `late`, `recused`, and `kept`: what
    stays with them, as they submit it or had submitted it before it was opened again.
    """
    mine = Q(user__assignments__batch=batch, user__assignments__application__state__in=STAYED)
    standing = mine & Q(user__assignments__state__in=OPEN)
    done = Q(user__assignments__review__state__in=DONE)
    return profiles(actor).annotate(
        assigned=Count("user__assignments", filter=standing),
        undeclared=Count("user__assignments", filter=mine & Q(user__assignments__state=AssignmentState.ASSIGNED)),
        recused=Count("user__assignments", filter=mine & Q(user__assignments__state=AssignmentState.RECUSED)),
        late=Count("user__assignments", filter=mine & late(batch, "user__assignments__")),
        submitted=Count("user__assignments", filter=standing & done),
        kept=Count("user__assignments", filter=standing & (done | Q(was_reopened("user__assignments__")))),
    )


def conflict_pairs(batch: Batch) -> list[tuple[int, int, str, str]]:
    """Conflicts that follow from what is known of reviewers and dossiers: (application, reviewer, ground, reason)."""
    with connection.cursor() as cursor:
        cursor.execute("select application_id, reviewer_id, code, reason from reviews_conflict_pairs(%s)", [batch.pk])
        return list(cursor.fetchall())


def conflicts(actor: Actor) -> QuerySet[Conflict]:
    """All recorded conflicts the actor may decide on, with application, person and override."""
    if not in_office(actor):
        return Conflict.objects.none()
    return Conflict.objects.filter(application__in=applications(actor).values("pk")).select_related(
        "application__unit", "reviewer", "waiver__proposed_by", "waiver__confirmed_by"
    )


def own_declarations(actor: Actor, batch: Batch) -> QuerySet[BatchDeclaration]:
    """What the actor declared for a whole batch, the latest first."""
    rows = BatchDeclaration.objects.filter(batch=batch, reviewer=actor.id).order_by("-pk")
    return rows.prefetch_related(Prefetch("interests", BatchInterest.objects.select_related("unit", "soe")))


def conflicts_of(actor: Actor, application: Application) -> QuerySet[Conflict]:
    """Grounds that keep people away from an application, but for the own province; with who overrode which."""
    return conflicts(actor).filter(application=application).exclude(code=ConflictCode.OWN_PROVINCE).order_by("pk")


def standing_conflicts(actor: Actor, application: int) -> QuerySet[Conflict]:
    """Grounds that keep people away from an application, but for those that two officers have overridden."""
    rows = conflicts(actor).filter(application=application)
    return rows.exclude(waiver__confirmed_by__isnull=False).order_by("pk")


class ToDeclare(NamedTuple):
    """A batch for which a reviewer may declare, and whether the person has. due_on: the last day of the first review
    there that is still the person's to make, if any: interests are said before.
    """

    batch: Batch
    has_said: bool
    due_on: date | None


def batches_to_declare(actor: Actor) -> list[ToDeclare]:
    """Batches for which a reviewer may declare now, the newest first; one query."""
    return [
        ToDeclare(row, row.has_said, row.first_given and last_day(row.first_given, row.review_days))
        for row in _TO_DECLARE(by=actor)
    ]


def _to_declare(*, by: Actor) -> QuerySet[Any]:
    rows = Batch.objects.filter(state__in=[BatchState.OPEN, BatchState.CLOSED, BatchState.REVIEWING])
    said = BatchDeclaration.objects.filter(batch=OuterRef("pk"), reviewer=by.id)
    return rows.annotate(
        has_said=Exists(said),
        first_given=first_given(Assignment.objects.filter(reviewer=by.id)),
        review_days=REVIEW_DAYS_OF,
    ).order_by("-number")


_TO_DECLARE: Final = Prepared(_to_declare)


def own_profile(actor: Actor) -> ReviewerProfile | None:
    """The actor's own profile, with the former employers; None before it is first kept."""
    rows = ReviewerProfile.objects.select_related("home_province", "employer_soe").prefetch_related("former_employers")
    return rows.filter(user=actor.id).first()


def able_reviewers(actor: Actor, application: Application) -> list[tuple[ReviewerProfile, int]]:
    """Available reviewers who may take one more application of its batch: no conflict, not kept away,
    never assigned, load left.

    Each with the number of applications held in this batch; the least loaded first.
    """
    batch = application.batch
    barred = barred_from(application)
    drawn = drawn_experts(batch)
    away = AssignmentWish.objects.filter(application=application, is_pin=False)
    had = Assignment.objects.filter(application=application)
    mine = Q(user__assignments__batch=batch) & Q(user__assignments__state__in=OPEN)
    mine &= Q(user__assignments__application__state__in=STAYED)
    rows = (
        profiles(actor)
        .filter(HERE)
        .exclude(user__in=barred)
        .exclude(Q(group=ReviewerGroup.EXPERT) & ~Q(user__in=drawn) if drawn is not None else Q(pk=None))
        .exclude(user__in=had.order_by().values("reviewer"))
        .exclude(user__in=away.order_by().values("reviewer"))
        .annotate(load=Count("user__assignments", filter=mine))
        .filter(load__lt=F("max_load"))
        .order_by("load", "user__name", "pk")
        .select_related(None)
        .select_related("user")
    )
    return [(row, row.load) for row in rows]


def draw_size(batch: Batch) -> int:
    """How many experts the rules want drawn; nought: none, all of the pool may read."""
    return int(batch.rule_set.details.get("draw_experts", 0)) if batch.rule_set else 0


def drawn_experts(batch: Batch) -> set[int] | None:
    """Experts who may be taken in a batch: those drawn, nobody before the draw; None where the rules want none."""
    if not draw_size(batch):
        return None
    row = ExpertDraw.objects.filter(batch=batch).first()
    return set(row.drawn) if row else set()


def draw_of(actor: Actor, batch: Batch) -> ExpertDraw | None:
    """The draw of a batch with who fixed the pool and who drew; for officers and auditors."""
    rows = ExpertDraw.objects.filter(batch=batch).select_related("batch__rule_set", "fixed_by", "drawn_by")
    return rows.first() if in_office(actor) else None


# Of a large batch there are tens of thousands of pairs: the database works out those of one application alone.
_BARRED: Final = """
    select c.reviewer_id from reviews_conflict c left join reviews_conflictwaiver w on w.conflict_id = c.id
     where c.application_id = %(application)s and w.confirmed_by_id is null
    union
    select d.reviewer_id from reviews_conflicts_of(%(batch)s, %(application)s) d
     where not exists (
           select 1 from reviews_conflict c join reviews_conflictwaiver w on w.conflict_id = c.id
            where c.application_id = %(application)s and c.reviewer_id = d.reviewer_id and c.code = d.code
              and w.confirmed_by_id is not null)
"""


def barred_from(application: Application) -> set[int]:
    """Who may not read this application, as `barred_pairs` has it for a whole batch."""
    with connection.cursor() as cursor:
        cursor.execute(_BARRED, {"application": application.pk, "batch": application.batch_id})
        return {reviewer for (reviewer,) in cursor.fetchall()}


def barred_pairs(batch: Batch) -> set[tuple[int, int]]:
    """Who may not read what: recorded and derived grounds that no two officers have overridden."""
    rows = Conflict.objects.filter(application__batch=batch).values_list(
        "application_id", "reviewer_id", "code", "waiver__confirmed_by"
    )
    recorded = {(one, other, code): by for one, other, code, by in rows}
    derived = {(one, other, code) for one, other, code, _reason in conflict_pairs(batch)}
    return {(one, other) for one, other, code in {*recorded, *derived} if recorded.get((one, other, code)) is None}
