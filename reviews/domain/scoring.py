"""Acts of scoring: keep a draft, submit it, lock all scores of a batch."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import ROUND_HALF_UP, Decimal
from typing import Any, Final

from django.db import connection
from django.db.models import Avg, Count, Q
from django.utils.translation import gettext as _

from applications.enums import ApplicationState
from applications.models import Application
from portal.core import clock
from portal.core.commands import command
from portal.core.errors import DomainError, NotAllowed, Stale
from portal.core.scope import Actor
from portal.programme.models import Batch, RuleSet
from portal.programme.states import BATCH
from reviews.enums import AssignmentState, ReviewState
from reviews.models import Assignment, PanelResult, Review, ReviewScore
from reviews.models.assignment import OPEN
from reviews.states import REVIEW

SIX_PLACES: Final = Decimal("0.000001")
JUDGED: Final = (ApplicationState.IN_REVIEW, ApplicationState.DEFENCE)


@dataclass(frozen=True)
class ScoresInput:
    """Scores by criterion (None: not scored yet), the comment, and the version the form was read with."""

    version: int
    comment: str = ""
    values: Mapping[str, Decimal | None] = field(default_factory=dict)


def criteria(rules: RuleSet) -> list[dict[str, Any]]:
    """The criteria of a rule set: code, weight, max and names, in their order."""
    return list(rules.details.get("criteria", []))


def weighted_total(rules: RuleSet, values: Mapping[str, Decimal]) -> Decimal:
    """Sum of weight x score over the sum of the weights of all criteria, to six places, half up."""
    rows = criteria(rules)
    weights = sum((Decimal(str(row["weight"])) for row in rows), Decimal(0))
    total = sum((Decimal(str(row["weight"])) * values[row["code"]] for row in rows), Decimal(0))
    return (total / weights).quantize(SIX_PLACES, rounding=ROUND_HALF_UP)


def least_reviews(rules: RuleSet) -> int:
    """How many submitted reviews make a result: `min_reviews` of the rules, else three, at most the panel's size."""
    return min(int(rules.details.get("min_reviews", 3)), rules.reviewers_per_application)


def keep_draft(*, by: Actor, assignment: Assignment, what: ScoresInput) -> Review:
    """Keep scores and comment as a draft, which nobody else sees.

    Raises NotAllowed; Stale when the form is older than what is kept; DomainError for a score outside its scale,
    before the declaration, or after the submission.
    """
    with command(by, "reviews.score", assignment) as act:
        review = _keep(by, assignment, what)
        act.record(assignment)
        return review


def submit(*, by: Actor, assignment: Assignment, what: ScoresInput) -> Review:
    """Submit the review: the total is fixed and nothing changes any more.

    Raises as `keep_draft`; DomainError beside the first criterion without a score.
    """
    with command(by, "reviews.submit", assignment) as act:
        review = _keep(by, assignment, what)
        rules = _rules(assignment)
        given = {code: value for code, value in what.values.items() if value is not None}
        for row in criteria(rules):
            if row["code"] not in given:
                raise DomainError("review_is_complete", _("Score every criterion before you submit."), row["code"])
        review.state = REVIEW.target(review.state, "submit")
        review.total, review.submitted_at = weighted_total(rules, given), clock.now()
        review.save(update_fields=["state", "total", "submitted_at"])
        act.record(assignment)
        return review


def _rules(assignment: Assignment) -> RuleSet:
    rules = assignment.batch.rule_set
    if rules is None:
        raise DomainError("no_rules", _("The batch has no rules."))
    return rules


def _keep(by: Actor, assignment: Assignment, what: ScoresInput) -> Review:
    if assignment.state != AssignmentState.DECLARED:
        raise DomainError("review_needs_declaration", _("Declare first that you have no interest in this application."))
    review = Review.objects.filter(assignment=assignment).select_for_update().first()
    if review is None:
        review = Review(assignment=assignment, application_id=assignment.application_id, reviewer_id=by.id)
    elif review.state != ReviewState.DRAFT:
        raise DomainError("score_is_locked", _("This review is submitted: nothing changes any more."))
    if review.version != what.version:
        raise Stale("stale", _("This review was changed in another window. Read it again before you go on."))
    review.comment, review.version = what.comment, review.version + 1
    review.save()
    _keep_scores(review, what.values, {row["code"]: row for row in criteria(_rules(assignment))})
    return review


