"""The result of each application of a batch, from its submitted reviews."""

from __future__ import annotations

from decimal import Decimal
from typing import Any, Final

from django.utils.translation import gettext as _

from portal.core.errors import DomainError
from portal.core.scope import Actor
from portal.programme.models import Batch, RuleSet
from reviews import queries
from reviews.enums import ReviewState
from reviews.models import Assignment, Defence, PanelResult
from reviews.models.assignment import OPEN

SIX_PLACES: Final = Decimal("0.000001")


def least_reviews(rules: RuleSet) -> int:
    """How many submitted reviews make a result: `min_reviews` of the rules, else three, at most the panel's size."""
    return min(int(rules.details.get("min_reviews", 3)), rules.reviewers_per_application)


def results_of(batch: Batch, by: Actor) -> list[PanelResult]:
    """One result for each application: the mean of its reviews, trimmed where the rules say so."""
    rows: Any = queries.results(by, batch)  # with `given` and `score`
    return [
        PanelResult(application=row, batch=batch, reviews=row.given, score=row.score or Decimal(0), locked_by_id=by.id)
        for row in rows.order_by("pk")
    ]


def complete_results(batch: Batch, by: Actor) -> list[PanelResult]:
    """The results of a batch once every review is in. Raises DomainError where one is missing or open."""
    if batch.rule_set is None:
        raise DomainError("no_rules", _("The batch has no rules."))
    results = results_of(batch, by)
    _check_complete(batch, results, least_reviews(batch.rule_set))
    return results


def _check_complete(batch: Batch, results: list[PanelResult], least: int) -> None:
    few = [row for row in results if row.reviews < least]
    if few or not results:
        raise DomainError(
            "too_few_reviews",
            _("%(count)s applications have fewer than %(least)s submitted reviews.")
            % {"count": len(few), "least": least},
        )
    late = (
        Assignment.objects.filter(batch=batch, application__state__in=queries.JUDGED)
        .filter(state__in=OPEN)
        .exclude(review__state=ReviewState.SUBMITTED)
        .count()
    )
    if late:
        raise DomainError("reviews_open", _("%(count)s reviews are not submitted yet.") % {"count": late})


def check_heard(batch: Batch) -> None:
    """Raise DomainError while a unit is still to be heard, or what the panel says of one that was heard is missing."""
    if Defence.objects.filter(batch=batch, seed="").exists():
        raise DomainError("result_after_the_defence", _("The agenda of the defence is not drawn yet."))
    if waiting := queries.unheard(batch):
        raise DomainError("result_after_the_defence", _("%(count)s units are still to be heard.") % {"count": waiting})
    if silent := queries.silent(batch).count():
        raise DomainError(
            "result_with_statements",
            _("The panel's statement is missing on %(count)s units that were heard.") % {"count": silent},
        )
