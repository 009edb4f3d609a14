"""Batches in the states that the commands of the reviews can reach. Units, amounts and scores are always said.

A batch of these tests has rules of its own: few reviewers and few places, so that two or three cities make a round.
The functions work in a test's own transaction (`db`) and in a clone that commits (`fresh_db`).
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta
from decimal import Decimal
from typing import Any

from applications.checklist import screening_points
from applications.domain.examination import AnswerInput
from applications.enums import Answer
from applications.models import Application
from portal.accounts.enums import Role
from portal.core import clock
from portal.core.models import Run
from portal.core.tasks import execute
from portal.programme.defaults import DEFAULT
from portal.programme.domain import batch as batches
from portal.programme.models import Batch, CentralSOE, Province, RuleSet
from reviews import (
    queries,
    tasks,  # noqa: F401 - the bodies of the runs
)
from reviews.domain import (
    answering,
    assigning,
    deciding,
    freezing,
    interests,
    locking,
    moving_up,
    objections,
    people,
    proposing,
    publicity,
    scoring,
    screening,
    selecting,
    suspending,
)
from reviews.enums import Ministry, ScreeningDecision
from reviews.forms.objecting import page_mark
from reviews.models import (
    Assignment,
    AssignmentProposal,
    CandidateSet,
    Decision,
    Objection,
    PublicEntry,
    Replacement,
    ReviewerProfile,
    Scenario,
    Suspension,
)
from tests import factories_applications as applications
from tests.factories_applications import acting, person
from tests.worlds import remembered

NUMBER = 9
# Far from the units of the tests, so that nobody has a conflict unless a test wants one.
REVIEWERS = (("MIIT", "MIIT", "110000"), ("MOF", "MOF", "120000"), ("expert", "ZJ", "310000"))


def rule_set(version: str = "test.1", **changes: Any) -> RuleSet:
    """A version of the rules for a small round: two reviews each, no bounds by region."""
    values = DEFAULT | {"version": version, "reviewers_per_application": 2, "region_bounds": {}} | changes
    with acting(Role.OFFICER, "MIIT"):
        return RuleSet.objects.get_or_create(version=version, defaults=values)[0]


def open_batch(number: int = NUMBER, *, places: int, **changes: Any) -> Batch:
    """An open batch with so many places; `changes` go into its rules (region_bounds=, province_max=, …)."""
    rules = rule_set(f"test.{number}", total_units=places, **changes)
    now = clock.now()
    with acting(Role.OFFICER, "MIIT") as by:
        if found := Batch.objects.filter(number=number).first():
            return found
        what = batches.BatchInput(
            number=number,
            year=now.year,
            title_zh=f"第{number}批",
            title_en=f"Batch {number}",
            call_zh="通知",
            call_en="Call",
            rule_set=rules,
            opens_at=now,
            deadline=clock.end_of_day(now.date() + timedelta(days=30)),
        )
        row = batches.draft(by=by, what=what)
        batches.open_batch(by=by, batch=row)
    with acting(Role.OFFICER, "MOF") as by:
        return batches.countersign(by=by, batch=row)


def fresh(batch: Batch) -> Batch:
    """The batch as it stands now."""
    with acting(Role.OFFICER, "MIIT"):
        return Batch.objects.select_related("rule_set").get(pk=batch.pk)


@remembered(fresh, stage=True)
def closed_batch(units: Mapping[str, str], *, places: int = 1, soes: Mapping[str, tuple[str, ...]] | None = None,
                 **changes: Any) -> Batch:  # fmt: skip
    """A closed batch in which each unit (code: amount asked) was recommended by its province."""
    batch = open_batch(places=places, **changes)
    for unit, amount in units.items():
        applications.recommended(unit=unit, amount=amount, soes=(soes or {}).get(unit, ()), batch=batch)
    batch = fresh(batch)
    with acting(Role.OFFICER, "MIIT") as by, clock.at(batch.deadline + timedelta(seconds=1)):
        return batches.close(by=by, batch=batch)


@remembered(fresh)
def screening_batch(units: Mapping[str, str], **how: Any) -> Batch:
    """As `closed_batch`, and MIIT has taken the applications up."""
    batch = closed_batch(units, **how)
    with acting(Role.OFFICER, "MIIT") as by:
        screening.take_up(by=by, batch=batch)
    return fresh(batch)


def application(batch: Batch, unit: str) -> Application:
    """The unit's application as MIIT sees it."""
    with acting(Role.OFFICER, "MIIT"):
        return Application.objects.select_related("batch__rule_set", "unit", "province").get(batch=batch, unit=unit)


