"""Beat's own scheduler: nothing is left out because the queue was down, and a clock that goes back stops nothing.

A second beat that was started by mistake is said in the log: what beat asks for is safe to do twice, but is work twice.

Celery notes a call as made before it hands it over, so a call of the night that meets a lost queue would wait for the
next night; and it waits until the clock is again where it was at the last call, be that an hour or years.
"""

from __future__ import annotations

import dbm
from datetime import datetime, timedelta
from typing import Any, Final
from uuid import uuid4

import structlog
from celery.beat import PersistentScheduler, ScheduleEntry, SchedulingError

from portal.core import signs

log = structlog.get_logger(__name__)
# Seconds after which what the queue did not take is handed over again.
AGAIN: Final = 10.0
# A last call further ahead than this is one of a clock that went back since.
AHEAD: Final = timedelta(seconds=5)
MINUTE: Final = timedelta(minutes=1)
_NOT_KEPT: Final[tuple[type[Exception], ...]] = (OSError, *dbm.error)


class Scheduler(PersistentScheduler):
    """Celery's, which keeps its schedule in a file; see above for what differs."""

    _refused = False
    _ticked: datetime | None = None
    _warned: datetime | None = None

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        self._me = uuid4().hex
        super().__init__(*args, **kwargs)

    def tick(self, *args: Any, **kwargs: Any) -> float:
        """One step; gives the seconds to wait for the next one."""
        self._look_for_another(is_first=self._ticked is None)
        self._mend_times()
        self._refused = False
        wait: float = super().tick(*args, **kwargs)
        signs.give(signs.BEAT)
        if self._refused:
            self._heap = None  # times are worked out anew from the last calls
            return AGAIN
        return wait

    def apply_entry(self, entry: ScheduleEntry, producer: Any = None) -> None:
        """Hand one call over; what the queue does not take stays due."""
        try:
            self.apply_async(entry, producer=producer, advance=False)
        except SchedulingError as error:
            self.schedule[entry.name] = entry  # as it was before the call
            self._refused = True
            log.warning("call_not_enqueued", call=entry.name, reason=type(error.__context__ or error).__name__)

    def sync(self) -> None:
        """Keep the schedule in its file; on a full disk it is kept in memory alone until there is room."""
        try:
            super().sync()
        except _NOT_KEPT as error:
            log.warning("schedule_not_kept", reason=type(error).__name__)

    def _look_for_another(self, *, is_first: bool) -> None:
        """Say once a minute that a second beat is at work: all is asked for twice. What ticked before this one began
        is the one before it.
        """
        if not signs.another_beat(self._me) or is_first:
            return
        now = self.app.now()
        if self._warned is None or abs(now - self._warned) >= MINUTE:
            self._warned = now
            log.warning("another_beat")

    def _mend_times(self) -> None:
        """After the clock went back: no call was made later than now."""
        entries = list(self.schedule.values())
        if not entries:
            return
        now = entries[0].default_now()
        back = self._ticked is not None and now < self._ticked - AHEAD
        late = [entry for entry in entries if entry.last_run_at > now + AHEAD]
        for entry in late:
            entry.last_run_at = now
        if back or late:
            self._heap = None
            log.warning("clock_went_back", calls=len(late))
        self._ticked = now
