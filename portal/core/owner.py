"""The connection of commands that look at everything: policies show every other role a part, or nothing."""

from __future__ import annotations

from django.core.management.base import CommandError
from django.db import connections


def sees_all() -> str:
    """The name of the owner's connection. Raises CommandError with what to set where there is none.

    Without it every table would look empty, and what is verified whole.
    """
    if "owner" not in connections.databases:
        raise CommandError(
            "Set OWNER_DATABASE_URL (in the compose file: run it in the service `migrate`): "
            "another role does not see every row, so nothing it finds would count."
        )
    return "owner"
