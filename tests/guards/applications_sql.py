"""What the attacks on the dossier share: raw SQL in the scope of a person, and the name of what refused it."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import psycopg
import pytest
from django.db import DatabaseError, connection, transaction

from tests import databases


def run(sql: str, *values: Any) -> int:
    """Run a statement in the present scope; gives the number of rows it touched."""
    with connection.cursor() as cursor:
        cursor.execute(sql, values)
        return cursor.rowcount


def rows(sql: str, values: Any = ()) -> list[Any]:
    """All rows of a statement in the present scope."""
    with connection.cursor() as cursor:
        cursor.execute(sql, values)
        return cursor.fetchall()


def value(sql: str, *values: Any) -> Any:
    """The first value of the first row."""
    with connection.cursor() as cursor:
        cursor.execute(sql, values)
        return cursor.fetchone()[0]


def refused(sql: str, *values: Any) -> str:
    """The name of the constraint or trigger that refused the statement; "policy" when a policy did."""
    with pytest.raises(DatabaseError) as error, transaction.atomic():
        run(sql, *values)
    return name_of(error.value.__cause__)


def name_of(error: BaseException | None) -> str:
    assert isinstance(error, psycopg.Error), error
    if isinstance(error, psycopg.errors.InsufficientPrivilege):
        return "policy"
    return str(error.diag.constraint_name)


def as_person(user: int) -> psycopg.Connection:
    """A connection of its own as portal_web in that person's scope. For databases whose rows are committed."""
    web = psycopg.connect(databases.web_dsn())
    web.execute("select enter_scope(%s)", [user])
    return web


def as_owner(sql: str, *values: Any) -> None:
    """Run and commit a statement as the owner."""
    with psycopg.connect(databases.owner_dsn()) as owner:
        owner.execute(sql, values)


@contextmanager
def as_superuser() -> Iterator[psycopg.Connection]:
    """The server's own superuser, with all triggers off; commits. For what no role of the portal can do."""
    name = connection.settings_dict["NAME"]
    with psycopg.connect(databases.dsn("postgres", name)) as admin:
        admin.execute("set session_replication_role = replica")
        yield admin


def past_guards(sql: str) -> None:
    """Run and commit a statement past every guard: so that time has passed."""
    with as_superuser() as admin:
        admin.execute(sql)


def sha256(text: str | bytes) -> str:
    return hashlib.sha256(text.encode() if isinstance(text, str) else text).hexdigest()
