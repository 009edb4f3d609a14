"""A defence half done, and letters after a final list, by the commands of the portal."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Final

from portal.core import clock
from portal.core.files import Kept
from portal.core.scope import acting_as
from portal.demonstration.dossiers import Writer
from portal.demonstration.invent import MARK
from portal.demonstration.stage import acting, made
from portal.programme.models import Batch
from reviews import queries
from reviews.domain import defending, hearing, panel, scoring
from reviews.models import Assignment, Hearing, PanelRecord, Review

WAITING: Final = "350600"  # the cast's own unit, which has still to confirm
SEED: Final = f"{MARK}2026-04-11-03-27-30-08-19"
NOTE: Final = f"{MARK}汇报十五分钟，答问十五分钟；每家不超过五人。"
COMMENT: Final = f"{MARK}产业基础扎实，实施路径清楚；建议细化分年度进度安排，进一步落实自筹资金。"


def hear(batch: Batch, writers: dict[str, Writer], slides: Kept, miit: int, mof: int) -> None:
    """Invitations, two sessions, the agenda; the first session is over, the second is to come in three days."""
    today = clock.now().replace(hour=9, minute=0, second=0, microsecond=0)
    begun, fixed = today - timedelta(days=2), today - timedelta(days=8)
    with acting(miit, fixed) as by:
        row = defending.invite(by=by, batch=batch)
        seats = len(row.invited) // 2
        for begins, size in ((begun, seats), (today + timedelta(days=3), len(row.invited) - seats)):
            what = defending.SessionInput(begins, 30, size, room=f"{MARK}第一会议室", note=NOTE)
            defending.plan_session(by=by, batch=_fresh(batch), what=what)
    with acting(mof, fixed + timedelta(days=1)) as by:
        found = made(queries.defence_of(by, batch))
        defending.draw(by=by, defence=found, seed=SEED, source=f"{MARK}公证处抽签公告")
    with acting_as(miit) as by:
        rows = list(queries.hearings(by).filter(session__batch=batch))
    for one in (one for one in rows if one.application.unit_id != WAITING):
        _confirm(one, writers[one.application.unit_id], slides, fixed + timedelta(days=2))
    for one in (one for one in rows if one.session.begins_at == begun):
        _hold(one, miit, one.begins_at + timedelta(minutes=30))
    _revise(batch, rows[0], begun + timedelta(hours=5))


def _fresh(batch: Batch) -> Batch:
    return Batch.objects.select_related("rule_set").get(pk=batch.pk)


def _confirm(row: Hearing, writer: Writer, slides: Kept, at: datetime) -> None:
    with acting(writer.signatory, at) as by:
        mine = queries.own_hearings(by).get(pk=row.pk)
        hearing.confirm(by=by, hearing=mine, delegation=f"{MARK}副市长（汇报人）；工业和信息化局局长；财政局局长")
        hearing.bring(by=by, hearing=mine, title=f"{MARK}汇报材料", file=slides)


def _hold(row: Hearing, officer: int, at: datetime) -> None:
    with acting(officer, at - timedelta(days=1)) as by:
        found = queries.hearings(by).get(pk=row.pk)
        hearing.prepare(by=by, hearing=found)
        hearing.ask(by=by, hearing=found, text=f"{MARK}自筹资金如何落实到项目？")
    with acting(officer, at) as by:
        found = queries.hearings(by).get(pk=row.pk)
        people = [line["person"].pk for line in queries.attendance(found) if not line["is_recused"]]
        answers = {one.pk: f"{MARK}已作说明。" for one in queries.questions_of(found)}
        what = hearing.MinutesInput(
            f"{MARK}汇报人介绍方案，评审组提问，单位逐一回答。", dict.fromkeys(people, True), answers
        )
        hearing.hold(by=by, hearing=found, what=what)
        application = found.application
        version = PanelRecord.objects.get(application=application).version
        record = panel.RecordInput(version, f"{MARK}评审组一致认为方案可行。", COMMENT)
        panel.keep_record(by=by, application=application, what=record)


def _revise(batch: Batch, row: Hearing, at: datetime) -> None:
    """One reviewer learned something: the review is revised, both are kept."""
    rules = made(batch.rule_set)
    with acting_as(row.session.planned_by_id):
        mine = Assignment.objects.filter(application=row.pk, state="declared").order_by("pk")[0]
    with acting(mine.reviewer_id, at) as by:
        held = Review.objects.select_related("assignment__batch__rule_set").get(assignment=mine)
        marks = {mark.criterion: mark for mark in held.scores.all()}
        hearing.revise(by=by, review=held, reason=f"{MARK}答辩中说明项目已经开工。")
        held.refresh_from_db()
        values = {code: mark.value for code, mark in marks.items()}
        first = scoring.criteria(rules)[0]["code"]
        old = values[first]
        values[first] = min(old + 2, type(old)(100)) if old is not None else None
        what = scoring.ScoresInput(
            version=held.version,
            comment=held.comment,
            values=values,
            comments={code: mark.comment for code, mark in marks.items()},
        )
        scoring.submit(by=by, assignment=held.assignment, what=what)


def tell(batch: Batch, miit: int, mof: int, at: datetime) -> None:
    """Comments to the first applicants of a final list, approved by the other ministry, and their letters."""
    with acting(miit, at) as by:
        rows = list(queries.told_or_untold(by, batch)[:12])
        for row in rows:
            panel.keep_record(by=by, application=row, what=panel.RecordInput(0, None, COMMENT))
    with acting(mof, at + timedelta(days=1)) as by:
        for record in queries.panel_records(by).filter(application__in=rows[:10]):
            panel.approve_comment(by=by, record=record, version=record.version)
    with acting(miit, at + timedelta(days=2)) as by:
        panel.release_feedback(by=by, batch=batch)
