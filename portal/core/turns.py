"""Whose turn it is: among the runs that wait in a lane, that of the person who had least of the workers lately.

Counted are the runs of a person that work now, then those that were taken up within the last minutes; among equals
the run that waits longest. With one waiting run for each person that is the order of asking.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from datetime import timedelta
from typing import Final

from django.conf import settings
from django.db.models import Q

from portal.core import clock
from portal.core.clockwork import NoClockwork, as_clockwork
from portal.core.models import Run, RunState

LATELY: Final = timedelta(minutes=10)
MOST: Final = 5_000
_READ: Final = ("pk", "asker", "task", "state", "attempts", "queued_at", "heartbeat_at", "params__report")


def works(run: Run) -> bool:
    """Whether a living worker does this run. A heartbeat far ahead is one of before the clock went back."""
    if run.state != RunState.RUNNING or run.heartbeat_at is None:
        return False
    return abs(clock.now() - run.heartbeat_at) < timedelta(seconds=settings.RUN_STALE_SECONDS)


def long_ago(column: str) -> Q:
    """Rows whose moment in this column is as long ago as a worker may be silent, or as far ahead."""
    now, silent = clock.now(), timedelta(seconds=settings.RUN_STALE_SECONDS)
    return Q(**{f"{column}__lt": now - silent}) | Q(**{f"{column}__gt": now + silent})


def whose(lane: str, lane_of: Callable[[Run], str]) -> tuple[str, int] | None:
    """Number and asker of the run to take up now; None when none waits in this lane."""
    try:
        runs = [run for run in _read() if lane_of(run) == lane]
    except NoClockwork:
        return None
    working = Counter(run.asker for run in runs if works(run))
    lately = Counter(run.asker for run in runs if run.attempts)
    waiting = [run for run in runs if run.is_open and not works(run)]
    if not waiting:
        return None
    first = min(waiting, key=lambda run: (working[run.asker], lately[run.asker], run.queued_at, str(run.pk)))
    return str(first.pk), first.asker


def _read() -> list[Run]:
    """Runs that are open or were taken up lately, the longest wait first, with no more than a lane is told by."""
    lately = Q(heartbeat_at__gte=clock.now() - LATELY, attempts__gt=0)
    open_ones = Q(state__in=[RunState.QUEUED, RunState.RUNNING])
    with as_clockwork():
        rows = list(Run.objects.filter(open_ones | lately).order_by("queued_at").values(*_READ)[:MOST])
    return [Run(**{name: row[name] for name in _READ[:-1]}, params={"report": row["params__report"]}) for row in rows]
