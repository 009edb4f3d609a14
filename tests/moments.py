"""The clock of the guards follows the one that a test sets (`portal.core.clock.at`).

In a database of the tests `moment_now` asks a setting first, which the tests' own connections of Django send before
they write while a clock stands elsewhere. Attacks over connections of their own meet the present moment, as everywhere
but here; what migrations install is the plain clock (`tests/guards/test_grants_moments.py`).
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import psycopg
from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.backends.signals import connection_created

FOLLOWS = """
create or replace function moment_now() returns timestamptz language sql volatile set search_path = public, pg_temp as $$
    select coalesce(nullif(current_setting('portal.tests_moment', true), '')::timestamptz, clock_timestamp())
$$
"""
_WRITES = ("INSERT", "UPDATE")


def follow(dsn: str) -> None:
    """Let the guards of this database ask the clock of the tests."""
    with psycopg.connect(dsn) as owner:
        owner.execute(FOLLOWS)


class _Teller:
    """Tells one connection where the clock stands before it writes."""

    def __init__(self) -> None:
        self.told = False

    def __call__(self, execute: Callable[..., Any], sql: Any, params: Any, many: bool, context: dict[str, Any]) -> Any:
        from portal.core import clock

        fixed = clock._fixed.get()
        if (fixed or self.told) and str(sql).lstrip()[:6].upper() in _WRITES:
            moment = fixed.isoformat() if fixed else ""
            own = context["connection"].connection
            own.execute("select set_config('portal.tests_moment', %s, false)", [moment])
            self.told = True  # from now on always: an end of a transaction may bring an earlier moment back
        return execute(sql, params, many, context)


def _listen(connection: BaseDatabaseWrapper, **_: Any) -> None:
    if not any(isinstance(one, _Teller) for one in connection.execute_wrappers):
        connection.execute_wrappers.append(_Teller())


def listen() -> None:
    """From now on each connection of Django tells its moment."""
    connection_created.connect(_listen, dispatch_uid="tests.moments")
