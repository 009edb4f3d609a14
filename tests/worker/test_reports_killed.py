"""Workers die at random while reports are made, and the queue is lost: nothing half is offered, no run is lost."""

from __future__ import annotations

import csv
import hashlib
import io
import os
import random
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from django.core.files.storage import default_storage
from kombu import pools
from python_calamine import CalamineWorkbook

from portal.core.beat import sweep
from portal.core.models import Run
from portal.core.scope import acting_as
from portal.embedded.valkey import Valkey
from portal.reports.catalogue import CATALOGUE
from portal.reports.domain import orders
from portal.reports.models import ReportFile
from tests import workers
from tests.reports import sample
from tests.worker.conftest import INCLUDE
from tests.workers import wait_for

pytestmark = pytest.mark.worker
RUNS, DEATHS = 50, 5
IDLE = 60_000  # a slow machine is no death


@pytest.fixture(scope="module")
def worker(committing):
    """The one that lives is as patient as those that die: they all divide from one process."""
    with workers.running(committing, include=INCLUDE, idle=IDLE) as started:
        yield started


@pytest.fixture(autouse=True)
def offered(monkeypatch):
    monkeypatch.setitem(CATALOGUE, sample.NAME, sample.REPORT)


def ask(officer, numbers, *, rows=2_000) -> list:
    """So many runs of one person, of two formats, each of another number of rows."""
    with acting_as(officer.pk) as by:
        return [
            orders.ask(
                by=by,
                what=orders.OrderInput(
                    sample.NAME, ("xlsx", "csv")[number % 2], {"province": "", "count": rows + number}
                ),
            ).pk
            for number in numbers
        ]


def look(officer, runs) -> list[Run]:
    with acting_as(officer.pk):
        return list(Run.objects.filter(pk__in=runs))


def ended(officer, runs) -> list[Run] | None:
    """All of them once none is open; beat's part is done on the way."""
    sweep()
    found = look(officer, runs)
    return found if not any(run.is_open for run in found) else None


def whole(file: ReportFile) -> None:
    """The content is what its row says, and holds every row that was asked for."""
    with default_storage.open(file.storage_key) as stored:
        content = stored.read()
    assert (len(content), hashlib.sha256(content).hexdigest()) == (file.size, file.sha256)
    count = file.params["count"]
    assert file.rows == count + 2
    if file.format == "csv":
        assert len(list(csv.reader(io.StringIO(content.decode("utf-8-sig"))))) == count + 1
    else:
        book = CalamineWorkbook.from_filelike(io.BytesIO(content))
        assert len(book.get_sheet_by_index(1).to_python()) == count + 4


def test_fifty_runs_with_workers_killed_at_random(committing, worker, person):
    """Each ends complete, or failed in words and can be run again; what is offered is whole."""
    officer = person("officer", "MOF", 3)
    worker.stop()
    dice = random.Random(8)
    runs = ask(officer, range(RUNS))
    began = 0
    for _death in range(DEATHS):
        doomed = workers.Worker(committing, include=INCLUDE, idle=IDLE).start()
        try:
            wait_for(lambda doomed=doomed: doomed.lines("run_began"), seconds=60, why=doomed.words)
            time.sleep(dice.uniform(0.0, 0.8))
        finally:
            doomed.kill()
            doomed.stop()
        began += len(doomed.lines("run_began")) > len(doomed.lines("run_done"))
        time.sleep(2.2)
        sweep()
    assert began, "no worker was killed in the middle of a run: change the seed"
    worker.start()
    found = wait_for(lambda: ended(officer, runs), seconds=240, why=worker.words, every=0.5)
    assert {run.state for run in found} <= {"done", "failed"}
    with acting_as(officer.pk):
        files = {file.run_id: file for file in ReportFile.objects.filter(run__in=runs)}
    assert {run.pk for run in found if run.state == "done"} == set(files)
    assert any(run.attempts > 1 for run in found), "a run that lost its worker was taken up again"
    for file in files.values():
        whole(file)
    failed = [run for run in found if run.state == "failed"]
    assert all(run.error for run in failed)
    with acting_as(officer.pk) as by:
        again = [orders.ask_again(by, run).pk for run in failed]
    after = wait_for(lambda: ended(officer, again), seconds=60, why=worker.words, every=0.5) if again else []
    assert {run.state for run in after} <= {"done"}


def test_a_run_killed_three_times_is_failed_and_runs_again(committing, worker, person):
    """The same run loses its worker each time: it ends failed in words, and the same report is made afterwards."""
    officer = person("officer", "MOF", 5)
    worker.stop()
    [pk] = ask(officer, [2], rows=40_000)
    for death in range(1, 4):
        doomed = workers.Worker(committing, include=INCLUDE, idle=IDLE).start()
        try:
            sweep()
            wait_for(
                lambda death=death: (run := look(officer, [pk])[0]).state == "running" and run.attempts == death,
                seconds=60,
                why=doomed.words,
            )
        finally:
            doomed.kill()
            doomed.stop()
        time.sleep(2.4)
    worker.start()
    [run] = wait_for(lambda: ended(officer, [pk]), seconds=60, why=worker.words, every=0.5)
    assert (run.state, run.attempts) == ("failed", 3)
    assert "三次" in run.error or "three times" in run.error
    with acting_as(officer.pk) as by:
        assert not ReportFile.objects.filter(run=pk).exists()
        again = orders.ask_again(by, run).pk
    [run] = wait_for(lambda: ended(officer, [again]), seconds=120, why=worker.words, every=0.5)
    assert run.state == "done"
    with acting_as(officer.pk):
        whole(ReportFile.objects.get(run=again))


@contextmanager
def queue_of_its_own() -> Iterator[Valkey]:
    """A queue that keeps nothing on disk; this process asks there meanwhile."""
    from portal.celery import app

    def go(address: str) -> None:
        pools.reset()
        app.conf.broker_url = address
        app._pool = None
        app.amqp._producer_pool = None

    before = app.conf.broker_url
    queue = Valkey(Path(os.environ["PORTAL_TEST_FOLDER"]) / "queue-lost", "only-for-tests", durable=False)
    queue.start()
    try:
        go(queue.url)
        yield queue
    finally:
        go(before)
        queue.stop()


def test_the_queue_is_lost_with_all_it_held_and_comes_back(committing, worker, person):
    """Runs that waited in it, and those asked for while it was away, are all made."""
    officer = person("officer", "MOF", 4)
    worker.stop()
    with (
        queue_of_its_own() as queue,
        workers.running(committing, include=INCLUDE, idle=IDLE, BROKER_URL=queue.url) as other,
    ):
        runs = ask(officer, range(100, 116), rows=8_000)
        wait_for(lambda: any(run.state == "done" for run in look(officer, runs)), seconds=60, why=other.words)
        queue.stop()
        assert any(run.state == "queued" for run in look(officer, runs)), "nothing waited any more"
        late = ask(officer, range(116, 120))
        assert {run.attempts for run in look(officer, late)} == {0}
        queue.start(queue.port)
        found = wait_for(lambda: ended(officer, runs + late), seconds=120, why=other.words, every=0.5)
    worker.start()
    assert {run.state for run in found} == {"done"}
    with acting_as(officer.pk):
        files = list(ReportFile.objects.filter(run__in=runs + late))
    assert len(files) == 20
    for file in files:
        whole(file)
