"""Where the demonstration is built: Django's connections work as the owner, people act in their own scope."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from typing import TypeVar

from django.apps import apps as django_apps
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

    Everything inside is one transaction. Inside another one it is part of that.
    """
    before = connections["default"]
    if before.settings_dict["USER"] == connections["owner"].settings_dict["USER"]:
        with transaction.atomic():
            yield
        return
    own = connections.create_connection("owner")
    own.alias = "default"
    connections["default"] = own
    try:
        with transaction.atomic():
            yield
    finally:
        own.close()
        connections["default"] = before


def analyze(*apps: str) -> None:
    """Let the planner count the rows of these apps: it knows nothing of what the transaction under way has written, and
    at 3,330 applications its guesses made each letter take half a second.
    """
    tables = [model._meta.db_table for app in apps for model in django_apps.get_app_config(app).get_models()]
    with connections["default"].cursor() as cursor:
        cursor.execute(f"analyze {', '.join(tables)}")


@contextmanager
def acting(person: int, moment: datetime) -> Iterator[Actor]:
    """A person acts at a moment of the past."""
    with clock.at(moment), acting_as(person) as by:
        yield by
