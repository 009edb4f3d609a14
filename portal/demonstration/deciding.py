"""Selection, decision, publicity and final list, by the commands and the solver of the portal."""

from __future__ import annotations

import json
from datetime import datetime, timedelta
from typing import Final

from django.db import transaction

from portal.core import clock
from portal.core.models import Run
from portal.core.scope import NOBODY, leave
from portal.demonstration.invent import MARK
from portal.demonstration.stage import acting
from portal.programme.models import Batch
from reviews import queries, selection
from reviews.domain import deciding, freezing, objections, publicity, selecting, studying
from reviews.enums import Ministry, StudyKind
from reviews.models import CandidateSet, Decision, Objection, PublicEntry, Scenario
from reviews.tasks import STUDIES, answer_of

RESERVE: Final = 4


def select(batch: Batch, miit: int, at: datetime, what: selecting.SelectionInput | None = None) -> Scenario:
    """Compute the best list, as the run of the portal does, and keep question and answer."""
    with acting(miit, at) as by:
        known = CandidateSet.objects.filter(batch=batch).first()
        frozen = known or freezing.freeze(by=by, batch=batch)
        scenario = selecting.select(by=by, batch=batch, what=what or selecting.SelectionInput())
        instance = queries.selection_instance(frozen, scenario.changes)
        found = selection.solve(selection.parse_instance(instance))
        if found.status != "optimal":
            raise RuntimeError(f"No list keeps the rules of batch {batch.number}: {found.to_json()['conflict']}")
        selecting.keep_answer(by=by, scenario=scenario, answer=answer_of(instance, found.to_json()))
        _ended(Run.objects.get(pk=str(scenario.run)), at, steps=3)
        run = studying.start(by=by, scenario=scenario)
        for kind, ask in STUDIES.items():
            studying.keep(by=by, scenario=scenario, kind=kind, body=ask(scenario))
        _ended(run, at, steps=len(STUDIES))
        return scenario


def _ended(run: Run, at: datetime, *, steps: int) -> None:
    """Say that the run came to its end: what it does was done here."""
    rows = Run.objects.filter(pk=run.pk)
    rows.update(state="running", heartbeat_at=at)
    rows.update(state="done", ended_at=at, done_steps=steps, all_steps=steps)


def by_hand(batch: Batch, scenario: Scenario, miit: int, at: datetime) -> Scenario:
    """The list with one more rule: the first unit that the best list leaves out, and could hold, is on it."""
    with acting(miit, at):
        entries = json.loads(queries.studies(scenario)[StudyKind.EXPLANATION].body)["candidates"]
    unit = next(row["id"] for row in entries if not row["chosen"] and row["threshold"] is not None)
    include = [{"id": unit, "reason": f"{MARK}承担国家专项任务，经两部门会商列入名单。"}]
    reason = f"{MARK}兼顾国家专项任务布局。"
    return select(batch, miit, at, selecting.SelectionInput({"include": include}, reason))


def adopt(batch: Batch, proposer: int, miit: int, mof: int, at: datetime, *, hand: bool = False) -> Decision:
    """Propose the list with a reserve and sign it for both ministries; hand: with a rule by hand, and its price."""
    scenario = select(batch, miit, at)
    if hand:
        scenario = by_hand(batch, scenario, miit, at + timedelta(hours=1))
    with acting(proposer, at + timedelta(hours=3)) as by:
        found = Scenario.objects.select_related("batch__rule_set").get(pk=scenario.pk)
        what = deciding.ProposalInput(f"{MARK}在区域平衡约束下综合得分最高。", RESERVE)
        decision = deciding.propose(by=by, scenario=found, what=what)
    for ministry, person in ((Ministry.MIIT, miit), (Ministry.MOF, mof)):
        with acting(person, at + timedelta(days=1)) as by:
            row = Decision.objects.select_related("batch").get(pk=decision.pk)
            decision = deciding.sign(by=by, decision=row, ministry=ministry, sha256=row.sha256)
    return decision


def publish(batch: Batch, miit: int, at: datetime) -> Batch:
    """Put the list up for objections."""
    with acting(miit, at) as by:
        decision = Decision.objects.select_related("batch").get(batch=batch, state="adopted")
        return publicity.publish(by=by, decision=decision)


def object_to(batch: Batch, at: datetime) -> Objection:
    """Somebody without an account objects to the first unit of the list."""
    with clock.at(at), transaction.atomic():
        leave()
        entry = PublicEntry.objects.filter(batch=batch).order_by("province_id", "unit_id").first()
        what = objections.ObjectionInput(
            f"{MARK}某企业负责人",
            "objector@demo.invalid",
            f"{MARK}认为该单位申报的标志性项目尚未取得环评批复，请核实。",
            entry,
        )
        return objections.lodge(by=NOBODY, batch=batch, what=what)


def dismiss(objection: Objection, mof: int, at: datetime) -> None:
    """The ministries answer: the grounds do not hold."""
    with acting(mof, at) as by:
        row = Objection.objects.get(pk=objection.pk)
        text = f"{MARK}经核实，该项目已于申报前取得批复，异议不成立。"
        objections.answer(by=by, objection=row, uphold=False, text=text)


def finalise(batch: Batch, miit: int, at: datetime) -> Batch:
    """Make the list final under an invented document number."""
    with acting(miit, at) as by:
        number = f"财建〔{at.year}〕9{batch.number:02}号（演示）"
        return publicity.finalise(by=by, batch=batch, document_no=number)
