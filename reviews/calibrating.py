"""Calibrated scores of a batch beside its means: what officers discuss before anything is locked. Nothing is changed.

The model is `reviews.calibration`, pure Python; here its ids become units and people, its codes words.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any, Final

from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from applications.models import Application
from portal.accounts.models import User
from portal.core.errors import Text
from portal.core.punctuation import listed
from portal.core.scope import Actor
from portal.programme.models import Batch
from reviews import calibration
from reviews.enums import ReviewState
from reviews.models import Review
from reviews.models.assignment import OPEN
from reviews.queries.scoring import STAYED, counted_by
from reviews.queries.screening import in_office

COUNTS: Final[Mapping[str, Text]] = {
    "mean": _("the mean of the reviews"),
    "trimmed": _("the trimmed mean: without the highest and the lowest score"),
    "calibrated": _("the calibrated score"),
}
FLAGS: Final[Mapping[str, Text]] = {
    "lenient": _("more lenient than chance explains"),
    "strict": _("stricter than chance explains"),
    "narrow": _("scores closer together than chance explains"),
    "wide": _("scores farther apart than chance explains"),
}
# The words of `reviews.calibration.notes`, for both languages.
NOTES: Final[Mapping[str, Text]] = {
    "one_score": _("There is a single score: it stands as it is, without a standard error."),
    "all_equal": _(
        "All scores are equal: nothing tells applications, reviewers and chance apart, so there are no standard errors."
    ),
    "one_application": _("There is a single application: there is nothing to compare it with; its score is the mean."),
    "one_score_each": _(
        "Each application has a single score: quality cannot be told from noise. Each is taken as half; the order of "
        "calibrated scores does not depend on it, standard errors and intervals do."
    ),
    "one_reviewer": _(
        "There is a single reviewer: leniency cannot be told; what the reviewer gives too much or too little, all "
        "applications have in common."
    ),
    "leniency_not_told": _(
        "Leniency cannot be told from noise or quality in this design: it is taken as 0 and counts as noise."
    ),
    "no_quality": _(
        "Applications differ no more than chance and leniency explain: calibrated scores lie close to the mean, and "
        "their order says next to nothing."
    ),
    "no_leniency": _("Reviewers differ no more in leniency than chance explains: no leniency is taken out."),
    "no_noise": _("Quality and leniency explain the scores all but wholly: noise is close to 0."),
    "no_tests": _(
        "There are no more scores than applications and reviewers use up: no leniency can be tested, and intervals "
        "rest on few figures."
    ),
    "single_scores": _(
        "These applications have a single score: they are pulled farthest to the mean and have the largest standard "
        "errors."
    ),
    "reviewers_of_one": _("These reviewers gave a single score: their leniency is pulled far to 0 and not tested."),
    "disconnected": _(
        "The design falls into components without a common reviewer: scores of different components cannot be "
        "compared except through the shrinkage, which takes their reviewers to be alike on average."
    ),
}
Scores = tuple[tuple[str, str, str], ...]  # keys of an application and a reviewer, and the total as text


@dataclass(frozen=True)
class Calibrated:
    """A batch's scores calibrated. rows, reviewers, outliers, ties: as the pages show them; answer: the model's own;
    parts: who belongs together where the design falls into components.
    """

    answer: calibration.Calibration
    rows: list[dict[str, Any]]
    reviewers: list[dict[str, Any]]
    outliers: list[dict[str, Any]]
    ties: list[list[dict[str, Any]]]
    notes: list[tuple[Text, str]]
    parts: list[str]


@lru_cache(maxsize=8)
def _fit(scores: Scores) -> calibration.Calibration:
    """The same scores have the same answer: nobody waits twice for it."""
    return calibration.fit([calibration.Score(one, other, float(value)) for one, other, value in scores])


def answer_of(question: Sequence[Sequence[Any]]) -> dict[str, str]:
    """The calibrated score of each application, as text of six places. question: as `CalibrationResult` keeps it."""
    found = _fit(tuple((str(one), str(other), str(total)) for one, other, total in question))
    return {row.application: f"{row.calibrated:.6f}" for row in found.applications}


def counting(batch: Batch) -> QuerySet[Review]:
    """The submitted reviews that count: those of what was withdrawn do not, as in the result (`reviews_results`)."""
    return Review.objects.filter(
        assignment__batch=batch,
        state__in=[ReviewState.SUBMITTED, ReviewState.LOCKED],
        assignment__state__in=OPEN,
        application__state__in=STAYED,
    )


def calibrated(actor: Actor, batch: Batch) -> Calibrated | None:
    """The submitted scores of a batch, calibrated; None before the first. Three queries, a second at 3,330 × 5.

    Only for those who read every application of the batch: the figures of each rest on all.
    """
    rows = counting(batch).order_by("application_id", "reviewer_id")
    found = list(rows.values_list("application_id", "reviewer_id", "total")) if in_office(actor) else []
    if not found:
        return None
    answer = _fit(tuple((str(one), str(other), str(total)) for one, other, total in found))
    # Each is read once, not again with each of its reviews.
    applications = {str(row.pk): row for row in _applications(batch)}
    readers = User.objects.filter(pk__in={reviewer for _one, reviewer, _total in found}).only("name", "email")
    people = {str(row.pk): row for row in readers}
    lines = _lines(answer, applications, counted_by(batch))
    return Calibrated(
        answer=answer,
        rows=lines,
        reviewers=[_person(people[row.reviewer], row) for row in answer.reviewers],
        outliers=[
            {
                "application": applications[one.application],
                "reviewer": people[one.reviewer],
                "score": one.score,
                "expected": one.expected,
            }
            for one in answer.outliers
        ],
        ties=_ties(lines),
        notes=[
            (NOTES.get(note.code, note.message), _whom(note, applications, people))
            for note in answer.notes
            if note.code != "component"
        ],
        parts=[_whom(note, applications, people) for note in answer.notes if note.code == "component"],
    )


def _applications(batch: Batch) -> QuerySet[Application]:
    """The applications of a batch with the names of unit and province, nothing else."""
    names = [f"{path}__{name}" for path in ("unit", "province") for name in ("name_zh", "name_en")]
    rows = Application.objects.filter(batch=batch).select_related("unit", "province")
    return rows.only("unit", "province", *names).order_by()


def _lines(answer: calibration.Calibration, applications: Mapping[str, Any], by: str) -> list[dict[str, Any]]:
    """One line for each application, the best first by what counts; places by the mean and by the calibrated score."""
    values = {
        name: {row.application: round(getattr(row, field), 6) for row in answer.applications}
        for name, field in (("mean", "raw_mean"), ("trimmed", "trimmed_mean"), ("calibrated", "calibrated"))
    }
    places = {name: _places(values[name]) for name in ("mean", "calibrated")}
    lines = []
    for row in answer.applications:
        key = row.application
        lines.append(
            {
                "pk": applications[key].pk,
                "application": applications[key],
                "number": row.number,
                "mean": values["mean"][key],
                "trimmed": values["trimmed"][key],
                "calibrated": values["calibrated"][key],
                "counts": values[by][key],
                "low": row.interval[0] if row.interval else None,
                "high": row.interval[1] if row.interval else None,
                "leniency_part": row.leniency_part,
                "shrinkage_part": row.shrinkage_part,
                "place_mean": places["mean"][key],
                "place_calibrated": places["calibrated"][key],
            }
        )
    return sorted(lines, key=lambda line: (-line["counts"], line["application"].unit_id))


def _places(values: Mapping[str, float]) -> dict[str, int]:
    """Places from 1; equal values share the better one."""
    order = sorted(values.values(), reverse=True)
    first = {value: at for at, value in reversed(list(enumerate(order, start=1)))}
    return {key: first[value] for key, value in values.items()}


def _person(person: Any, row: calibration.ReviewerResult) -> dict[str, Any]:
    return {
        "person": person,
        "number": row.number,
        "leniency": row.leniency,
        "error": row.leniency_standard_error,
        "spread": row.spread,
        "flags": [FLAGS[flag] for flag in row.flags if flag in FLAGS],
    }


def _ties(lines: list[dict[str, Any]]) -> list[list[dict[str, Any]]]:
    """Applications that stand equal by what counts."""
    groups: dict[float, list[dict[str, Any]]] = {}
    for line in lines:
        groups.setdefault(line["counts"], []).append(line)
    return [group for group in groups.values() if len(group) > 1]


def _whom(note: calibration.Note, applications: Mapping[str, Any], people: Mapping[str, Any]) -> str:
    """Whom a note is about, by name; the first ten."""
    names = [str(applications[key].unit) for key in note.applications if key in applications]
    names += [str(people[key]) for key in note.reviewers if key in people]
    more = f" (+{len(names) - 10})" if len(names) > 10 else ""
    return listed(names[:10]) + more
