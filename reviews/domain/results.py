"""The result of each application of a batch, from its submitted reviews."""

from __future__ import annotations

from decimal import ROUND_HALF_UP, Decimal
from typing import Final

from django.db.models import Count, Max, Min, Q, Sum
from django.utils.translation import gettext as _

from applications.enums import ApplicationState
from applications.models import Application
from portal.core.errors import DomainError
from portal.core.scope import Actor
from portal.programme.models import Batch, RuleSet
from reviews.enums import ReviewState
from reviews.models import Assignment, PanelResult
from reviews.models.assignment import OPEN

SIX_PLACES: Final = Decimal("0.000001")
JUDGED: Final = (ApplicationState.IN_REVIEW, ApplicationState.DEFENCE)


def least_reviews(rules: RuleSet) -> int:
    """How many submitted reviews make a result: `min_reviews` of the rules, else three, at most the panel's size."""
    return min(int(rules.details.get("min_reviews", 3)), rules.reviewers_per_application)


def results_of(batch: Batch, by: Actor) -> list[PanelResult]:
    """One result for each application: the mean of its reviews, trimmed where the rules say so."""
    counted = Q(reviews__state=ReviewState.SUBMITTED) & Q(reviews__assignment__state__in=OPEN)
    rows = (
        Application.objects.filter(batch=batch, state__in=JUDGED)
        .order_by("pk")
        .annotate(
            given=Count("reviews", filter=counted),
            sum=Sum("reviews__total", filter=counted),
            most=Max("reviews__total", filter=counted),
            least=Min("reviews__total", filter=counted),
        )
    )
    trims = batch.rule_set is not None and batch.rule_set.details.get("result_by") == "trimmed"
    return [
        PanelResult(
            application=row,
            batch=batch,
            reviews=row.given,
            score=_mean(row.given, row.sum, row.most, row.least, trims=trims),
            locked_by_id=by.id,
        )
        for row in rows
    ]


def _mean(number: int, total: Decimal | None, most: Decimal | None, least: Decimal | None, *, trims: bool) -> Decimal:
    """To six places, half up; trimmed: without one highest and one lowest of three or more."""
    if total is None or most is None or least is None:
        return Decimal(0)
    mean = (total - most - least) / (number - 2) if trims and number > 2 else total / number
    return mean.quantize(SIX_PLACES, rounding=ROUND_HALF_UP)


def check_complete(batch: Batch, results: list[PanelResult], least: int) -> None:
    """Raise DomainError where an application has too few reviews, or a review is open."""
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
