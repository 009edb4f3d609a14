"""Long work in the worker: claimed by a row lock, in the asker's scope, with progress, cancel and recovery.

    @run_task("reports.build", label=_("Build a report"))
    def build(run: Run, progress: Progress) -> Outcome: ...

`start_run` stores the run and enqueues its id once the transaction is kept. A run that is done, cancelled or held by
a living worker is left alone; one whose worker was killed is taken up again when its heartbeat is old, three times at
most. Its number of attempts is the token of who holds it: a worker that lost it (it stood still too long) can neither
report progress nor finish. When the queue is down, the run waits in the database and beat enqueues it again.

A body works in steps, each in a transaction of its own (`with progress.acting() as by`), each safe to repeat. It
returns the result, or a function that writes what it made and returns the result: that one is called in the same
transaction that ends the run, so that nothing is kept twice, whatever happens. Of a result the page reads `url` and
`label` (a link to what was made) and `redirect` (where to go at once).

A message in the queue says that there is work, not which: a worker takes the run whose asker had least of it lately
(`portal.core.turns`), so that the hundred runs of one person do not stand before the one of another.
"""

from __future__ import annotations

import functools
import hashlib
import json
import os
import threading
import time
from dataclasses import replace
from types import TracebackType
from typing import Any, Final

import structlog
from celery import shared_task
from django.conf import settings
from django.db import IntegrityError, connection, transaction
from django.utils import translation
from django.utils.translation import gettext as _
from kombu.exceptions import OperationalError

from portal.core import clock, turns
from portal.core.commands import event_writer
from portal.core.errors import DomainError, database_refusals
from portal.core.models import RUN, Run, RunState
from portal.core.roomy import roomy
from portal.core.scope import Actor, acting_as, enter
from portal.core.task_kinds import (
    HEAVY,
    KINDS,
    LIGHT,
    Body,
    Cancelled,
    Kind,
    Outcome,
    Progress,
    kind_of,
    run_task,
    sign_of_life,
    words,
)

__all__ = [
    "HEAVY",
    "KINDS",
    "LIGHT",
    "Cancelled",
    "Kind",
    "Outcome",
    "Progress",
    "cancel",
    "enqueue",
    "execute",
    "kind_of",
    "lane_of",
    "run_task",
    "start_run",
    "take",
    "words",
]

log = structlog.get_logger(__name__)
MAX_ATTEMPTS: Final = 3
# Code with which a process ends whose work hangs.
HUNG: Final = 70
OPEN: Final = (RunState.QUEUED, RunState.RUNNING)


