"""Acts of scoring: keep a draft, submit it, open it again."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import ROUND_HALF_UP, Decimal
from typing import Any, Final

from django.db import connection
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from portal.core import clock
from portal.core.commands import command
from portal.core.errors import DomainError, Stale
from portal.core.punctuation import beside, said_of
from portal.core.scope import Actor
from portal.notifications.inbox import notify
from portal.programme.models import RuleSet
from reviews.domain.results import SIX_PLACES
from reviews.enums import AssignmentState, ReviewState
from reviews.models import Assignment, Review, ReviewReopening, ReviewScore
from reviews.states import REVIEW


@dataclass(frozen=True)
class ScoresInput:
    """Scores by criterion (None: not scored yet), comments by criterion, what cannot be judged; the comment on the
    whole, the private note (None leaves it as it is), and the version the form was read with.
    """

    version: int
    comment: str = ""
    values: Mapping[str, Decimal | None] = field(default_factory=dict)
    comments: Mapping[str, str] = field(default_factory=dict)
    insufficient: frozenset[str] = frozenset()
    note: str | None = None


def criteria(rules: RuleSet) -> list[dict[str, Any]]:
    """The criteria of a rule set in their order (see `portal.programme.models.RuleSet`)."""
    return list(rules.details.get("criteria", []))


def kind_of(row: Mapping[str, Any]) -> str:
    """What a criterion is: a score, a bonus or a veto."""
    return str(row.get("kind", "score"))


def weighted_total(rules: RuleSet, values: Mapping[str, Decimal]) -> Decimal:
    """Points of 100, to six places, half up: the weighted mean of the scores given, each in hundredths of its scale,
    and the bonuses; never above 100. Source: the rule set; the database counts the same (`reviews_total_problem`).
    """
    rows = [row for row in criteria(rules) if row["code"] in values]
    scored = [row for row in rows if kind_of(row) == "score"]
    weights = sum((Decimal(str(row["weight"])) for row in scored), Decimal(0))
    points = sum(
        (Decimal(str(row["weight"])) * values[row["code"]] * 100 / Decimal(str(row["max"])) for row in scored),
        Decimal(0),
    )
    bonus = sum((values[row["code"]] for row in rows if kind_of(row) == "bonus"), Decimal(0))
    return min(Decimal(100), points / weights + bonus).quantize(SIX_PLACES, rounding=ROUND_HALF_UP)


def problems(rules: RuleSet, what: ScoresInput) -> list[tuple[str, str, str]]:
    """What keeps scores from being submitted: (guard, words, field of the form), in the order of the criteria."""
    found, judged, weights = [], Decimal(0), Decimal(0)
    for row in criteria(rules):
        code, value = row["code"], what.values.get(row["code"])
        silent = not what.comments.get(code, "").strip()
        if kind_of(row) == "score":
            weights += Decimal(str(row["weight"]))
            if value is not None:
                judged += Decimal(str(row["weight"]))
            elif code not in what.insufficient:
                found.append(("review_is_complete", _("Score every criterion before you submit."), code))
        low = value is not None and value < Decimal(str(row.get("comment_below", 0)))
        if silent and (low or (kind_of(row) == "veto" and value == 1)):
            found.append(("score_needs_a_comment", _comment_words(row), f"{code}_comment"))
    if not found and judged * 2 < weights:
        text = _("Judge criteria of at least half of the weight; otherwise tell MIIT that the dossier is not enough.")
        found.append(("review_judges_enough", text, ""))
    return found


def _comment_words(row: Mapping[str, Any]) -> str:
    if kind_of(row) == "veto":
        return _("Say on what the finding rests.")
    return _("Explain a score below %(least)s.") % {"least": row["comment_below"]}


def keep_draft(*, by: Actor, assignment: Assignment, what: ScoresInput) -> Review:
    """Keep scores and comment as a draft, which nobody else sees.

    Raises NotAllowed; Stale when the form is older than what is kept; DomainError for a score outside its scale,
    before the declaration, or after the submission.
    """
    with command(by, "reviews.score", assignment) as act:
        review = _keep(by, assignment, what)
        act.record(assignment)
        return review


def autosave(*, by: Actor, assignment: Assignment, what: ScoresInput) -> Review:
    """Keep a draft while the reviewer is typing: as `keep_draft`, but the trail is not told of every stroke."""
    with command(by, "reviews.score", assignment, told=False):
        return _keep(by, assignment, what)


def submit(*, by: Actor, assignment: Assignment, what: ScoresInput) -> Review:
    """Submit the review: the total is fixed and nothing changes any more, unless MIIT opens it again.

    Raises as `keep_draft`; DomainError beside the first field that keeps it from being submitted.
    """
    with command(by, "reviews.submit", assignment) as act:
        review = _keep(by, assignment, what)
        rules = _rules(assignment)
        for guard, words, name in problems(rules, what):
            raise DomainError(guard, words, name)
        given = {code: value for code, value in what.values.items() if value is not None}
        review.state = REVIEW.target(review.state, "submit")
        review.total, review.submitted_at = weighted_total(rules, given), clock.now()
        review.save(update_fields=["state", "total", "submitted_at"])
        review.refresh_from_db(fields=["submitted_at"])  # as the database says it
        act.record(assignment)
        return review


def reopen(*, by: Actor, review: Review, reason: str) -> ReviewReopening:
    """Let the reviewer change a submitted review; what was submitted is kept. The reviewer is told.

    Raises NotAllowed; DomainError without a reason, after the scores are locked, or when it is not submitted.
    """
    with command(by, "reviews.reopen", review.assignment.batch) as act:
        if not reason.strip():
            raise DomainError("reopening_has_a_reason", _("Say why the review is opened again."), "reason")
        row = ReviewReopening.objects.create(
            review=review,
            application_id=review.application_id,
            reviewer_id=review.reviewer_id,
            reason=reason.strip(),
            by_id=by.id,
        )
        text = gettext_lazy("Your review of %(unit)s is open again: %(reason)s")
        url = reverse("reviews:review", args=[review.assignment_id])
        notify([review.reviewer_id], text, by=by, url=url, unit=review.application.unit, reason=reason.strip())
        # The trail names the batch: the row holds the scores.
        act.record(
            review.assignment.batch, why=said_of(beside(review.application.unit, review.reviewer), reason.strip())
        )
        return row


def _rules(assignment: Assignment) -> RuleSet:
    rules = assignment.batch.rule_set
    if rules is None:
        raise DomainError("no_rules", _("The batch has no rules."))
    return rules


_KEEP_NOTE: Final = """
    insert into reviews_reviewnote (assignment_id, reviewer_id, text, at) values (%s, %s, %s, %s)
    on conflict (assignment_id) do update set reviewer_id = excluded.reviewer_id, text = excluded.text, at = excluded.at
     where reviews_reviewnote.text <> excluded.text
