"""What a factory makes in an untouched clone is kept as a database, so that the next test that asks for it copies it.

A dossier takes a second of commands; a copy of the database that holds it takes a twentieth. Nothing is left out:
the first in each process is made by the commands, and each test works in a database of its own. Untouched means that
every row of every table is as in the template.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta
from functools import cache, wraps
from typing import Any, TypeVar, cast

import psycopg
from django.db import connections
from psycopg import sql

from portal.core import clock
from tests import databases

F = TypeVar("F", bound=Callable[..., Any])
TABLES = "select table_name from information_schema.tables where table_schema = 'public' and table_type = 'BASE TABLE'"
ALONE = "select count(*) from pg_stat_activity where datname = %s"
_kept: dict[tuple[Any, ...], tuple[str, Any]] = {}


@cache
def _at_first() -> Any:
    return _seen(databases.template())


@cache
def _every_row() -> sql.Composed:
    """Number and digest of the rows of every table."""
    with psycopg.connect(databases.dsn("postgres", databases.template())) as admin:
        names = sorted(name for (name,) in admin.execute(TABLES))
    one = sql.SQL("select count(*), sum(hashtextextended(r::text, 0)) from {} r")
    return sql.SQL(" union all ").join(one.format(sql.Identifier(name)) for name in names)


def _seen(database: str) -> Any:
    with psycopg.connect(databases.dsn("postgres", database)) as admin:
        return admin.execute(_every_row()).fetchall()


def _free(database: str) -> bool:
    """Close Django's connections; whether nobody else is in the database."""
    for alias in ("default", "owner"):
        connections[alias].close()
    with psycopg.connect(databases.dsn("postgres", "postgres")) as admin:
        found = admin.execute(ALONE, [database]).fetchone()
    return found == (0,)


def _goes() -> bool:
    return abs(clock.now() - datetime.now(clock.SHANGHAI)) < timedelta(seconds=5)


def _clonable() -> str | None:
    """The name of the present clone when it is untouched, nobody else works in it and the clock goes; else None."""
    names = {connections[alias].settings_dict["NAME"] for alias in ("default", "owner")}
    name = names.pop()
    if names or not name.startswith("fresh_") or connections["default"].in_atomic_block or not _goes():
        return None
    return name if _seen(name) == _at_first() and _free(name) else None


def remembered(again: Callable[[Any], Any]) -> Callable[[F], F]:
    """Decorate a factory of keyword arguments; `again` reads its row anew out of the copy."""

    def decorate(make: F) -> F:
        @wraps(make)
        def made(*args: Any, **how: Any) -> Any:
            plain = not args and all(isinstance(value, str | int | tuple | None) for value in how.values())
            name = _clonable() if plain else None
            if name is None:
                return make(*args, **how)
            key = (make.__name__, *sorted(how.items()))
            if key in _kept:
                world, row = _kept[key]
                databases.copy(name, world)
                return again(row)
            row = make(**how)
            if _free(name):
                world = f"world_{databases.process()}_{len(_kept)}"
                databases.copy(world, name)
                _kept[key] = world, row
            return row

        return cast("F", made)

    return decorate
