"""Counters that all web processes share. While they cannot be reached nothing is counted, and what they limit goes on:
a queue that is down takes nobody's right to act away. (Failed sign-ins are counted elsewhere, and refused then.)
"""

from __future__ import annotations

from typing import Final

import structlog
from django.core.cache import cache
from redis.exceptions import RedisError

log = structlog.get_logger(__name__)
UNREACHABLE: Final = (RedisError, OSError)


def say_not_counted(error: Exception) -> None:
    """A line of the log for whoever watches."""
    log.warning("throttle_not_counted", reason=type(error).__name__)


def count(name: str, add: int, *, seconds: int) -> int:
    """What the counter has come to, with this; nought when it cannot be reached. It is forgotten after its seconds."""
    try:
        cache.add(name, 0, timeout=seconds)
        return int(cache.incr(name, add))
    except UNREACHABLE as error:
        say_not_counted(error)
        return 0
