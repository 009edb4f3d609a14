"""What a factory makes is kept as a database: the next test that asks for it finds it there.

A dossier takes a second of commands; a copy of the database that holds it takes a twentieth. Nothing is left out:
the first in each process is made by the commands, and no test sees what another one wrote.

- A test that commits (`fresh_db`) gets a copy, when its clone is untouched: every row of every table as in the template.
- A test in a transaction (`db`) goes over into a database that holds it, when it has asked nothing before; all such
  tests share that database, for each undoes what it does.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta
from functools import cache, wraps
from inspect import signature
from typing import Any, TypeVar, cast

import psycopg
from django.db import connections
from django.db.backends.base.base import BaseDatabaseWrapper
from psycopg import sql

from portal.core import clock
from tests import databases

F = TypeVar("F", bound=Callable[..., Any])
TABLES = "select table_name from information_schema.tables where table_schema = 'public' and table_type = 'BASE TABLE'"
ALONE = "select count(*) from pg_stat_activity where datname = %s"
_kept: dict[tuple[Any, ...], tuple[str, Any]] = {}
ALIASES = ("default", "owner")


class _Test:
    """What the present test has done so far: asked its database anything, gone over into another one."""

    asked = True
    home = ""


def watch() -> None:
    """From now on questions to the database of this process's tests are noticed."""

    def look(execute: Any, statement: str, params: Any, many: bool, context: Any) -> Any:
        _Test.asked = _Test.asked or not statement.startswith(("SAVEPOINT", "RELEASE"))
        return execute(statement, params, many, context)

    connections["default"].execute_wrappers.append(look)


def begin() -> None:
    """A test begins. Where a transaction spans several tests nobody goes anywhere."""
    _Test.asked = connections["default"].in_atomic_block


def touched() -> None:
    """The test has written past the watched connection."""
    _Test.asked = True


def end() -> None:
    """The test is over: back into the database of this process's tests."""
    if _Test.home:
        for alias in ALIASES:
            connections[alias].close()
            connections[alias].settings_dict["NAME"] = _Test.home
        _Test.home = ""


def _go(world: str) -> None:
    """Take the test's open transaction, in which nothing was asked, over into the world."""
    _Test.home = connections["default"].settings_dict["NAME"]
    for alias in ALIASES:
        connections[alias].settings_dict["NAME"] = world
    connections["owner"].close()
    _reconnect(connections["default"])


def _reconnect(connection: BaseDatabaseWrapper) -> None:
    names = ("in_atomic_block", "savepoint_ids", "atomic_blocks", "needs_rollback", "commit_on_exit", "run_on_commit")
    state = {name: getattr(connection, name) for name in names}
    connection.connection.close()
    connection.connect()
    connection.set_autocommit(False)
    for name, value in state.items():
        setattr(connection, name, value)
    with connection.cursor() as cursor:
        for savepoint in filter(None, connection.savepoint_ids):
            cursor.execute(f"SAVEPOINT {savepoint}")


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
    for alias in ALIASES:
        connections[alias].close()
    with psycopg.connect(databases.dsn("postgres", "postgres")) as admin:
        found = admin.execute(ALONE, [database]).fetchone()
    return found == (0,)


def _goes() -> bool:
    return abs(clock.now() - datetime.now(clock.SHANGHAI)) < timedelta(seconds=5)


def _clonable() -> str | None:
    """The name of the present clone when it is untouched, nobody else works in it and the clock goes; else None."""
    names = {connections[alias].settings_dict["NAME"] for alias in ALIASES}
    name = names.pop()
    if names or not name.startswith("fresh_") or connections["default"].in_atomic_block or not _goes():
        return None
    return name if _seen(name) == _at_first() and _free(name) else None


def _plain(value: Any) -> bool:
    if isinstance(value, dict):
        return all(_plain(one) for one in (*value, *value.values()))
    return isinstance(value, str | int | None) or (isinstance(value, tuple) and all(map(_plain, value)))


def _key(make: Callable[..., Any], how: dict[str, Any]) -> tuple[Any, ...]:
    return (make.__module__, make.__name__, repr(sorted(how.items())))


def _may_go() -> bool:
    """Whether the test works in a transaction of its own and has asked nothing yet."""
    connection = connections["default"]
    at_home = connection.in_atomic_block and connection.settings_dict["NAME"].startswith("test_")
    return at_home and not _Test.asked and _goes()


def _next() -> str:
    return f"world_{databases.process()}_{len(_kept)}"


def _shared(make: Callable[..., Any], how: dict[str, Any]) -> tuple[str, Any]:
    """The database that holds it for tests in transactions, and the row; made by the first who asks."""
    key = ("shared", *_key(make, how))
    if key not in _kept:
        world = _next()
        databases.copy(world, databases.template())
        with databases.inside(world):
            row = make(**how)
        _kept[key] = world, row
    return _kept[key]


def remembered(again: Callable[[Any], Any]) -> Callable[[F], F]:
    """Decorate a factory of plain arguments; `again` reads its row anew out of the copy."""

    def decorate(make: F) -> F:
        names = tuple(signature(make).parameters)

        @wraps(make)
        def made(*args: Any, **how: Any) -> Any:
            said = dict(zip(names, args, strict=False)) | how
            if not all(map(_plain, said.values())):
                return make(*args, **how)
            if _may_go():
                world, row = _shared(make, said)
                _go(world)
                return again(row)
            name = _clonable()
            if name is None:
                return make(*args, **how)
            key = _key(make, said)
            if key in _kept:
                world, row = _kept[key]
                databases.copy(name, world)
                return again(row)
            row = make(*args, **how)
            if _free(name):
                world = _next()
                databases.copy(world, name)
                _kept[key] = world, row
            return row

        return cast("F", made)

    return decorate