def fulfilled(row: Application, ministry: str) -> dict[str, AnswerInput]:
    """The checklist of a ministry, every point fulfilled."""
    return {point.code: AnswerInput(Answer.FULFILLED, "") for point in screening_points(row, ministry)}


def say(batch: Batch, unit: str, ministry: str, decision: str, **what: Any) -> None:
    """One ministry's decision in screening; with a pass every point of its checklist is fulfilled."""
    row = application(batch, unit)
    if decision == ScreeningDecision.PASS:
        what.setdefault("answers", fulfilled(row, ministry))
    if decision == ScreeningDecision.CORRECTION:
        what.setdefault("sections", ("basics",))
    with acting(Role.OFFICER, ministry) as by:
        screening.screen(by=by, application=row, what=screening.ScreeningInput(decision, **what))


@remembered(fresh)
def passed_batch(units: Mapping[str, str], **how: Any) -> Batch:
    """As `screening_batch`, and MIIT has passed all of them."""
    batch = screening_batch(units, **how)
    for unit in units:
        say(batch, unit, Ministry.MIIT, ScreeningDecision.PASS)
    return fresh(batch)


def reviewer(group: str, *, province: str, number: int = 1, soe: str | None = None, **what: Any) -> ReviewerProfile:
    """A reviewer of the group from that province with a profile; number tells people of one group apart."""
    code = {"expert": "ZJ"}.get(group, group)
    made = person(Role.REVIEWER, code, number)
    with acting(Role.OFFICER, "MIIT") as by:
        if found := ReviewerProfile.objects.filter(user=made.pk).first():
            return found
        profile = people.ProfileInput(
            group=group,
            home_province=Province.objects.get(pk=province),
            employer="某单位（演示）",
            employer_soe=CentralSOE.objects.get(list_no=int(soe[2:])) if soe else None,
            **({"fields": {"C36": 3, "C39": 3}} | what),
        )
        return people.keep_profile(by=by, user_id=made.pk, what=profile)


def panel() -> list[ReviewerProfile]:
    """One reviewer of each group, none from a province of these tests' units."""
    return [reviewer(group, province=province) for group, _code, province in REVIEWERS]


@remembered(fresh, stage=True)
def reviewing_batch(units: Mapping[str, str], *, reviewers: list[ReviewerProfile] | None = None, **how: Any) -> Batch:
    """As `passed_batch`, and every unit is given to the first reviewers without a conflict, as the rules ask."""
    batch = passed_batch(units, **how)
    found = reviewers if reviewers is not None else panel()
    with acting(Role.OFFICER, "MIIT") as by:
        assigning.record_conflicts(batch)
        conflicts = {(one, other) for one, other, _code, _why in queries.conflict_pairs(batch)}
        pairs = []
        for row in Application.objects.filter(batch=batch, state="in_review").order_by("unit_id"):
            able = [profile.user_id for profile in found if (row.pk, profile.user_id) not in conflicts]
            pairs += [(row.pk, key, 50) for key in able[: batch.rule_set.reviewers_per_application]]
        assigning.assign(by=by, batch=batch, pairs=pairs)
    return fresh(batch)


def assignments(batch: Batch) -> list[Assignment]:
    """All assignments of the batch that stand, as MIIT sees them."""
    with acting(Role.OFFICER, "MIIT"):
        rows = Assignment.objects.filter(batch=batch).exclude(state__in=["recused", "relieved"])
        return list(rows.select_related("application__unit", "reviewer", "batch__rule_set").order_by("pk"))


def as_reviewer(assignment: Assignment) -> Any:
    """The scope of the assigned reviewer."""
    from portal.core.scope import acting_as

    return acting_as(assignment.reviewer_id)


