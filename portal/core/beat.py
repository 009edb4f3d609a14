"""What beat does with runs, sessions and stored files."""

from __future__ import annotations

import structlog
from celery import shared_task
from django.conf import settings
from django.contrib.auth import get_user_model
from django.core.management import call_command
from django.db.models import Q
from django.utils.translation import gettext as _

from portal.core import clock, scanning, signs, sweeping, tasks, turns
from portal.core.again import AGAIN
from portal.core.clockwork import as_clockwork
from portal.core.models import Run, RunState

log = structlog.get_logger(__name__)


def sweep() -> int:
    """Enqueue again what waits too long or lost its worker, as the clockwork; gives how many.

    A run whose asker was deactivated meanwhile is cancelled: nobody's scope would fit it.
    """
    now = clock.now()
    with as_clockwork():
        lost = Q(state=RunState.RUNNING) & turns.long_ago("heartbeat_at")
        waits = Q(state=RunState.QUEUED) & turns.long_ago("queued_at")
        waits &= Q(heartbeat_at=None) | turns.long_ago("heartbeat_at")
        found = list(Run.objects.filter(lost | waits))
        active = set(get_user_model().objects.filter(is_active=True).values_list("pk", flat=True)) if found else set()
        orphans = [run.pk for run in found if run.asker not in active]
        Run.objects.filter(pk__in=orphans).update(
            state=RunState.CANCELLED, ended_at=now, error=_("The account that asked for this was deactivated.")
        )
        # So that a long queue is not filled again each minute.
        waiting = [run.pk for run in found if run.state == RunState.QUEUED]
        Run.objects.filter(pk__in=waiting, state=RunState.QUEUED).update(heartbeat_at=now)
    again = [run for run in found if run.asker in active]
    for run in again:
        tasks.enqueue(run)
    return len(again)


@shared_task(name="portal.sweep_runs")
def sweep_runs() -> None:
    """Each minute: runs that were lost or never enqueued go on."""
    signs.give(signs.WORKER)
    if count := sweep():
        log.info("runs_enqueued_again", count=count)


@shared_task(name="portal.clear_sessions", **AGAIN)
def clear_sessions() -> None:
    """Each night: sessions that ended are removed."""
    call_command("clearsessions")


@shared_task(name="portal.sweep_files", **AGAIN)
def sweep_files() -> None:
    """Each night: stored content no row names is removed once its grace time is over."""
    with as_clockwork() as by:
        count = sweeping.sweep(by=by)
    log.info("files_swept", count=count)


@shared_task(name="portal.examine_files")
def examine_files() -> None:
    """Each minute: what waits for the scanner, or was kept before there was one, is examined."""
    if not settings.SCANNER_URL:
        return
    found = scanning.examine_waiting()
    if found:
        log.info("files_examined", **found)
