"""Turns and lanes with real workers: a hundred runs of one person, and heavy work, do not stand before another's."""

from __future__ import annotations

import pytest

from portal.core import tasks
from portal.core.models import Run
from portal.core.scope import acting_as
from portal.core.tasks import start_run
from portal.reports.catalogue import CATALOGUE
from portal.reports.domain import orders
from tests import workers
from tests.reports import sample
from tests.worker import bodies
from tests.worker.conftest import INCLUDE
from tests.workers import wait_for

pytestmark = pytest.mark.worker
MANY = 100
HEAVY = bodies.HEAVY  # with the bodies this process knows the lane of each kind too


@pytest.fixture(autouse=True)
def offered(monkeypatch):
    monkeypatch.setitem(CATALOGUE, sample.NAME, sample.REPORT)


def report(user, count=10) -> Run:
    with acting_as(user.pk) as by:
        what = orders.OrderInput(sample.NAME, "csv", {"province": "", "count": count})
        return orders.ask(by=by, what=what)


def state(user, run) -> str:
    with acting_as(user.pk):
        return Run.objects.get(pk=run.pk).state


def begun(worker) -> list[str]:
    return [line["run"] for line in worker.lines("run_began")]


def test_a_hundred_runs_of_one_do_not_starve_another(worker, person):
    """What is asked for last, by somebody else, begins with the next turns: two workers, so at most a few later."""
    greedy, other = person("officer", "MIIT", 5), person("officer", "MOF", 6)
    with acting_as(greedy.pk) as by:
        many = [
            start_run(by=by, task="tests.steps", params={"steps": 1, "seconds": 0.1, "n": number})
            for number in range(MANY)
        ]
    wait_for(lambda: begun(worker)[-1:] and set(begun(worker)) & {str(run.pk) for run in many}, why=worker.words)
    mine = report(other)
    before = len(begun(worker))
    wait_for(lambda: state(other, mine) == "done", seconds=60, why=worker.words)
    place = begun(worker).index(str(mine.pk))
    with acting_as(greedy.pk) as by:
        waiting = Run.objects.filter(task="tests.steps", state="queued", asker=greedy.pk).count()
        for run in Run.objects.filter(asker=greedy.pk, state__in=tasks.OPEN):
            tasks.cancel(by=by, run=run)
    assert waiting > MANY // 2, "the hundred were over before the other asked"
    # One for each of the two processes, and those that began while the test looked.
    assert place - before < MANY // 4


def test_a_worker_sets_documents_by_several_processes(worker, person):
    officer = person("officer", "MIIT", 7)
    with acting_as(officer.pk) as by:
        run = start_run(by=by, task="tests.press")
    wait_for(lambda: state(officer, run) != "queued" and state(officer, run) != "running", seconds=60, why=worker.words)
    with acting_as(officer.pk):
        assert Run.objects.get(pk=run.pk).result == {"made": 6}


def test_heavy_work_does_not_delay_light(committing, worker, person):
    """Each lane has its workers: the light report is made while all heavy work goes on."""
    officer = person("officer", "MIIT", 6)
    worker.stop()
    with (
        workers.running(committing, include=INCLUDE, queues="portal") as light,
        workers.running(committing, include=INCLUDE, queues=HEAVY) as heavy,
    ):
        with acting_as(officer.pk) as by:
            long = [
                start_run(by=by, task="tests.heavy", params={"steps": 600, "seconds": 0.1, "n": number})
                for number in range(4)
            ]
        wait_for(lambda: len(begun(heavy)) == 2, seconds=60, why=heavy.words)
        quick = report(officer)
        wait_for(lambda: state(officer, quick) == "done", seconds=60, why=light.words)
        assert sorted(state(officer, run) for run in long) == ["queued", "queued", "running", "running"]
        assert begun(light) == [str(quick.pk)]
        assert str(quick.pk) not in begun(heavy)
        with acting_as(officer.pk) as by:
            for run in long:
                tasks.cancel(by=by, run=run)
    worker.start()
