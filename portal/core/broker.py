"""Asking the queue's server something from a page: the answer comes within seconds, or there is none."""

from __future__ import annotations

from typing import Final

from django.conf import settings
from kombu.connection import Connection
from kombu.exceptions import KombuError
from redis.exceptions import RedisError

SECONDS: Final = 2
# What a server that is down, or takes the connection and then says nothing, ends in.
UNREACHED: Final = (KombuError, RedisError, OSError)


def connection() -> Connection:
    """A connection that is not made yet; both making it and each answer take two seconds at most."""
    waits = {"socket_timeout": SECONDS, "read_timeout": SECONDS, "write_timeout": SECONDS}
    return Connection(  # type: ignore[no-untyped-call]
        settings.CELERY_BROKER_URL,
        connect_timeout=SECONDS,
        transport_options=settings.CELERY_BROKER_TRANSPORT_OPTIONS | waits,
    )
