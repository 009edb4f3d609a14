"""Selection, decision, publicity and final list, by the commands and the solver of the portal."""

from __future__ import annotations

import json
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Final

from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import transaction

from portal.core import clock, pdf
from portal.core.files import PDF
from portal.core.models import Run
from portal.core.scope import NOBODY, leave
from portal.demonstration.invent import MARK
from portal.demonstration.papers import MADE_AT, TEXT
from portal.demonstration.stage import acting
from portal.programme.models import Batch
from reviews import queries, selection
from reviews.domain import (
    answering,
    deciding,
    freezing,
    moving_up,
    objections,
    publicity,
    selecting,
    studying,
    suspending,
)
from reviews.enums import Ministry, StudyKind
from reviews.models import CandidateSet, Decision, FinalList, Objection, Scenario
from reviews.tasks import STUDIES, answer_of

RESERVE: Final = 4


def freeze(batch: Batch, miit: int, at: datetime) -> CandidateSet:
    """Freeze candidates, results and rules."""
    with acting(miit, at) as by:
        return freezing.freeze(by=by, batch=batch)


def select(frozen: CandidateSet, who: int, at: datetime, what: selecting.SelectionInput | None = None) -> Scenario:
    """Compute the best list, as the run of the portal does, keep question and answer, and work it out."""
    with acting(who, at) as by:
        batch = Batch.objects.select_related("rule_set").get(pk=frozen.batch_id)
        scenario = selecting.select(by=by, batch=batch, what=what or selecting.SelectionInput(name="按规则集"))
        instance = queries.selection_instance(frozen, scenario.changes)
        found = selection.solve(selection.parse_instance(instance))
        if found.status != "optimal":
            raise RuntimeError(f"No list keeps the rules of batch {batch.number}: {found.to_json()['conflict']}")
        selecting.keep_answer(by=by, scenario=scenario, answer=answer_of(instance, found.to_json()))
        _ended(Run.objects.get(pk=str(scenario.run)), at, steps=3)
        run = studying.start(by=by, scenario=scenario)
        for kind, (ask, answer) in STUDIES.items():
            studying.keep(by=by, scenario=scenario, kind=kind, body=answer(ask(scenario)))
        _ended(run, at, steps=len(STUDIES))
        return scenario


def _ended(run: Run, at: datetime, *, steps: int) -> None:
    """Say that the run came to its end: what it does was done here."""
    rows = Run.objects.filter(pk=run.pk)
    rows.update(state="running", heartbeat_at=at)
    rows.update(state="done", ended_at=at, done_steps=steps, all_steps=steps)


def weigh(frozen: CandidateSet, first: Scenario, miit: int, mof: int, at: datetime) -> Scenario:
    """Two more lists beside the one by the rules, with names and comments: another bound, and a unit by hand.

    Gives the latter, which is proposed with its price.
    """
    question = json.loads(frozen.body)
    east = question["rules"]["regions"]["east"]
    held = [row["id"] for row in question["candidates"] if row["region"] == "east" and row["id"] in first.chosen]
    regions = {**question["rules"]["regions"], "east": {**east, "max": max(east["min"], len(held) - 1)}}
    what = selecting.SelectionInput({"regions": regions}, f"{MARK}测算东部少选一个的影响。", "东部少选一个")
    fewer = select(frozen, miit, at + timedelta(minutes=20), what)
    best = sorted(question["candidates"], key=lambda row: (-Decimal(row["score"]), row["id"]))
    # Not the next best, which the changed bound brings on the list already.
    with acting(miit, at):
        told = json.loads(queries.studies(first)[StudyKind.EXPLANATION].body)["candidates"]
    could = {row["id"] for row in told if not row["chosen"] and row["threshold"] is not None}
    unit = [row["id"] for row in best if row["id"] in could][1]
    by_hand = [{"id": unit, "reason": f"{MARK}承担国家级先进制造业集群建设任务。"}]
    why = f"{MARK}测算指定一个单位入选的影响。"
    given = select(
        frozen, mof, at + timedelta(minutes=40), selecting.SelectionInput({"include": by_hand}, why, "指定一个单位")
    )
    for who, minutes, row, text in (
        (mof, 60, first, "按规则集测算，总分最高，资金在预算之内。"),
        (miit, 70, fewer, "东部少选一个，总分下降，名额由其他地区递补。"),
        (miit, 80, given, "指定入选须说明理由，所付总分见对比表。"),
    ):
        with acting(who, at + timedelta(minutes=minutes)) as by:
            scenario = Scenario.objects.select_related("batch").get(pk=row.pk)
            selecting.comment(by=by, scenario=scenario, text=f"{MARK}{text}")
    return given


