"""Attacks by someone who has SQL as portal_web and sets the settings of the scope to whatever suits."""

from __future__ import annotations

from typing import Any

import psycopg

from tests import databases

EMPTY = {"user": "", "nation": "", "provinces": "{}", "units": "{}", "orgs": "{}", "roles": "{}"}


def settings(web: psycopg.Connection[Any], **values: Any) -> None:
    """Set the scope of this transaction by hand; what is not named is emptied."""
    for name, value in (EMPTY | values).items():
        web.execute("select set_config('portal.' || %s, %s, true)", [name, str(value)])


def web() -> psycopg.Connection[Any]:
    """A connection as portal_web."""
    return psycopg.connect(databases.web_dsn())


def ended(connection: psycopg.Connection[Any], sql: str, *values: Any) -> str:
    """How a statement ends, and the transaction's end with it: "done 1" with its rows, or the name of the guard."""
    try:
        cursor = connection.execute(sql, values)
        rows = cursor.rowcount
        connection.commit()
    except psycopg.Error as error:
        connection.rollback()
        if isinstance(error, psycopg.errors.InsufficientPrivilege):
            return f"policy: {error.diag.message_primary}"
        return error.diag.constraint_name or str(error)
    return f"done {rows}"


def seen(sql: str, *values: Any) -> Any:
    """One row, whatever the policies say."""
    with psycopg.connect(databases.owner_dsn()) as owner:
        return owner.execute(sql, values).fetchone()
