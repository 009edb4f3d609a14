"""Acts on a published list, tried in both kinds of histories: objections, suspensions, who moves up, the final list."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from tests.histories.stage import Stage


def every(model: str) -> Any:
    """All rows of a model, named "app.Model", that are seen."""
    from django.apps import apps

    return apps.get_model(model).objects.all()


def batch_of(s: Stage) -> Any:
    """The batch of the history."""
    from portal.programme.models import Batch

    return Batch.objects.select_related("rule_set").get(pk=s.batch)


def lodge(s: Stage, by: Any) -> Any:
    from reviews.domain import objections

    batch = batch_of(s)
    entry = s.one(every("reviews.PublicEntry").filter(batch=batch)) if s.maybe(0.8) else None
    what = objections.ObjectionInput("某人（演示）", "someone@demo.invalid", s.text("理由"), entry)
    return objections.lodge(by=by, batch=batch, what=what)


def answer(s: Stage, by: Any) -> Any:
    from portal.core import clock
    from reviews.domain import answering, suspending

    row = s.one(every("reviews.Objection").select_related("batch"), state="lodged")
    how = s.chance.randrange(6)
    if how == 0:
        return suspending.suspend(by=by, objection=row, why=s.text())
    if how == 1:
        return answering.take(by=by, objection=row)
    if how == 2:
        return answering.extend(
            by=by, objection=row, until=clock.today() + timedelta(days=s.chance.choice((9, -1))), why=s.text()
        )
    return answering.answer(by=by, objection=row, uphold=s.maybe(0.4), text=s.text("答复"))


def release(s: Stage, by: Any) -> Any:
    from reviews.domain import suspending

    row = s.one(every("reviews.Suspension").select_related("objection__batch", "entry"), ended_at=None)
    return suspending.release(by=by, suspension=row, why=s.text())


def move_up(s: Stage, by: Any) -> Any:
    from reviews.domain import moving_up

    if s.maybe(0.4):
        found = s.one(every("reviews.Decision").select_related("batch", "scenario"), state="adopted")
        return moving_up.propose(by=by, decision=found)
    row = s.one(every("reviews.Replacement").select_related("batch", "decision"), state="proposed")
    if s.maybe(0.8):
        return moving_up.confirm(by=by, replacement=row)
    return moving_up.withdraw(by=by, replacement=row, why=s.text())


def finalise(s: Stage, by: Any) -> Any:
    from reviews.domain import publicity

    number = f"财建〔2026〕{s.chance.randrange(900, 999)}号"
    return publicity.finalise(by=by, batch=batch_of(s), document_no=number if s.maybe(0.9) else s.text(""))
