"""Screening, reviewers and scores, in bulk: each reviewer declares and scores in the reviewer's own scope."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import datetime
from decimal import Decimal
from typing import Any, Final

from applications.checklist import screening_points
from applications.enums import Answer, RulingKind
from applications.enums import ApplicationState as S
from applications.models import Application, Ruling, Snapshot
from applications.sections import with_ties
from portal.core.scope import acting_as
from portal.demonstration.dossiers import STEP
from portal.demonstration.invent import MARK, InventedDossier, dice
from portal.demonstration.people import Holders
from portal.demonstration.stage import acting
from portal.programme.models import Batch, Province
from reviews import queries
from reviews.answering import answer_question
from reviews.domain import assigning, locking, people, proposing, scoring, screening
from reviews.enums import AssignmentState, Ministry, ProposalState, ReviewerGroup, ReviewState, ScreeningDecision
from reviews.models import Assignment, AssignmentProposal, Interest, Review, ReviewerProfile, ReviewScore, Screening

GROUPS: Final = {"MIIT": ReviewerGroup.MIIT, "MOF": ReviewerGroup.MOF, "ZJ": ReviewerGroup.EXPERT}
LOAD: Final = 120


def keep_profiles(holders: Holders, miit: int, at: datetime) -> None:
    """A profile for every reviewer: home province, fields, load."""
    provinces = list(Province.objects.order_by("code"))
    trades = sorted({"C26", "C30", "C31", "C34", "C35", "C36", "C38", "C39"})
    known = set(ReviewerProfile.objects.values_list("user_id", flat=True))
    with acting(miit, at) as by:
        for code, group in GROUPS.items():
            for place, person in enumerate(holders.get((code, "reviewer"), [])):
                if person in known:
                    continue
                chance = dice("reviewer", code, place)
                what = people.ProfileInput(
                    group=group,
                    home_province=provinces[(place * 5 + len(code)) % len(provinces)],
                    employer=f"{MARK}某研究机构",
                    fields={code: chance.randint(1, 3) for code in chance.sample(trades, 3)},
                    max_load=LOAD,
                )
                people.keep_profile(by=by, user_id=person, what=what)


def _fulfilled(row: Application, ministry: str) -> dict[str, Any]:
    """The checklist of a ministry, every point fulfilled."""
    points = screening_points(row, ministry)
    return {point.code: {"answer": Answer.FULFILLED.value, "comment": ""} for point in points}


def _say(rows: Sequence[Application], ministry: str, person: int, decision: str, at: datetime, **what: object) -> None:
    passes = decision == ScreeningDecision.PASS
    current = dict(Snapshot.objects.filter(application__in=[row.pk for row in rows]).values_list("application", "pk"))
    Screening.objects.bulk_create(
        (
            Screening(
                application=row,
                snapshot_id=current[row.pk],
                ministry=ministry,
                decision=decision,
                person_id=person,
                at=at,
                answers=_fulfilled(row, ministry) if passes else {},
                **what,
            )
            for row in rows
        ),
        batch_size=STEP,
    )


def _rule(rows: Sequence[Application], person: int, at: datetime, **what: object) -> None:
    """What the units read of it."""
    current = dict(Snapshot.objects.filter(application__in=[row.pk for row in rows]).values_list("application", "pk"))
    Ruling.objects.bulk_create(
        (Ruling(application=row, snapshot_id=current[row.pk], person_id=person, at=at, **what) for row in rows),
        batch_size=STEP,
    )


def _move(rows: Sequence[Application], state: str, **more: object) -> None:
    Application.objects.filter(pk__in=[row.pk for row in rows]).update(state=state, **more)


def take_up(batch: Batch, miit: int, at: datetime) -> None:
    """MIIT takes up what the provinces recommended."""
    with acting(miit, at) as by:
        screening.take_up(by=by, batch=batch)


def passes(rows: Sequence[Application], miit: int, at: datetime) -> None:
    """MIIT passes the applications."""
    with acting(miit, at):
        _say(rows, Ministry.MIIT, miit, ScreeningDecision.PASS, at)
        _move(rows, S.IN_REVIEW)


def asks_correction(
    rows: Sequence[Application], miit: int, at: datetime, due: datetime, *, sections: Sequence[str], reason: str
) -> None:
    """MIIT asks for a correction of these sections."""
    with acting(miit, at):
        reason, named = f"{MARK}{reason}", with_ties(sections)
        _say(rows, Ministry.MIIT, miit, ScreeningDecision.CORRECTION, at, reason=reason, due=due, sections=named)
        _rule(rows, miit, at, kind=RulingKind.CORRECTION, reason=reason, due=due, sections=named)
        _move(rows, S.CORRECTION, correction_until=due, reopened=named)


def rejects(rows: Sequence[Application], miit: int, mof: int, at: datetime) -> None:
    """Both ministries reject the applications."""
    reason = {"rule": f"{MARK}标志性项目", "reason": f"{MARK}标志性项目总投资不足5亿元。"}
    for ministry, person in ((Ministry.MIIT, miit), (Ministry.MOF, mof)):
        with acting(person, at):
            _say(rows, ministry, person, ScreeningDecision.REJECT, at, **reason)
    with acting(mof, at):
        _rule(rows, mof, at, kind=RulingKind.REJECTION, **reason)
    _move(rows, S.REJECTED)


def assign(batch: Batch, miit: int, at: datetime) -> None:
    """Compute who reads what and put it into effect, as the runs of the portal do."""
    with acting(miit, at) as by:
        assigning.record_conflicts(batch)
        made = AssignmentProposal.objects.create(batch=batch, number=1, created_by_id=by.id)
        proposing.keep_answer(by=by, proposal=made, answer=answer_question(queries.question_of(made)))
        if made.state != ProposalState.READY:
            raise RuntimeError(f"The demonstration has too few reviewers: {made.answer[:300]}")
        proposing.take(by=by, proposal=made)


def score(
    batch: Batch,
    invented: dict[str, InventedDossier],
    at: datetime,
    *,
    share: float = 1.0,
    busy: Collection[int] = (),
) -> None:
    """Let reviewers declare and score; with a share below 1 the rest stays undeclared, declared or a draft. busy:
    people who have then still one to score, however few they were given.
    """
    waiting = Assignment.objects.filter(batch=batch, state=AssignmentState.ASSIGNED).select_related("application")
    by_person: dict[int, list[Assignment]] = {}
    for row in waiting.order_by("pk"):
        by_person.setdefault(row.reviewer_id, []).append(row)
    for person, rows in sorted(by_person.items()):
        chance = dice("scores", batch.number, person)
        most = len(rows) - (person in busy)
        done = rows[: min(round(share * len(rows)), most)] if share < 1 else rows
        begun = rows[: len(done) + 1]
        with acting(person, at):
            _declare(person, begun, at)
            _score(batch, person, done, begun[len(done) :], invented, chance.gauss(0, 4), at)


def _declare(person: int, rows: Sequence[Assignment], at: datetime) -> None:
    Interest.objects.bulk_create(
        Interest(application_id=row.application_id, reviewer_id=person, has_interest=False, declared_at=at)
        for row in rows
    )
    Assignment.objects.filter(pk__in=[row.pk for row in rows]).update(state=AssignmentState.DECLARED)


def _score(
    batch: Batch,
    person: int,
    done: Sequence[Assignment],
    drafts: Sequence[Assignment],
    invented: dict[str, InventedDossier],
    severity: float,
    at: datetime,
) -> None:
    rules = batch.rule_set
    if rules is None:
        raise ValueError("A batch of the demonstration has its rules.")
    all_rows = [*done, *drafts]
    Review.objects.bulk_create(
        Review(
            assignment=row,
            application_id=row.application_id,
            reviewer_id=person,
            comment=f"{MARK}总体方案可行，建议细化进度安排。",
            version=1,
        )
        for row in all_rows
    )
    reviews = {review.assignment_id: review for review in Review.objects.filter(assignment__in=all_rows)}
    marks, totals = [], {}
    for row in all_rows:
        chance = dice("score", batch.number, person, row.application.unit_id)
        values = {}
        for criterion in scoring.criteria(rules):
            mean = 45 + 50 * invented[row.application.unit_id].merit + severity
            if scoring.kind_of(criterion) != "score":
                continue  # nobody adds points or finds a veto
            raw = min(100.0, max(0.0, chance.gauss(mean, 6)))
            values[criterion["code"]] = Decimal(round(raw * 2)) / 2
        totals[row.pk] = scoring.weighted_total(rules, values)
        marks += [
            ReviewScore(
                review=reviews[row.pk],
                criterion=code,
                value=value,
                comment=f"{MARK}材料较薄弱，建议补充。" if value < 60 else "",
            )
            for code, value in values.items()
        ]
    ReviewScore.objects.bulk_create(marks, batch_size=STEP)
    submitted = [reviews[row.pk] for row in done]
    for review in submitted:
        review.state, review.submitted_at = ReviewState.SUBMITTED, at
        review.total = totals[review.assignment_id]
    Review.objects.bulk_update(submitted, ["state", "submitted_at", "total"], batch_size=STEP)


def lock(batch: Batch, officers: Sequence[int], at: datetime) -> Batch:
    """Both ministries sign the results: the scores are locked, the batch is being decided."""
    for officer in officers:
        with acting(officer, at) as by:
            locking.sign(by=by, batch=batch, sha256=queries.result_digest(batch))
    miit = officers[0]
    with acting_as(miit):
        return Batch.objects.select_related("rule_set").get(pk=batch.pk)
