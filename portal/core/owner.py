"""The connection of commands that look at everything: policies show every other role a part, or nothing."""

from __future__ import annotations

from django.core.management.base import CommandError
from django.db import connections
from django.db.migrations.executor import MigrationExecutor


def sees_all() -> str:
    """The name of the owner's connection. Raises CommandError with what to set where there is none.

    Without it every table would look empty, and what is verified whole.
    """
    if "owner" not in connections.databases:
        raise CommandError(
            "Set OWNER_DATABASE_URL (in the compose file: run it in the service `migrate`; beside `make run`: "
            "`python -m portal.run manage` and the command): "
            "another role does not see every row, so nothing it finds would count."
        )
    return "owner"


def as_migrated() -> None:
    """Raise CommandError with what to do where the tables are of an older version: after a restore of its dump, say.

    What a table has not yet cannot be read.
    """
    executor = MigrationExecutor(connections[sees_all()])
    if executor.migration_plan(executor.loader.graph.leaf_nodes()):
        raise CommandError(
            "The tables are older than this version: run `manage.py migrate --database owner` first (in the compose "
            "file: `docker compose run --rm migrate`), or look with the version they are of."
        )
