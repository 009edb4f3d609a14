"""Signs of life of what works without being asked: beat, and a worker that does what beat asks each minute.

They stand in the shared cache, so that every web process can tell their age (`/metrics`). Where there is none, or it
cannot be reached or lost them, nothing is known.
"""

from __future__ import annotations

import time
from typing import Final

import structlog
from django.core.cache import cache
from redis.exceptions import RedisError

log = structlog.get_logger(__name__)
BEAT: Final = "beat"
WORKER: Final = "worker"
SIGNS: Final = (BEAT, WORKER)


def give(who: str) -> None:
    """Note that this one lives; a lost cache is no reason to stop."""
    try:
        cache.set(f"sign-of-{who}", time.time(), timeout=None)
    except (RedisError, OSError) as error:
        log.debug("sign_not_given", who=who, reason=type(error).__name__)


def age(who: str) -> float:
    """Seconds since its last sign of life; -1 where that is not known."""
    try:
        last = cache.get(f"sign-of-{who}")
    except (RedisError, OSError):
        return -1
    return max(0.0, time.time() - last) if isinstance(last, float) else -1
