"""Whether a failure is only that a server the portal stands on is out of reach (database, queue, cache) or a disk full.

It passes by itself or by the operator's hand, so whoever asked is told to try again and not that the portal is broken.
"""

from __future__ import annotations

import errno
from typing import Final

import structlog
from django.db import InterfaceError, InternalError, OperationalError
from redis.exceptions import ConnectionError as NoConnection
from redis.exceptions import TimeoutError as NoAnswer

log = structlog.get_logger(__name__)
# Seconds after which to try again: a server that ended is started again in less.
RETRY_AFTER: Final = "30"
# Classes of SQLSTATE: connection lost, resources used up, ended by an operator or a crash.
_CLASSES: Final = ("08", "53", "57P")
# The server ended the session because it stood still in the middle of a transaction: something else was slow.
_STOOD_STILL: Final = "25P03"

# A disk that is full, or a person's or group's share of it.
_FULL: Final = frozenset({errno.ENOSPC, errno.EDQUOT})


def is_outage(error: BaseException | None) -> bool:
    """Whether this was raised because a server cannot be reached, is about to end, or a disk is full.

    That is said in the log too: a full disk needs the operator.
    """
    if isinstance(error, OSError) and error.errno in _FULL:
        log.error("disk_full", where="temporary folder or files")
        return True
    if isinstance(error, NoConnection | NoAnswer):
        return True
    if not isinstance(error, OperationalError | InterfaceError | InternalError):
        return False
    state = getattr(error.__cause__, "sqlstate", None)  # none: there was no server to give one
    if isinstance(error, InternalError):
        return bool(state == _STOOD_STILL)
    if state == "53100":
        log.error("disk_full", where="database")
    return state is None or state.startswith(_CLASSES)
