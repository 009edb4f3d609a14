"""Long work with a real worker and a real queue: progress, cancel, death, a lost queue, nothing twice."""

from __future__ import annotations

import signal
import subprocess
import sys
import time
from datetime import timedelta

import pytest

from portal.core import clock, tasks
from portal.core.beat import sweep
from portal.core.models import Run
from portal.core.scope import acting_as
from portal.core.tasks import start_run
from portal.run import stack
from tests import workers
from tests.worker.conftest import INCLUDE
from tests.workers import wait_for

pytestmark = pytest.mark.worker


@pytest.fixture
def officer(person):
    return person("officer", "MIIT")


def ask(user, task, request_id="", **params) -> Run:
    with acting_as(user.pk, request_id=request_id) as by:
        return start_run(by=by, task=task, params=params)


def look(user, run) -> Run:
    with acting_as(user.pk):
        return Run.objects.get(pk=run.pk)


def until(user, run, *states, seconds=30, why=lambda: "") -> Run:
    def there():
        found = look(user, run)
        return found if found.state in states else None

    return wait_for(there, seconds=seconds, why=lambda: f"{look(user, run).state}\n{why()}")


def made(user, run) -> int:
    """How often the work of this run was kept."""
    from portal.audit.models import Event

    with acting_as(user.pk):
        return Event.objects.filter(act="tests.made", object_id=str(run.pk)).count()


def test_a_run_is_done_with_progress_and_its_lines_carry_the_request(worker, officer):
    run = ask(officer, "tests.steps", request_id="req-4711", steps=5, seconds=0.2)
    seen = set()

    def ended():
        found = look(officer, run)
        seen.add((found.state, found.done_steps))
        return found if not found.is_open else None

    found = wait_for(ended, why=worker.words)
    assert found.state == "done"
    assert found.result == {"made": True, "attempt": 1}
    assert (found.percent, found.attempts) == (100, 1)
    assert len([step for state, step in seen if state == "running" and step]) >= 2
    lines = [line for line in worker.lines() if line.get("run") == str(run.pk)]
    assert {line["event"] for line in lines} >= {"run_began", "step_done", "run_done"}
    assert {line["request_id"] for line in lines} == {"req-4711"}


def test_the_trail_of_the_work_carries_the_request(worker, officer):
    from portal.audit.models import Event

    run = ask(officer, "tests.steps", request_id="req-4712", steps=1, seconds=0)
    until(officer, run, "done", why=worker.words)
    with acting_as(officer.pk):
        acts = Event.objects.filter(object_id=str(run.pk)).order_by("pk").values_list("act", "request_id")
        assert list(acts) == [
            ("core.start_run", "req-4712"),
            ("tests.made", "req-4712"),
            ("core.finish_run", "req-4712"),
        ]


def test_cancel_stops_between_steps_and_keeps_nothing(worker, officer):
    run = ask(officer, "tests.steps", steps=100, seconds=0.1)
    wait_for(lambda: look(officer, run).done_steps >= 2, why=worker.words)
    with acting_as(officer.pk) as by:
        tasks.cancel(by=by, run=look(officer, run))
    wait_for(lambda: [line for line in worker.lines("run_cancelled") if line["run"] == str(run.pk)], why=worker.words)
    found = look(officer, run)
    assert found.state == "cancelled"
    assert found.done_steps < 100
    assert made(officer, run) == 0


def test_a_cancelled_waiting_run_is_never_begun(worker, officer):
    busy = [ask(officer, "tests.steps", steps=10, seconds=0.1, n=n) for n in range(2)]
    waiting = ask(officer, "tests.steps", steps=1, seconds=0, n=3)
    with acting_as(officer.pk) as by:
        tasks.cancel(by=by, run=waiting)
    for run in busy:
        until(officer, run, "done", why=worker.words)
    assert look(officer, waiting).attempts == 0


def test_refusals_and_failures_are_sentences_in_the_askers_language(worker, officer):
    from django.utils import translation

    with translation.override("zh-hans"):
        run = ask(officer, "tests.refused")
    assert until(officer, run, "failed", why=worker.words).error.endswith("请重试。")
    with translation.override("en"):
        run = ask(officer, "tests.broken")
    assert "of the portal's own" in until(officer, run, "failed", why=worker.words).error
    assert [line["kind"] for line in worker.lines("run_failed") if line["run"] == str(run.pk)] == ["ZeroDivisionError"]


