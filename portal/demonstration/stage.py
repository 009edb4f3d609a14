"""Where the demonstration is built: Django's connections work as the owner, people act in their own scope."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from typing import TypeVar

from django.db import connections, transaction

from portal.core import clock
from portal.core.scope import Actor, acting_as

Made = TypeVar("Made")


def made(row: Made | None) -> Made:
    """What an earlier step of the build made. Raises RuntimeError where it did not."""
    if row is None:
        raise RuntimeError("An earlier step of the demonstration did not make this.")
    return row


@contextmanager
def as_owner() -> Iterator[None]:
    """Let the default connection be the owner's: guards of time are lifted for it, all others hold.

    Everything inside is one transaction, so a demonstration is there whole or not at all.
    """
    before = connections["default"]
    own = connections.create_connection("owner")
    own.alias = "default"
    connections["default"] = own
    try:
        with transaction.atomic():
            yield
    finally:
        own.close()
        connections["default"] = before


@contextmanager
def acting(person: int, moment: datetime) -> Iterator[Actor]:
    """A person acts at a moment of the past."""
    with clock.at(moment), acting_as(person) as by:
        yield by
