"""Reads of a reviewer's own list: what there is to review, by what comes next and is due first."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from enum import IntEnum
from typing import Any, Final

from django.db.models import (
    Case,
    Count,
    DateField,
    ExpressionWrapper,
    F,
    IntegerField,
    Q,
    QuerySet,
    Value,
    When,
)
from django.db.models.fields.json import KeyTextTransform
from django.db.models.functions import Cast, Coalesce, TruncDate

from portal.core import clock
from portal.core.joins import name_of, plain, title_of
from portal.core.prepared import Prepared
from portal.core.scope import Actor
from portal.core.tables import Listing
from portal.programme.enums import BatchState
from reviews.enums import AssignmentState
from reviews.models import Assignment, ReviewerProfile
from reviews.models.assignment import OPEN
from reviews.queries.scoring import DONE, REVIEW_DAYS


class Step(IntEnum):
    """What comes next of an assignment, in the order of the list; OVER: the scores are locked, the review is not in."""

    DECLARE = 0
    SCORE = 1
    DONE = 2
    OVER = 3


TO_DO: Final = (Step.DECLARE, Step.SCORE)


def _due_on() -> Any:
    """`last_day` for the database."""
    said = Cast(KeyTextTransform("review_days", "batch__rule_set__details"), IntegerField())
    given = TruncDate("assigned_at", tzinfo=clock.SHANGHAI)
    return ExpressionWrapper(given + Coalesce(said, Value(REVIEW_DAYS)), output_field=DateField())


def _work(reviewer: int) -> QuerySet[Any]:
    """What a person has to review, with its `step` and `due_on`.

    Recused ones are not among them: the database shows nothing of their application any more.
    """
    step = Case(
        When(review__state__in=DONE, then=Value(int(Step.DONE))),
        When(~Q(batch__state=BatchState.REVIEWING), then=Value(int(Step.OVER))),
        When(state=AssignmentState.ASSIGNED, then=Value(int(Step.DECLARE))),
        default=Value(int(Step.SCORE)),
        output_field=IntegerField(),
    )
    return Assignment.objects.filter(reviewer=reviewer, state__in=OPEN).annotate(step=step, due_on=_due_on())


def _sorted(reviewer: int) -> QuerySet[Any]:
    due = Case(When(step__in=TO_DO, then=F("due_on")))
    places = ("application__province_id", "application__unit_id", "pk")
    return _work(reviewer).order_by("step", due, "-batch__number", *places)


def my_work(actor: Actor) -> QuerySet[Any]:
    """What the actor has to review, undone first, by its last day: columns of it, unit, province, batch, own review."""
    return _shown(actor.id)


def _shown(reviewer: int) -> QuerySet[Any]:
    return plain(
        _sorted(reviewer),
        *("step", "due_on", "review__state", "review__submitted_at", "application__title"),
        *(name_of("application__unit"), name_of("application__province"), title_of("batch")),
    )


@dataclass(frozen=True)
class Standing:
    """How far a reviewer's work is: how many assignments by step, how many of those undone are late, and the one that
    comes next (None: nothing is to be done).
    """

    declare: int
    score: int
    done: int
    count: int
    late: int
    first: Assignment | None

    @property
    def percent(self) -> int:
        """The submitted share."""
        return round(100 * self.done / self.count) if self.count else 0


def my_standing(actor: Actor) -> Standing:
    """How far the actor's reviews are; two queries."""
    steps = [dict[str, Any](row) for row in _COUNTS(actor.id, clock.today())]
    found = {row["step"]: row["count"] for row in steps}
    return Standing(
        declare=found.get(Step.DECLARE, 0),
        score=found.get(Step.SCORE, 0),
        done=found.get(Step.DONE, 0),
        count=sum(found.values()),
        late=sum(row["late"] for row in steps),
        first=_FIRST.one(actor.id) if found.keys() & set(TO_DO) else None,
    )


def late_on(day: date) -> Q:
    """Which of `my_work` are undone and past their last day."""
    return Q(step__in=TO_DO, due_on__lt=day)


def _counts(reviewer: int, today: date) -> QuerySet[Any]:
    rows: QuerySet[Any] = _work(reviewer).order_by().values("step")
    counted: QuerySet[Any] = rows.annotate(count=Count("pk"), late=Count("pk", filter=late_on(today)))
    return counted


def _first(reviewer: int) -> QuerySet[Any]:
    return _sorted(reviewer).only("pk")[:1]


MY_WORK: Final = Listing(_shown)  # by the key of the reviewer
_COUNTS: Final = Prepared(_counts)
_FIRST: Final = Prepared(_first)


def has_profile(actor: Actor) -> bool:
    """Whether the actor said for whom they work and what they know."""
    return ReviewerProfile.objects.filter(user=actor.id).exists()