def test_what_fails_at_its_end_keeps_nothing(worker, officer):
    run = ask(officer, "tests.half")
    assert until(officer, run, "failed", why=worker.words).error == "Half of it failed."
    assert made(officer, run) == 0


def test_the_task_sees_only_the_askers_scope(worker, person):
    drafter = person("drafter", "ZF350200")
    person("signatory", "ZF350200")
    person("drafter", "ZF350500")
    ask(person("officer", "MIIT"), "tests.steps", steps=1, seconds=0)
    run = ask(drafter, "tests.scope")
    result = until(drafter, run, "done", why=worker.words).result
    assert result["user"] == drafter.pk
    assert (result["units"], result["nation"]) == (["350200"], False)
    assert result["memberships"] == 2
    assert result["runs"] == 1


def test_double_click_is_one_run(worker, officer):
    first = ask(officer, "tests.steps", steps=3, seconds=0.2, n="double")
    second = ask(officer, "tests.steps", steps=3, seconds=0.2, n="double")
    assert first.pk == second.pk
    until(officer, first, "done", why=worker.words)
    assert made(officer, first) == 1


def test_a_second_delivery_does_nothing(worker, officer):
    run = ask(officer, "tests.steps", steps=5, seconds=0.2, n="twice")
    for _ in range(3):
        tasks.enqueue(run)
    until(officer, run, "done", why=worker.words)
    tasks.enqueue(run)
    after = ask(officer, "tests.steps", steps=1, seconds=0, n="after")
    until(officer, after, "done", why=worker.words)
    assert made(officer, run) == 1
    assert len([line for line in worker.lines("run_began") if line["run"] == str(run.pk)]) == 1


def test_a_long_step_keeps_its_worker(worker, officer, person):
    run = ask(officer, "tests.long", seconds=5)
    wait_for(lambda: look(officer, run).state == "running", why=worker.words)
    for _ in range(5):
        time.sleep(0.8)
        sweep()
    found = until(officer, run, "done", why=worker.words)
    assert found.attempts == 1
    assert made(officer, run) == 1


def test_a_killed_worker_loses_nothing_and_doubles_nothing(committing, worker, officer, person):
    worker.stop()  # only the one that dies may take the run
    doomed = workers.Worker(committing, include=INCLUDE).start()
    try:
        run = ask(officer, "tests.steps", steps=30, seconds=0.1, n="killed")
        wait_for(lambda: look(officer, run).done_steps >= 3, why=doomed.words)
        doomed.kill()
        assert sweep() == 0, "a fresh heartbeat is believed"
        time.sleep(2.5)
        assert look(officer, run).state == "running"
        worker.start()
        assert sweep() == 1
        found = until(officer, run, "done", why=worker.words)
        assert found.attempts == 2
        assert made(officer, run) == 1
    finally:
        doomed.stop()


def test_after_three_deaths_the_run_fails_in_words(worker, officer, person):
    worker.signal(signal.SIGSTOP)  # so that it does not do the run before the run is said to have lost its workers
    with acting_as(officer.pk) as by:
        run = start_run(by=by, task="tests.steps", params={"steps": 1, "seconds": 0, "n": "three"})
        long_ago = clock.now() - timedelta(minutes=5)
        Run.objects.filter(pk=run.pk).update(state="running", attempts=3, heartbeat_at=long_ago)
    assert sweep() == 1
    worker.signal(signal.SIGCONT)
    found = until(officer, run, "failed", why=worker.words)
    assert "三次" in found.error or "three times" in found.error
    assert made(officer, run) == 0


@pytest.fixture
def alone(worker):
    """The worker of this module rests meanwhile: both take from one queue, and it would have its own settings."""
    worker.stop()
    yield
    worker.start()


