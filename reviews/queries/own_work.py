"""Reads of a reviewer's own list: what there is to review, by what comes next and is due first."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from enum import IntEnum
from typing import Any, Final, TypeAlias

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
from django.db.models.functions import Cast, TruncDate

from applications.enums import ApplicationState
from portal.core import clock
from portal.core.joins import name_of, plain, title_of
from portal.core.prepared import Prepared
from portal.core.scope import Actor
from portal.core.tables import Listing
from portal.programme.enums import BatchState
from portal.programme.models import RuleSet
from reviews.enums import AssignmentState
from reviews.models import Assignment, ReviewerProfile
from reviews.models.assignment import OPEN
from reviews.queries.scoring import DONE, REVIEW_DAYS


class Step(IntEnum):
    """What comes next of an assignment, in the order of the list; OVER: the review is not in, and the scores are locked
    or the unit has withdrawn.
    """

    DECLARE = 0
    SCORE = 1
    DONE = 2
    OVER = 3


TO_DO: Final = (Step.DECLARE, Step.SCORE)


# How many days a reviewer has by the rules (their keys) that say another number than REVIEW_DAYS.
Days: TypeAlias = tuple[tuple[int, int], ...]


def review_days() -> Days:
    """What the rules say of the time for a review; one query. Asked of each row of a list the rules, which are long,
    would be read some hundred times.
    """
    return tuple((pk, days) for pk, days in _DAYS() if days not in (None, REVIEW_DAYS))


def _days() -> QuerySet[Any]:
    said = Cast(KeyTextTransform("review_days", "details"), IntegerField())
    rows: QuerySet[Any] = RuleSet.objects.order_by("pk").annotate(days=said).values_list("pk", "days")
    return rows


_DAYS: Final = Prepared(_days)


def _due_on(days: Days) -> Any:
    """`last_day` for the database."""
    others = [When(batch__rule_set=pk, then=Value(number)) for pk, number in days]
    given = TruncDate("assigned_at", tzinfo=clock.SHANGHAI)
    number = Case(*others, default=Value(REVIEW_DAYS), output_field=IntegerField())
    return ExpressionWrapper(given + number, output_field=DateField())


def _work(reviewer: int, days: Days) -> QuerySet[Any]:
    """What a person has to review, with its `step` and `due_on`.

    Recused ones are not among them: the database shows nothing of their application any more.
    """
    over = ~Q(batch__state=BatchState.REVIEWING) | Q(application__state=ApplicationState.WITHDRAWN)
    step = Case(
        When(review__state__in=DONE, then=Value(int(Step.DONE))),
        When(over, then=Value(int(Step.OVER))),
        When(state=AssignmentState.ASSIGNED, then=Value(int(Step.DECLARE))),
        default=Value(int(Step.SCORE)),
        output_field=IntegerField(),
    )
    return Assignment.objects.filter(reviewer=reviewer, state__in=OPEN).annotate(step=step, due_on=_due_on(days))


def _sorted(reviewer: int, days: Days) -> QuerySet[Any]:
    due = Case(When(step__in=TO_DO, then=F("due_on")))
    places = ("application__province_id", "application__unit_id", "pk")
    return _work(reviewer, days).order_by("step", due, "-batch__number", *places)


def _shown(reviewer: int, *, days: Days) -> QuerySet[Any]:
    """What a person has to review, undone first, by its last day: columns of it, unit, province, batch, own review."""
    return plain(
        _sorted(reviewer, days),
        *("step", "due_on", "review__state", "review__submitted_at", "application__title", "application__state"),
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


def my_standing(actor: Actor, days: Days) -> Standing:
    """How far the actor's reviews are; two queries."""
    steps = [dict[str, Any](row) for row in _COUNTS(actor.id, clock.today(), days=days)]
    found = {row["step"]: row["count"] for row in steps}
    return Standing(
        declare=found.get(Step.DECLARE, 0),
        score=found.get(Step.SCORE, 0),
        done=found.get(Step.DONE, 0),
        count=sum(found.values()),
        late=sum(row["late"] for row in steps),
        first=_FIRST.one(actor.id, days=days) if found.keys() & set(TO_DO) else None,
    )


def late_on(day: date) -> Q:
    """Which rows of `MY_WORK` are undone and past their last day."""
    return Q(step__in=TO_DO, due_on__lt=day)


def _counts(reviewer: int, today: date, *, days: Days) -> QuerySet[Any]:
    rows: QuerySet[Any] = _work(reviewer, days).order_by().values("step")
    counted: QuerySet[Any] = rows.annotate(count=Count("pk"), late=Count("pk", filter=late_on(today)))
    return counted


def _first(reviewer: int, *, days: Days) -> QuerySet[Any]:
    names = ("application__unit__name_zh", "application__unit__name_en")
    return _sorted(reviewer, days).select_related("application__unit").only("pk", *names)[:1]


MY_WORK: Final = Listing(_shown)  # by the key of the reviewer and `review_days`
_COUNTS: Final = Prepared(_counts)
_FIRST: Final = Prepared(_first)


def has_profile(actor: Actor) -> bool:
    """Whether the actor said for whom they work and what they know."""
    return ReviewerProfile.objects.filter(user=actor.id).exists()