def declared(assignment: Assignment) -> Assignment:
    """The reviewer declares to have no interest."""
    with as_reviewer(assignment) as by:
        interests.declare(by=by, assignment=assignment, what=interests.InterestInput(has_interest=False))
    return assignment


def scores(batch: Batch, value: str, *, version: int = 0, comment: str = "意见（演示）") -> scoring.ScoresInput:
    """The same score for every criterion, explained where it is low; no bonus, no veto."""
    codes = [row["code"] for row in scoring.criteria(batch.rule_set) if scoring.kind_of(row) == "score"]
    values = dict.fromkeys(codes, Decimal(value))
    said = dict.fromkeys(codes, "说明（演示）") if Decimal(value) < 60 else {}
    return scoring.ScoresInput(version=version, comment=comment, values=values, comments=said)


def scored(assignment: Assignment, value: str) -> None:
    """Declare and submit a review with the same score for every criterion: the total is that score."""
    if assignment.state == "assigned":
        declared(assignment)
    with as_reviewer(assignment) as by:
        scoring.submit(by=by, assignment=assignment, what=scores(assignment.batch, value))


@remembered(fresh)
def reviewed_batch(units: Mapping[str, str], *, given: Mapping[str, str], **how: Any) -> Batch:
    """As `reviewing_batch`, and every reviewer has submitted; `given`: score by unit."""
    batch = reviewing_batch(units, **how)
    for row in assignments(batch):
        scored(row, given[row.application.unit_id])
    return fresh(batch)


@remembered(fresh)
def locked_batch(units: Mapping[str, str], **how: Any) -> Batch:
    """As `reviewed_batch`, and both ministries have signed the results: the batch is being decided."""
    return locked(reviewed_batch(units, **how))


def locked(batch: Batch, *codes: str) -> Batch:
    """The results as they stand, signed by these ministries, or by both: then the scores are locked."""
    for code in codes or ("MIIT", "MOF"):
        with acting(Role.OFFICER, code) as by:
            locking.sign(by=by, batch=fresh(batch), sha256=queries.result_digest(batch))
    return fresh(batch)


def run_now(run: Run) -> Run:
    """Do a run as a worker would, here and now."""
    execute(str(run.pk), run.asker)
    from portal.core.scope import acting_as

    with acting_as(run.asker):
        run.refresh_from_db()
    return run


def computed(batch: Batch, **changes: Any) -> Scenario:
    """A selection computed and worked out by its tasks under the rules of the batch; `changes` replace rules."""
    what = selecting.SelectionInput(changes, "说明（演示）" if changes else "")
    frozen(batch)
    with acting(Role.OFFICER, "MIIT") as by:
        scenario = selecting.select(by=by, batch=batch, what=what)
        run = Run.objects.get(pk=scenario.run)
    run_now(run)
    with acting(Role.OFFICER, "MIIT"):
        scenario.refresh_from_db()
        studying_it = list(Run.objects.filter(task="reviews.study", params={"scenario": scenario.pk}, state="queued"))
    for run in studying_it:
        if run_now(run).state != "done":
            raise AssertionError(run.error)
    return scenario


def frozen(batch: Batch) -> CandidateSet:
    """The candidates of the batch, frozen when they are not."""
    with acting(Role.OFFICER, "MIIT") as by:
        known = CandidateSet.objects.filter(batch=batch).first()
        return known or freezing.freeze(by=by, batch=fresh(batch))


def assigned_on_paper(batch: Batch, *, keeps_others: bool = False) -> AssignmentProposal:
    """An assignment computed by its task; nothing of it is in effect."""
    with acting(Role.OFFICER, "MIIT") as by:
        made = proposing.propose(by=by, batch=fresh(batch), keeps_others=keeps_others)
        run = Run.objects.get(pk=str(made.run))
    found = run_now(run)
    if found.state != "done":
        raise AssertionError(found.error)
    with acting(Role.OFFICER, "MIIT"):
        return AssignmentProposal.objects.select_related("batch").get(pk=made.pk)


