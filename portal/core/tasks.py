"""Long work in the worker: claimed by a row lock, in the asker's scope, with progress, cancel and recovery.

    @run_task("reports.build")
    def build(run: Run, progress: Progress) -> dict: ...      # returns the run's result

`start_run` stores the run and enqueues its id once the transaction is kept. A run that is done, cancelled or held by
a living worker is left alone; one whose worker was killed is taken up again when its heartbeat is old, three times at
most. When the queue is down, the run waits in the database and beat enqueues it again.
"""

from __future__ import annotations

import functools
from collections.abc import Callable
from datetime import timedelta
from typing import Any, Final

import structlog
from celery import shared_task
from django.conf import settings
from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _
from kombu.exceptions import OperationalError

from portal.core import clock
from portal.core.commands import event_writer
from portal.core.errors import DomainError
from portal.core.models import RUN, Run, RunState
from portal.core.scope import Actor, acting_as, enter

log = structlog.get_logger(__name__)
MAX_ATTEMPTS: Final = 3


class Cancelled(Exception):
    """The asker cancelled the run; what it began is thrown away."""


class Progress:
    """Tell how far the work is; raises Cancelled when the asker does not want it any more."""

    def __init__(self, run: Run, by: Actor) -> None:
        self.run, self.by = run, by

    def __call__(self, done: int, *, of: int) -> None:
        """Steps done and in all; its own short transaction, and the heartbeat."""
        with acting_as(self.by.id):
            rows = Run.objects.filter(pk=self.run.pk, state=RunState.RUNNING)
            if not rows.update(done_steps=min(done, of), all_steps=of, heartbeat_at=clock.now()):
                raise Cancelled


Body = Callable[[Run, Progress], dict[str, Any]]
BODIES: Final[dict[str, Body]] = {}


def run_task(name: str) -> Callable[[Body], Body]:
    """Declare the body of a kind of run. It returns the result; it opens its own transactions by `acting_as`."""

    def keep(body: Body) -> Body:
        if name in BODIES:
            raise ValueError(f"Two tasks are named {name}.")
        BODIES[name] = body
        return body

    return keep


def start_run(*, by: Actor, task: str, params: dict[str, Any] | None = None, key: str = "") -> Run:
    """Store a run and enqueue it on commit; the open run of the same key is given back instead of a second one."""
    key = key or f"{task}:{by.id}:{sorted((params or {}).items())}"[:120]
    run = Run(
        task=task, key=key, asker=by.id, params=params or {}, queued_at=clock.now(), request_id=by.request_id[:40]
    )
    try:
        with transaction.atomic():
            run.save(force_insert=True)
    except IntegrityError:
        return Run.objects.get(key=key, state__in=[RunState.QUEUED, RunState.RUNNING])
    event_writer()(by=by, act="core.start_run", obj=run, before={}, after={"task": task}, why="", outcome="done")
    transaction.on_commit(functools.partial(enqueue, run), robust=True)
    return run


def enqueue(run: Run) -> None:
    """Hand the run's id to the queue. When the queue is down, beat does it later (`sweep`)."""
    try:
        execute.apply_async([str(run.pk), run.asker], retry=False)
    except (OperationalError, OSError) as error:
        log.warning("run_not_enqueued", run=str(run.pk), reason=type(error).__name__)


def cancel(*, by: Actor, run: Run) -> Run:
    """Stop a run of one's own; the worker notices at its next step. A run that ended stays as it is."""
    if Run.objects.filter(pk=run.pk, asker=by.id, state__in=[RunState.QUEUED, RunState.RUNNING]).update(
        state=RunState.CANCELLED, ended_at=clock.now()
    ):
        event_writer()(by=by, act="core.cancel_run", obj=run, before={}, after={}, why="", outcome="done")
    run.refresh_from_db()
    return run


def _claim(run_id: str, asker: int) -> tuple[Run, Actor] | None:
    with transaction.atomic():
        actor = enter(asker)
        run = Run.objects.select_for_update(skip_locked=True).filter(pk=run_id).first()
        if run is None or not run.is_open:
            return None
        stale = clock.now() - timedelta(seconds=settings.RUN_STALE_SECONDS)
        if run.state == RunState.RUNNING and run.heartbeat_at and run.heartbeat_at > stale:
            return None
        if run.attempts >= MAX_ATTEMPTS:
            _end(run, "fail", error=_("The work was interrupted three times. Please start it again or tell support."))
            return None
        run.state = RUN.target(run.state, "claim")
        run.attempts += 1
        run.heartbeat_at = clock.now()
        run.save()
        return run, actor


def _end(run: Run, act: str, *, result: dict[str, Any] | None = None, error: str = "") -> None:
    run.state = RUN.target(run.state, act)
    run.result, run.error, run.ended_at = result or {}, error, clock.now()
    if act == "finish":
        run.all_steps = run.done_steps = max(run.all_steps, 1)
    run.save()


def _finish(run: Run, actor: Actor, act: str, **how: Any) -> None:
    with acting_as(actor.id):
        held = Run.objects.select_for_update().filter(pk=run.pk, state=RunState.RUNNING).first()
        if held is not None:
            _end(held, act, **how)
            event_writer()(
                by=actor, act=f"core.{act}_run", obj=held, before={}, after={}, why=held.error, outcome="done"
            )


@shared_task(name="portal.execute")
def execute(run_id: str, asker: int) -> None:
    """Do one run. Safe to repeat: a second delivery of the same message finds it claimed or ended."""
    claimed = _claim(run_id, asker)
    if claimed is None:
        return
    run, actor = claimed
    structlog.contextvars.bind_contextvars(run=run_id, request_id=run.request_id)
    try:
        result = BODIES[run.task](run, Progress(run, actor))
    except Cancelled:
        log.info("run_cancelled")
    except DomainError as error:
        _finish(run, actor, "fail", error=str(error))
    except Exception as error:  # a worker must not die of one run; the run says that it failed
        log.exception("run_failed", kind=type(error).__name__)
        _finish(run, actor, "fail", error=_("The work failed for a reason of the portal's own; support was told."))
    else:
        _finish(run, actor, "finish", result=result)


def sweep(*, clockwork: int) -> int:
    """Enqueue again what waits too long or lost its worker; gives how many. For beat, as the clockwork person."""
    stale = clock.now() - timedelta(seconds=settings.RUN_STALE_SECONDS)
    with acting_as(clockwork):
        lost = list(Run.objects.filter(state=RunState.RUNNING, heartbeat_at__lt=stale))
        waiting = list(Run.objects.filter(state=RunState.QUEUED, queued_at__lt=stale))
    for run in lost + waiting:
        enqueue(run)
    return len(lost) + len(waiting)