class _Pulse:
    """Gives a sign of life also while one step takes long (a solver, a large file), from a thread of its own.

    A step that hangs would live for ever: after RUN_MOST_SECONDS the run fails in words; what was cancelled or lost has
    five times RUN_STALE_SECONDS to notice. Then the process is ended, and the worker puts another in its place.
    """

    def __init__(self, progress: Progress) -> None:
        self.progress, self.ended = progress, threading.Event()
        self.thread = threading.Thread(target=self._beat, daemon=True)

    def __enter__(self) -> None:
        # Inside a wider transaction (a test's) no other connection sees the run, so there is nothing to renew.
        if not connection.in_atomic_block:
            self.thread.start()

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self.ended.set()
        if self.thread.is_alive():
            self.thread.join()

    def _beat(self) -> None:
        last = time.monotonic() + settings.RUN_MOST_SECONDS
        try:
            while not self.ended.wait(max(0.5, settings.RUN_STALE_SECONDS / 4)):
                try:
                    if time.monotonic() > last:
                        self._fail()
                    if not sign_of_life(self.progress.run):
                        self.progress.lost.set()
                        if not self.ended.wait(5 * settings.RUN_STALE_SECONDS):
                            log.error("run_hangs")
                            os._exit(HUNG)
                        return
                except Exception as error:  # a missed beat must not be the last one
                    log.warning("run_pulse_missed", kind=type(error).__name__)
                    connection.close()
        finally:
            connection.close()

    def _fail(self) -> None:
        hours = max(1, settings.RUN_MOST_SECONDS // 3600)
        with translation.override(self.progress.run.language):
            error = _("The work did not end within %(hours)s hours and was given up. Start it again, or ask for less.")
            _finish(self.progress.run, "fail", error=error % {"hours": hours})


def start_run(*, by: Actor, task: str, params: dict[str, Any] | None = None, key: str = "", back: str = "") -> Run:
    """Store a run and enqueue it on commit; the open run of the same key is given back instead of a second one.

    key: what must not run twice at once, by default this person's task with these parameters. back: the page that
    asked, for the way back. Raises DomainError `run_under_way` when another person's run holds the key.
    """
    params = params or {}
    digest = hashlib.sha256(json.dumps(params, sort_keys=True, default=str).encode()).hexdigest()
    key = key or f"{task}:{by.id}:{digest[:32]}"
    for _attempt in range(3):
        run = Run(
            task=task,
            key=key,
            asker=by.id,
            params=params,
            back=back,
            queued_at=clock.now(),
            request_id=by.request_id[:40],
            language=translation.get_language() or settings.LANGUAGE_CODE,
        )
        try:
            with transaction.atomic():
                run.save(force_insert=True)
        except IntegrityError as error:
            if getattr(getattr(error.__cause__, "diag", None), "constraint_name", "") != "run_once_while_open":
                raise
            open_run = Run.objects.filter(key=key, asker=by.id, state__in=OPEN).first()
            if open_run is not None:
                return open_run
            continue  # it ended this moment, or it is another person's
        event_writer()(by=by, act="core.start_run", obj=run, before={}, after={"task": task}, why="", outcome="done")
        transaction.on_commit(functools.partial(enqueue, run), robust=True)
        return run
    raise DomainError(
        "run_under_way", _("Someone else has started this work already. Wait until it has ended, then look again.")
    )


def lane_of(run: Run) -> str:
    """The queue a run goes into."""
    kind = kind_of(run)
    return kind.lane(run) if kind else LIGHT


def enqueue(run: Run) -> None:
    """Hand the run's id to its queue. When the queue is down, beat does it later (`portal.core.beat`)."""
    lane = lane_of(run)
    try:
        take.apply_async([str(run.pk), run.asker, lane], retry=False, queue=lane)
    except (OperationalError, OSError) as error:
        log.warning("run_not_enqueued", run=str(run.pk), reason=type(error).__name__)


def cancel(*, by: Actor, run: Run) -> Run:
    """Stop a run of one's own; the worker notices at its next step. A run that ended stays as it is."""
    if Run.objects.filter(pk=run.pk, asker=by.id, state__in=OPEN).update(
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
        if turns.works(run):
            return None
        if run.attempts >= MAX_ATTEMPTS:
            with translation.override(run.language):
                _end(run, actor, "fail", error=_("The work was interrupted three times. Start it again later."))
            log.error("run_given_up", run=run_id, task=run.task)
            return None
        run.state = RUN.target(run.state, "claim")
        run.attempts += 1
        run.heartbeat_at = clock.now()
        run.save()
        return run, replace(actor, request_id=run.request_id)


def _end(run: Run, actor: Actor, act: str, *, result: dict[str, Any] | None = None, error: str = "") -> None:
    run.state = RUN.target(run.state, act)
    run.result, run.error, run.ended_at = result or {}, error, clock.now()
    if act == "finish":
        run.all_steps = run.done_steps = max(run.all_steps, 1)
    run.save()
    event_writer()(by=actor, act=f"core.{act}_run", obj=run, before={}, after={}, why=error, outcome="done")
    kind = kind_of(run)
    if kind is not None and kind.ended is not None:
        with translation.override(run.language):
            kind.ended(actor, run)


def _finish(run: Run, act: str, *, outcome: Outcome | None = None, error: str = "") -> bool:
    """End the run and write what its body made, in one transaction; no when this attempt lost the run."""
    with acting_as(run.asker, request_id=run.request_id) as by, database_refusals():
        mine = Run.objects.select_for_update().filter(pk=run.pk, state=RunState.RUNNING, attempts=run.attempts)
        held = mine.first()
        if held is None:
            return False
        result = outcome(by) if callable(outcome) else outcome
        _end(held, by, act, result=result, error=error)
    return True


@shared_task(name="portal.take")
def take(run_id: str, asker: int, lane: str) -> None:
    """Do the run of this lane whose turn it is; the one that is named when nothing else waits."""
    for _attempt in range(5):
        found = turns.whose(lane, lane_of)
        if found is None:
            break
        if execute(*found):
            return
    execute(run_id, asker)


@shared_task(name="portal.execute")
def execute(run_id: str, asker: int) -> bool:
    """Do one run; no when it is claimed or ended. So a second delivery of the same message does nothing."""
    claimed = _claim(run_id, asker)
    if claimed is None:
        return False
    run, actor = claimed
    known = {"run": run_id, "task": run.task, "attempt": run.attempts, "request_id": run.request_id}
    with structlog.contextvars.bound_contextvars(**known), translation.override(run.language):
        log.info("run_began")
        _perform(run, actor)
    return True


def _body(run: Run) -> Body:
    kind = kind_of(run)
    if kind is None:
        raise LookupError(run.task)
    return kind.body


@roomy
def _perform(run: Run, actor: Actor) -> None:
    progress = Progress(run, actor)
    try:
        with _Pulse(progress):
            outcome = _body(run)(run, progress)
        ended = _finish(run, "finish", outcome=outcome)
        log.info("run_done" if ended else "run_lost")
    except Cancelled:
        log.info("run_cancelled")
    except DomainError as error:
        log.info("run_refused", code=error.code)
        _finish(run, "fail", error=str(error))
    except Exception as error:  # a worker must not die of one run; the run says that it failed
        log.exception("run_failed", kind=type(error).__name__)
        if not connection.in_atomic_block:
            connection.close_if_unusable_or_obsolete()
        _finish(run, "fail", error=_("The work failed for a reason of the portal's own; support was told."))
