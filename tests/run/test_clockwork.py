"""What beat starts: declared, thin, repeatable; and runs that survive their worker, with a real worker and queue."""

from __future__ import annotations

import os
import signal
from datetime import timedelta

import psycopg
import pytest
from django.core.management import call_command

from portal.accounts.cast import ensure_user
from portal.accounts.models import Membership, User
from portal.audit import seals
from portal.audit.beat import seal_audit
from portal.audit.models import Event
from portal.celery import app
from portal.core import beat, clock, tasks
from portal.core.clockwork import ADDRESS, NoClockwork, as_clockwork, clockwork
from portal.core.models import Run, RunState
from portal.core.scope import acting_as
from portal.programme.beat import close_batches
from portal.programme.domain import batch as domain
from portal.programme.models import Batch, RuleSet
from tests import databases
from tests.run.worker import until, worker


def _open_batch(miit, mof, deadline):
    what = domain.BatchInput(number=9, year=2026, title_zh="第九批", title_en="Batch 9", call_zh="", call_en="",
        rule_set=RuleSet.objects.get(version="2026.1"), opens_at=clock.now() - timedelta(hours=1), deadline=deadline)  # fmt: skip
    with acting_as(miit.pk) as by:
        row = domain.draft(by=by, what=what)
        domain.open_batch(by=by, batch=row)
    with acting_as(mof.pk) as by:
        return domain.countersign(by=by, batch=row)


def test_every_line_of_the_schedule_is_a_task_and_expires(db):
    app.loader.import_default_modules()
    for line in app.conf.beat_schedule.values():
        assert line["task"] in app.tasks
        assert line["options"]["expires"] > 0
    assert str(app.conf.timezone) == "Asia/Shanghai"


def test_the_reference_data_bring_the_clockwork(db):
    me = User.objects.get(email=ADDRESS)
    assert clockwork() == me.pk
    assert not me.has_usable_password()
    assert not me.is_demonstration
    with as_clockwork() as by:
        assert by.roles == {"clockwork"}
        assert by.scope.nation
    databases.committed(lambda: call_command("load_reference", verbosity=0))
    with as_clockwork():
        assert Membership.objects.filter(user=me).count() == 1


def test_a_missing_clockwork_is_said_in_words(db, monkeypatch):
    monkeypatch.setattr("portal.core.clockwork.ADDRESS", "nobody@portal.invalid")
    with pytest.raises(NoClockwork, match="load_reference"):
        clockwork()


def test_the_clockwork_cannot_sign_in(client_as):
    for password in ("", "!", "clockwork"):
        client = client_as()
        answer = client.post("/account/login/", {"login": ADDRESS, "password": password})
        assert answer.status_code == 200
        assert "_auth_user_id" not in client.session


@pytest.mark.guard
@pytest.mark.parametrize(
    "statement",
    [
        "insert into accounts_membership (user_id, organisation_id, role, granted_by_id, granted_at) select {person}, id, 'clockwork', {admin}, now() from accounts_organisation where code = 'YW'",
        "insert into accounts_invitation (email, name, organisation_id, role, token_sha256, invited_by_id, invited_at, expires_at) select 'x@y.z', 'x', id, 'clockwork', 't', {admin}, now(), now() from accounts_organisation where code = 'YW'",
    ],
    ids=["membership", "invitation"],
)
def test_nobody_is_made_a_clockwork(raw_web, cast, statement):
    admin, person = cast("security_admin", "YW"), cast("drafter", "ZF350200", 7)
    raw_web.execute("select enter_scope(%s)", [admin.pk])
    with pytest.raises(psycopg.errors.InsufficientPrivilege):
        raw_web.execute(statement.format(admin=admin.pk, person=person.pk))


def test_batches_close_by_themselves_after_the_last_second(cast):
    deadline = clock.end_of_day(clock.today())
    row = _open_batch(cast("officer", "MIIT"), cast("officer", "MOF"), deadline)
    for moment, state in [
        (deadline, "open"),
        (deadline + timedelta(seconds=1), "closed"),
        (deadline + timedelta(minutes=1), "closed"),
    ]:
        with clock.at(moment):
            close_batches()
        row.refresh_from_db()
        assert row.state == state
    with as_clockwork() as by:
        event = Event.objects.get(actor=by.id, act="programme.close")
    assert (event.outcome, event.object_id, event.after) == ("done", str(row.pk), {"state": "closed"})


