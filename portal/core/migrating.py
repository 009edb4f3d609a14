"""Migrations beside a portal at work.

- Two that are started at once (two hosts, a second `docker compose up`) come one after the other.
- A statement that changes a table waits until nobody reads it, and whoever comes after stands behind it: behind a dump
  of an hour the whole site would stand still for that hour. It is given up after `LOCK_SECONDS` and tried again a
  little later. Each migration is a transaction of its own, so what was begun is undone and what was done stays done.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from typing import Any, Final

from django.core.management.base import CommandError
from django.db import DatabaseError, OperationalError
from psycopg.errors import DeadlockDetected, LockNotAvailable

Say = Callable[[str], object]

LOCK_SECONDS: Final = 5
TRIES: Final = 12
# Between two tries all others get on.
PAUSE_SECONDS: Final = 5
_ONE_AT_A_TIME: Final = 20240020


@contextmanager
def alone(owner: Any, say: Say) -> Iterator[None]:
    """Migrate while no other process does; waits for one that does, and says so."""
    with owner.cursor() as cursor:
        cursor.execute("select pg_try_advisory_lock(%s)", [_ONE_AT_A_TIME])
        if not cursor.fetchone()[0]:
            say("Another `migrate` is at work on this database; this one waits for its end.")
            cursor.execute("select pg_advisory_lock(%s)", [_ONE_AT_A_TIME])
    try:
        yield
    finally:
        with suppress(DatabaseError), owner.cursor() as cursor:  # a session that is gone holds nothing
            cursor.execute("reset lock_timeout")
            cursor.execute("select pg_advisory_unlock(%s)", [_ONE_AT_A_TIME])


def patiently(owner: Any, say: Say, work: Callable[[], None]) -> None:
    """Do this work, giving every wait for a table up after seconds and trying again; safe to repeat from its start.

    Raises CommandError, with what to do, where the table is not free after `TRIES` times.
    """
    for left in reversed(range(TRIES)):
        with owner.cursor() as cursor:
            cursor.execute(f"set lock_timeout = '{LOCK_SECONDS}s'")
        try:
            work()
        except OperationalError as error:
            if not isinstance(error.__cause__, LockNotAvailable | DeadlockDetected):
                raise
            if not left:
                raise CommandError(
                    "Another session holds a table that is to be changed (a dump, a long report, a session that was "
                    "left open; `select pid, usename, xact_start, query from pg_stat_activity` as superuser names it). "
                    "Nothing is half done: end it or wait for it, then run `migrate` again."
                ) from error
        else:
            return
        when = f"tried again in {PAUSE_SECONDS} s, {left} times more."
        say(f"\nAnother session holds a table that is to be changed: {when}")
        time.sleep(PAUSE_SECONDS)
