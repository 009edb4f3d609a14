"""What the pages of the reviews show: dossiers, criteria, selections, as plain values ready for the templates."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any, Final

from django.db.models import QuerySet
from django.urls import reverse
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from applications import queries as applications
from applications.models import Attachment, Snapshot
from applications.presentation import signed_html
from portal.core.prepared import Prepared
from portal.core.scope import Actor
from portal.programme.models import Batch
from reviews.domain.scoring import ScoresInput, criteria, kind_of, weighted_total
from reviews.models import Assignment, Review, ReviewScore
from reviews.queries import last_day


@dataclass(frozen=True)
class Dossier:
    """A submission as its readers see it: its sections as HTML, and the files."""

    snapshot: Snapshot | None
    html: str
    files: Sequence[Attachment]


def dossier(actor: Actor, application: int, files: Iterable[Attachment] | None = None) -> Dossier:
    """The current submission of an application, which comes with it; two queries, one when the caller has the files."""
    snapshot = _NEWEST.one(application, by=actor)
    if files is None:
        files = _FILES(application, by=actor)
    return Dossier(snapshot, signed_html(snapshot) if snapshot else "", list(files))


def _newest(application: int, *, by: Actor) -> QuerySet[Snapshot]:
    made = applications.snapshots(by).filter(application=application).defer("content")
    return made.order_by("-number")[:1]


_NEWEST: Final = Prepared(_newest)
_FILES: Final = Prepared(
    lambda application, *, by: applications.attachments(by).filter(application=application).order_by("pk")
)


def in_language(row: Mapping[str, Any], what: str) -> str:
    """What a row of the rules says in both languages, in the reader's; nothing where it says nothing."""
    return str(row.get(f"{what}_{'en' if get_language() == 'en' else 'zh'}", ""))


def criterion_name(row: Mapping[str, Any]) -> str:
    """A criterion in the reader's language."""
    return in_language(row, "name")


def criterion_names(batch: Batch) -> dict[str, str]:
    """Names of the criteria of a batch by code, in the reader's language."""
    return {row["code"]: criterion_name(row) for row in (criteria(batch.rule_set) if batch.rule_set else [])}


def running_total(
    batch: Batch, values: Mapping[str, Decimal], insufficient: frozenset[str] = frozenset()
) -> Decimal | None:
    """The total of a draft once every score is given or said to be impossible, else None."""
    rules = batch.rule_set
    asked = [row["code"] for row in criteria(rules) if kind_of(row) == "score"] if rules else []
    if rules is None or any(code not in values and code not in insufficient for code in asked):
        return None
    return weighted_total(rules, values) if any(code in values for code in asked) else None


def score_row(row: Mapping[str, Any], value: Decimal | None, what: ScoresInput) -> dict[str, Any]:
    """One criterion with what a review says of it, in words."""
    code, kind = row["code"], kind_of(row)
    left_out = code in what.insufficient
    words: Any = _("not enough to judge") if left_out else value
    if kind == "veto":
        words = _("found") if value == 1 else _("not found")
    return {
        "name": criterion_name(row),
        "weight": _weight(row),
        "max": row["max"],
        "words": words,
        "comment": what.comments.get(code, ""),
        "is_given": value is not None or left_out,
    }


def _weight(row: Mapping[str, Any]) -> Any:
    """The weight of a score; in words what else the criterion is."""
    return {"bonus": _("bonus"), "veto": _("veto")}.get(kind_of(row)) or row["weight"]


def due_on(assignment: Assignment) -> date:
    """The last day on which a review is due, by the rules of its batch."""
    rules = assignment.batch.rule_set
    return last_day(assignment.assigned_at, rules.details.get("review_days") if rules else None)


def review_rows(batch: Batch, reviews: Sequence[Review]) -> list[dict[str, Any]]:
    """Criteria down, reviews across: the scores of an application for the officers."""
    by_review = [{score.criterion: score for score in row.scores.all()} for row in reviews]
    rules = batch.rule_set
    return [
        {
            "name": criterion_name(row),
            "weight": _weight(row),
            "scores": [_mark(row, marks.get(row["code"])) for marks in by_review],
            "comments": [
                (review.reviewer, marks[row["code"]].comment)
                for review, marks in zip(reviews, by_review, strict=True)
                if row["code"] in marks and marks[row["code"]].comment
            ],
        }
        for row in (criteria(rules) if rules else [])
    ]


def _mark(row: Mapping[str, Any], mark: ReviewScore | None) -> Any:
    if mark is None:
        return _("not found") if kind_of(row) == "veto" else None
    if mark.is_insufficient:
        return _("not enough")
    return (_("found") if mark.value else _("not found")) if kind_of(row) == "veto" else mark.value


def panel_rows(batch: Batch, reviews: Sequence[Review]) -> list[dict[str, Any]]:
    """The scores of the other reviewers, without their names, with the totals in the last row."""
    rows = review_rows(batch, reviews) if reviews else []
    return [*rows, {"name": _("Total"), "scores": [review.total for review in reviews]}] if rows else []


def file_url(file: Attachment) -> str:
    """Where an attachment is read."""
    return reverse("applications:file", args=[file.pk])