@pytest.mark.usefixtures("alone")
def test_what_never_ends_fails_in_words_and_frees_its_place(committing, officer, person):
    """A body that hangs gave signs of life for ever: its run could never be done, and its place was lost."""
    with workers.running(committing, include=INCLUDE, RUN_MOST_SECONDS="3", RUN_STALE_SECONDS="1") as worker:
        run = ask(officer, "tests.long", seconds=900)
        found = until(officer, run, "failed", seconds=60, why=worker.words)
        assert "放弃" in found.error or "given up" in found.error
        wait_for(lambda: worker.lines("run_hangs"), seconds=60, why=worker.words)
        other = ask(officer, "tests.steps", steps=1, seconds=0)
        until(officer, other, "done", seconds=60, why=worker.words)


@pytest.mark.usefixtures("alone")
def test_what_hangs_and_is_cancelled_frees_its_place(committing, officer, person):
    with workers.running(committing, include=INCLUDE, RUN_STALE_SECONDS="1") as worker:
        run = ask(officer, "tests.long", seconds=900)
        until(officer, run, "running", why=worker.words)
        with acting_as(officer.pk) as by:
            assert tasks.cancel(by=by, run=look(officer, run)).state == "cancelled"
        wait_for(lambda: worker.lines("run_hangs"), seconds=60, why=worker.words)
        assert look(officer, run).state == "cancelled"


def test_a_worker_that_stood_still_cannot_end_what_another_took_up(committing, worker, officer, person):
    worker.stop()
    frozen = workers.Worker(committing, include=INCLUDE).start()
    try:
        run = ask(officer, "tests.steps", steps=12, seconds=0.25, n="frozen")
        wait_for(lambda: look(officer, run).done_steps >= 2, why=frozen.words)
        frozen.signal(signal.SIGSTOP)
        time.sleep(2.5)
        worker.start()

        def taken_up():
            sweep()
            return look(officer, run).attempts == 2

        wait_for(taken_up, why=worker.words, every=0.5)
        frozen.signal(signal.SIGCONT)
        found = until(officer, run, "done", why=worker.words)
        assert found.result["attempt"] == 2
        assert made(officer, run) == 1
        wait_for(lambda: frozen.lines("run_cancelled") + frozen.lines("run_failed"), why=frozen.words)
    finally:
        frozen.stop()


ASK_WITHOUT_QUEUE = """
import sys, time, django
django.setup()
from portal.core.scope import acting_as
from portal.core.tasks import start_run
from portal.run import stack
began = time.monotonic()
with acting_as(int(sys.argv[1])) as by:
    run = start_run(by=by, task="tests.steps", params={"steps": 1, "seconds": 0, "n": "no queue"})
print(run.pk, time.monotonic() - began)
"""


def test_a_lost_queue_delays_the_work_and_not_the_asker(committing, worker, officer, person):
    """The act succeeds at once; the run waits in the database until the queue is back and beat sweeps."""
    environment = worker.environment | {"BROKER_URL": "redis://127.0.0.1:9/0", "LOG_FORMAT": "json"}
    asked = subprocess.run(
        [sys.executable, "-c", ASK_WITHOUT_QUEUE, str(officer.pk)],
        env=environment, cwd=stack.ROOT, capture_output=True, text=True, check=True, timeout=60,
    )  # fmt: skip
    pk, took = asked.stdout.split()[-2:]
    assert float(took) < 3
    assert "run_not_enqueued" in asked.stderr
    with acting_as(officer.pk):
        run = Run.objects.get(pk=pk)
    assert run.state == "queued"
    time.sleep(2.2)
    assert sweep() >= 1
    until(officer, run, "done", why=worker.words)
    assert made(officer, run) == 1


def test_the_run_of_a_deactivated_asker_ends_in_words(worker, person):
    gone = person("officer", "MOF", 7)
    run = ask(gone, "tests.steps", steps=40, seconds=0.1)
    wait_for(lambda: look(gone, run).done_steps >= 2, why=worker.words)
    gone.is_active = False
    gone.save(using="owner")
    wait_for(lambda: [line for line in worker.lines("run_cancelled") if line["run"] == str(run.pk)], why=worker.words)
    time.sleep(2.5)
    sweep()
    gone.is_active = True
    gone.save(using="owner")
    found = look(gone, run)
    assert found.state == "cancelled"
    assert found.error
    assert made(gone, run) == 0
