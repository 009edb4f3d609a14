"""Whether a failure is only that a server the portal stands on is out of reach: database, queue or cache.

It passes by itself as a rule, so whoever asked is told to try again and not that the portal is broken.
"""

from __future__ import annotations

from typing import Final

from django.db import InterfaceError, OperationalError
from redis.exceptions import ConnectionError as NoConnection
from redis.exceptions import TimeoutError as NoAnswer

# Seconds after which to try again: a server that ended is started again in less.
RETRY_AFTER: Final = "30"
# Classes of SQLSTATE: connection lost, resources used up, ended by an operator or a crash.
_CLASSES: Final = ("08", "53", "57P")


def is_outage(error: BaseException | None) -> bool:
    """Whether this was raised because a server cannot be reached, or is about to end."""
    if isinstance(error, NoConnection | NoAnswer):
        return True
    if not isinstance(error, OperationalError | InterfaceError):
        return False
    state = getattr(error.__cause__, "sqlstate", None)  # none: there was no server to give one
    return state is None or state.startswith(_CLASSES)