def _keep_scores(review: Review, values: Mapping[str, Decimal | None], known: dict[str, dict[str, Any]]) -> None:
    for code, value in values.items():
        if code not in known or (value is not None and not 0 <= value <= Decimal(str(known[code]["max"]))):
            raise DomainError(
                "score_within_its_scale",
                _("A score lies between 0 and %(most)s.") % {"most": known.get(code, {}).get("max", 0)},
                code,
            )
    given = [
        ReviewScore(review=review, criterion=code, value=value) for code, value in values.items() if value is not None
    ]
    ReviewScore.objects.bulk_create(
        given, update_conflicts=True, unique_fields=["review", "criterion"], update_fields=["value"]
    )
    emptied = [code for code, value in values.items() if value is None]
    ReviewScore.objects.filter(review=review, criterion__in=emptied).delete()


def lock_scores(*, by: Actor, batch: Batch) -> int:
    """Lock all scores of a batch and fix the mean of each application; gives the number of results.

    Raises NotAllowed, also for an officer with an interest in one of the applications; DomainError while an
    application has too few reviews or an assignment is open.
    Side effects: the batch is being decided from here on; nothing of the scores changes any more.
    """
    with command(by, "reviews.lock_scores", batch) as act:
        refuse_conflicted(by, batch)
        rules = batch.rule_set
        if rules is None:
            raise DomainError("no_rules", _("The batch has no rules."))
        results = _results(batch, by)
        _check_complete(batch, results, least_reviews(rules))
        PanelResult.objects.bulk_create(results, batch_size=500)
        Review.objects.filter(assignment__batch=batch, state=ReviewState.SUBMITTED).update(
            state=REVIEW.target(ReviewState.SUBMITTED, "lock")
        )
        act.to(batch, BATCH, "start_decision")
        batch.save(update_fields=["state"])
        act.record(batch, why=_("%(count)s results") % {"count": len(results)})
        return len(results)


def refuse_conflicted(by: Actor, batch: Batch) -> None:
    """Raise NotAllowed when the person has an interest in one of the batch's applications."""
    with connection.cursor() as cursor:
        cursor.execute("select %s = any(scope_conflicted_batches())", [batch.pk])
        if (cursor.fetchone() or [False])[0]:
            raise NotAllowed(
                "conflict", _("You declared an interest in an application of this batch: a colleague does this.")
            )


def _results(batch: Batch, by: Actor) -> list[PanelResult]:
    counted = Q(reviews__state=ReviewState.SUBMITTED) & Q(reviews__assignment__state__in=OPEN)
    rows = (
        Application.objects.filter(batch=batch, state__in=JUDGED)
        .order_by("pk")
        .annotate(given=Count("reviews", filter=counted), mean=Avg("reviews__total", filter=counted))
    )
    return [
        PanelResult(
            application=row,
            batch=batch,
            reviews=row.given,
            score=(row.mean or Decimal(0)).quantize(SIX_PLACES, rounding=ROUND_HALF_UP),
            locked_by_id=by.id,
        )
        for row in rows
    ]


def _check_complete(batch: Batch, results: list[PanelResult], least: int) -> None:
    few = [row for row in results if row.reviews < least]
    if few or not results:
        raise DomainError(
            "too_few_reviews",
            _("%(count)s applications have fewer than %(least)s submitted reviews.")
            % {"count": len(few), "least": least},
        )
    late = (
        Assignment.objects.filter(batch=batch, application__state__in=JUDGED)
        .filter(state__in=OPEN)
        .exclude(review__state=ReviewState.SUBMITTED)
        .count()
    )
    if late:
        raise DomainError("reviews_open", _("%(count)s reviews are not submitted yet.") % {"count": late})