def test_the_seal_names_the_end_of_the_chain(fresh_db, settings, tmp_path):
    settings.VAR_DIR = tmp_path
    miit = ensure_user("a@b.test", "A", "MIIT", "officer")
    with acting_as(miit.pk) as by:
        tasks.event_writer()(by=by, act="test.act", obj=None, before={}, after={}, why="", outcome="done")
    seal_audit()
    end = seals.kept()[-1]
    assert end.seq > 0
    call_command("verify_audit")


@pytest.fixture
def stale_run(cast, settings):
    """A run of an officer that waits too long."""
    settings.RUN_STALE_SECONDS = 60
    officer = cast("officer", "MIIT")
    with acting_as(officer.pk) as by, clock.at(clock.now() - timedelta(seconds=90)):
        return officer, tasks.start_run(by=by, task="tests.count")


@pytest.fixture
def queue(monkeypatch):
    """What is handed to the queue, instead of the queue: these tests ask what `sweep` chooses."""
    sent = []
    monkeypatch.setattr(tasks, "enqueue", lambda run: sent.append(run.pk))
    return sent


def test_sweep_hands_a_waiting_run_to_the_queue_again_but_not_each_minute(stale_run, queue):
    assert beat.sweep() == 1
    assert beat.sweep() == 0
    with clock.at(clock.now() + timedelta(seconds=61)):
        assert beat.sweep() == 1
    assert queue == [stale_run[1].pk] * 2


def test_a_run_whose_heartbeat_is_ahead_of_the_clock_is_taken_up(stale_run, queue, actor):
    """Its worker was lost while the clock was a year ahead: it had waited until the year was over."""
    officer, run = stale_run
    with actor(officer):
        Run.objects.filter(pk=run.pk).update(
            state="running", attempts=1, heartbeat_at=clock.now() + timedelta(days=365)
        )
    assert beat.sweep() == 1
    with clock.at(clock.now() + timedelta(days=365)):
        assert beat.sweep() == 0, "then it is at work"
    assert tasks._claim(str(run.pk), officer.pk) is not None


def test_sweep_leaves_young_and_ended_runs(stale_run, queue, actor):
    officer, run = stale_run
    with actor(officer) as by:
        tasks.cancel(by=by, run=run)
        tasks.start_run(by=by, task="tests.count", key="young")
    assert beat.sweep() == 0
    assert queue == []


def test_sweep_cancels_what_a_deactivated_person_asked_for(stale_run, queue):
    officer, run = stale_run
    User.objects.filter(pk=officer.pk).update(is_active=False)
    assert beat.sweep() == 0
    with as_clockwork():
        run.refresh_from_db()
    assert run.state == RunState.CANCELLED
    assert run.error


@pytest.mark.worker
def test_a_real_worker_does_what_beat_asks_and_takes_up_a_lost_run(fresh_db, tmp_path, settings):
    """One worker: closes a batch; counts in the asker's name; is killed; the next one takes its run up again."""
    settings.RUN_STALE_SECONDS = 2
    miit, mof = (ensure_user(f"{code}@b.test", code, code, "officer") for code in ("MIIT", "MOF"))
    row = _open_batch(miit, mof, clock.now() + timedelta(seconds=2))
    params = {"to": 3, "pause": 0, "pids": str(tmp_path / "pids")}

    def state(run):
        with acting_as(miit.pk):
            return Run.objects.get(pk=run.pk)

    with worker(stale=2, log=tmp_path / "log") as first:
        with acting_as(miit.pk) as by:
            short = tasks.start_run(by=by, task="tests.count", params=params)
        until(lambda: state(short).state == RunState.DONE)
        assert state(short).result == {"counted": 3, "name": "MIIT"}
        app.send_task("portal.close_batches")
        until(lambda: clock.now() > row.deadline)
        app.send_task("portal.close_batches")
        until(lambda: Batch.objects.get(pk=row.pk).state == "closed")
        with acting_as(miit.pk) as by:
            long = tasks.start_run(by=by, task="tests.count", params=params | {"to": 40, "pause": 0.2})
        until(lambda: state(long).done_steps > 2)
        pool = int((tmp_path / "pids").read_text().split()[-1])
        first.kill()
        os.kill(pool, signal.SIGKILL)
    reached = state(long)
    assert reached.state == RunState.RUNNING
    with acting_as(miit.pk):
        Run.objects.filter(pk=long.pk).update(params=params)
    with worker(stale=2, log=tmp_path / "log"):
        until(lambda: clock.now() > reached.heartbeat_at + timedelta(seconds=2.5))
        app.send_task("portal.sweep_runs")
        until(lambda: state(long).state == RunState.DONE)
    assert state(long).attempts == 2