def proposed(scenario: Scenario, *, reserve: int = 0) -> Decision:
    """The selection is proposed by an officer of MIIT, with so many units in reserve at most."""
    with acting(Role.OFFICER, "MIIT", 2) as by:
        found = Scenario.objects.select_related("batch__rule_set").get(pk=scenario.pk)
        return deciding.propose(
            by=by, scenario=found, what=deciding.ProposalInput("综合平衡，总分最高（演示）", reserve)
        )


def signed(decision: Decision, *ministries: str) -> Decision:
    """One officer of each named ministry signs."""
    for ministry in ministries:
        with acting(Role.OFFICER, ministry) as by:
            row = Decision.objects.select_related("batch").get(pk=decision.pk)
            decision = deciding.sign(by=by, decision=row, ministry=ministry, sha256=row.sha256)
    return decision


@remembered(fresh)
def decided_batch(units: Mapping[str, str], *, reserve: int = 0, **how: Any) -> Batch:
    """As `locked_batch`, and both ministries have adopted the best list."""
    batch = locked_batch(units, **how)
    signed(proposed(computed(batch), reserve=reserve), Ministry.MIIT, Ministry.MOF)
    return fresh(batch)


@remembered(fresh)
def published_batch(units: Mapping[str, str], *, days_ago: int = 0, **how: Any) -> Batch:
    """As `decided_batch`, and the list was put up for objections so many days ago."""
    batch = decided_batch(units, **how)
    with acting(Role.OFFICER, "MIIT") as by, clock.at(clock.now() - timedelta(days=days_ago)):
        decision = Decision.objects.select_related("batch").get(batch=batch, state="adopted")
        publicity.publish(by=by, decision=decision)
    return fresh(batch)


def lodged(batch: Batch, *, unit: str | None, grounds: str = "理由（演示）", **more: Any) -> Objection:
    """An objection by somebody without an account; more: files=, nonce=."""
    from django.db import transaction

    from portal.core.scope import NOBODY, leave

    with transaction.atomic():
        leave()
        entry = PublicEntry.objects.get(batch=batch, unit=unit) if unit else None
        what = objections.ObjectionInput("某人（演示）", "someone@demo.invalid", grounds, entry, **more)
        return objections.lodge(by=NOBODY, batch=batch, what=what)


def mark(seconds: int = 60) -> str:
    """What the objection form carries, shown so many seconds ago."""
    with clock.at(clock.now() - timedelta(seconds=seconds)):
        return page_mark()


def answered(objection: Objection, *, uphold: bool, ministry: str = "MOF") -> Objection:
    """The ministry answers."""
    with acting(Role.OFFICER, ministry) as by:
        row = Objection.objects.get(pk=objection.pk)
        return answering.answer(by=by, objection=row, uphold=uphold, text="答复（演示）")


def suspended(objection: Objection, *, ministry: str = "MIIT") -> Suspension:
    """The unit of an open objection waits."""
    with acting(Role.OFFICER, ministry) as by:
        return suspending.suspend(by=by, objection=Objection.objects.get(pk=objection.pk), why="核查中（演示）")


def moved_up(batch: Batch, *, by_ministry: str = "MIIT", confirmed: bool = True) -> Replacement:
    """A reserve unit takes the free place, as the decision's own question says."""
    with acting(Role.OFFICER, by_ministry) as by:
        decision = queries.published_decision(by, batch).get()
        made = moving_up.propose(by=by, decision=decision)
    if confirmed:
        with acting(Role.OFFICER, moving_up.other_ministry(by_ministry)) as by:
            moving_up.confirm(by=by, replacement=queries.replacements(by).get(pk=made.pk))
    return made


@remembered(fresh)
def final_batch(units: Mapping[str, str], *, document_no: str = "", **how: Any) -> Batch:
    """As `published_batch` long enough ago, and the list is final. How: given=, places=, reserve=, soes=, rules…"""
    batch = published_batch(units, days_ago=40, **how)
    with acting(Role.OFFICER, "MIIT") as by:
        number = document_no or f"财建〔2026〕999号（演示{batch.number}）"  # each list has its own
        publicity.finalise(by=by, batch=batch, document_no=number)
    return fresh(batch)
