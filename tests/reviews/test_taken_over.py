"""A computation whose run another attempt took over is that one's; whose run has ended is said to have failed."""

from __future__ import annotations

import pytest

from portal.core.models import Run, RunState
from portal.core.tasks import Cancelled
from reviews import tasks
from reviews.domain import proposing, selecting
from reviews.models import AssignmentProposal, Scenario
from tests import factories_reviews as make
from tests.factories_applications import acting

pytestmark = pytest.mark.django_db
UNITS = {"350200": "300000000.00"}


def lost(run: Run, how: str):
    """What computes instead, and finds that the run is not its own any more."""

    def compute(*_args):
        changes = {"attempts": 2} if how == "taken over" else {"state": RunState.CANCELLED}
        with acting("officer", "MIIT"):
            Run.objects.filter(pk=run.pk).update(**changes)
        raise Cancelled

    return compute


@pytest.mark.parametrize(("how", "state"), [("taken over", "computing"), ("cancelled", "failed")])
def test_an_assignment(monkeypatch, how, state):
    batch = make.passed_batch(UNITS, places=1)
    make.reviewer("expert", province="370000", number=2, fields={"C36": 3})
    with acting("officer", "MIIT") as by:
        made = proposing.propose(by=by, batch=batch)
        run = Run.objects.get(pk=str(made.run))
    monkeypatch.setattr(tasks, "answer_question", lost(run, how))
    make.run_now(run)
    with acting("officer", "MIIT"):
        assert AssignmentProposal.objects.get(pk=made.pk).state == state


@pytest.mark.parametrize(("how", "state"), [("taken over", "computing"), ("cancelled", "failed")])
def test_a_selection(monkeypatch, how, state):
    batch = make.locked_batch(UNITS, given={"350200": "80.00"}, places=1, number=51)
    make.frozen(batch)
    with acting("officer", "MIIT") as by:
        made = selecting.select(by=by, batch=batch, what=selecting.SelectionInput({}, ""))
        run = Run.objects.get(pk=str(made.run))
    monkeypatch.setattr(tasks.selection, "solve", lost(run, how))
    make.run_now(run)
    with acting("officer", "MIIT"):
        assert Scenario.objects.get(pk=made.pk).state == state