def adopt(batch: Batch, proposer: int, miit: int, mof: int, at: datetime, *, weighs: bool = False) -> Decision:
    """Propose the list with a reserve and sign it for both ministries. weighs: beside two others."""
    frozen = freeze(batch, miit, at)
    scenario = select(frozen, miit, at)
    if weighs:
        scenario = weigh(frozen, scenario, miit, mof, at)
    with acting(proposer, at + timedelta(hours=3)) as by:
        found = Scenario.objects.select_related("batch__rule_set").get(pk=scenario.pk)
        why = (
            "兼顾国家先进制造业集群建设任务，其余名额在区域平衡约束下综合得分最高。"
            if weighs
            else "在区域平衡约束下综合得分最高。"
        )
        what = deciding.ProposalInput(f"{MARK}{why}", RESERVE)
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


def object_to(batch: Batch, at: datetime, place: int = 0, grounds: str = "", evidence: bool = False) -> Objection:
    """Somebody without an account objects to a unit of the list: the first, or the one at `place` of its order."""
    with clock.at(at), transaction.atomic():
        leave()
        entry = queries.entries(batch)[place]
        what = objections.ObjectionInput(
            f"{MARK}某企业负责人",
            "objector@demo.invalid",
            grounds or f"{MARK}认为该单位申报的标志性项目尚未取得环评批复，请核实。",
            entry,
            [_evidence()] if evidence else [],
        )
        return objections.lodge(by=NOBODY, batch=batch, what=what)


def _evidence() -> SimpleUploadedFile:
    """What somebody brings with an objection."""
    data = {"made_at": MADE_AT, "title": f"{MARK}公开备案信息截图", "text": TEXT, "demonstration": True}
    return SimpleUploadedFile("备案信息.pdf", pdf.render("demonstration", data), PDF.content_type)


def examine(batch: Batch, miit: int, mof: int, at: datetime) -> None:
    """What a list under publicity shows: one unit left it and its replacement waits for MOF, another one waits while
    an objection with evidence is examined, a third objection is new.
    """
    upheld = object_to(batch, at, 1, f"{MARK}反映该市申报的企业名册与事实不符。")
    with acting(mof, at + timedelta(hours=5)) as by:
        row = Objection.objects.get(pk=upheld.pk)
        answering.answer(by=by, objection=row, uphold=True, text=f"{MARK}经核实，所反映的问题属实，异议成立。")
    examined = object_to(batch, at + timedelta(hours=1), 0, evidence=True)
    with acting(mof, at + timedelta(hours=6)) as by:
        row = Objection.objects.get(pk=examined.pk)
        answering.take(by=by, objection=row)
        answering.note(by=by, objection=row, text=f"{MARK}已函请省级生态环境部门核实环评批复情况。")
        suspending.suspend(by=by, objection=row, why=f"{MARK}等待省级部门书面答复。")
    object_to(batch, at + timedelta(hours=2), 2, f"{MARK}认为该市项目投资额与公开招标信息不一致。")
    with acting(miit, at + timedelta(hours=8)) as by:
        decision = queries.published_decision(by, batch).get()
        if moving_up.find(decision).is_possible:
            moving_up.propose(by=by, decision=decision)


def dismiss(objection: Objection, mof: int, at: datetime) -> None:
    """The ministries answer: the grounds do not hold."""
    with acting(mof, at) as by:
        row = Objection.objects.get(pk=objection.pk)
        text = f"{MARK}经核实，该项目已于申报前取得批复，异议不成立。"
        answering.answer(by=by, objection=row, uphold=False, text=text)


def finalise(batch: Batch, miit: int, at: datetime) -> FinalList:
    """Make the list final under an invented document number."""
    with acting(miit, at) as by:
        number = f"财建〔{at.year}〕9{batch.number:02}号（演示）"
        return publicity.finalise(by=by, batch=batch, document_no=number)
