"""Tasks that are asked for once a day, or once: a database that cannot be reached just then delays them only."""

from __future__ import annotations

from typing import Any, Final

from django.db import InterfaceError, InternalError, OperationalError

# After one minute, two, four, … at most half an hour each: about four hours in all, then the next night does it.
AGAIN: Final[dict[str, Any]] = {
    # InternalError: the database ended a session that stood still in its transaction, for a storage that was slow.
    "autoretry_for": (OperationalError, InterfaceError, InternalError),
    "retry_backoff": 60,
    "retry_backoff_max": 1800,
    "retry_jitter": False,
    "max_retries": 12,
}
