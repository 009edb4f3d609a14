"""The part of a worker that listens to the queue: it outlives a queue that goes away at any moment."""

from __future__ import annotations

from typing import Any

import structlog
from celery.worker.consumer import Consumer as Listening

log = structlog.get_logger(__name__)


class Consumer(Listening):
    """Celery's own, which since 5.7 may end the worker while it puts a lost connection away.

    With one task at work and another process waiting for the next, kombu's first close stops half way; the second one
    asks the half-closed channel where the queue was, and ends in an AttributeError that nobody catches. By then the
    connection is given up as it should be, and what was not acknowledged is found by the sweep of runs.
    """

    def on_connection_error_after_connected(self, exc: Exception) -> Any:
        """Put the lost connection away; what goes wrong with that is a line in the log. exc: why it was lost."""
        try:
            return super().on_connection_error_after_connected(exc)
        except AttributeError as error:
            log.warning("lost_connection_half_closed", reason=str(error))
            self.connection = None
            return None
