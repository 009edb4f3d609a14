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
# Seconds without a sign after which something is wrong and not only busy.
SILENT: Final = 180


def give(who: str) -> None:
    """Note that this one lives; a lost cache is no reason to stop."""
    try:
        cache.set(f"sign-of-{who}", time.time(), timeout=None)
    except (RedisError, OSError) as error:
        log.debug("sign_not_given", who=who, reason=type(error).__name__)


def another_beat(me: str) -> bool:
    """Note that the beat of this name ticked; whether another one did since it last asked."""
    try:
        last = cache.get("beat-that-ticked")
        cache.set("beat-that-ticked", me, timeout=SILENT)
    except (RedisError, OSError):
        return False
    return last is not None and last != me


def worker_is_silent() -> bool:
    """Whether no worker has done for minutes what it does each minute, or the queue's server cannot be asked.

    Not where nothing is known: signs are lost with the server's data, and come again within a minute.
    """
    try:
        last = cache.get(f"sign-of-{WORKER}")
    except (RedisError, OSError):
        return True
    return last is not None and time.time() - last > SILENT


def ages() -> dict[str, float]:
    """Seconds since the last sign of life of each; -1 where that is not known."""
    try:
        last = cache.get_many([f"sign-of-{who}" for who in SIGNS])
    except (RedisError, OSError):
        last = {}
    now = time.time()
    return {who: max(0.0, now - last[key]) if (key := f"sign-of-{who}") in last else -1 for who in SIGNS}