"""


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
    review.save(update_fields=["comment", "version"] if review.pk else None)
    _keep_scores(review, what, {row["code"]: row for row in criteria(_rules(assignment))})
    if what.note is not None:
        with connection.cursor() as cursor:
            cursor.execute(_KEEP_NOTE, [assignment.pk, by.id, what.note, clock.now()])
    return review


def _keep_scores(review: Review, what: ScoresInput, known: dict[str, dict[str, Any]]) -> None:
    given, emptied = [], []
    for code in known.keys() | what.values.keys():
        value, is_insufficient = what.values.get(code), code in what.insufficient
        comment = what.comments.get(code, "").strip()
        if code not in known or (value is not None and not 0 <= value <= Decimal(str(known[code]["max"]))):
            raise DomainError(
                "score_within_its_scale",
                _("A score lies between 0 and %(most)s.") % {"most": known.get(code, {}).get("max", 0)},
                code,
            )
        if is_insufficient and not comment:
            raise DomainError("score_not_enough_says_why", _("Say what is missing for a judgement."), f"{code}_comment")
        if value is None and not is_insufficient and not comment:
            emptied.append(code)
            continue
        given.append((code, [None if is_insufficient else value, comment, is_insufficient]))
    # Kept at every pause of somebody who types: what did not change does not go through its guard again.
    fields = ("value", "comment", "is_insufficient")
    held = {code: said for code, *said in ReviewScore.objects.filter(review=review).values_list("criterion", *fields)}
    changed = [(code, said) for code, said in given if held.get(code) != said]
    ReviewScore.objects.bulk_create(
        [ReviewScore(review=review, criterion=code, **dict(zip(fields, said, strict=True))) for code, said in changed],
        update_conflicts=True,
        unique_fields=["review", "criterion"],
        update_fields=fields,
    )
    if gone := [code for code in emptied if code in held]:
        ReviewScore.objects.filter(review=review, criterion__in=gone).delete()
