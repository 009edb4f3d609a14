"""PostgreSQL and Valkey from wheels, for a machine that has neither. The only place that knows how they start.

`start(var)` starts both under a folder and gives their addresses; `Running.stop()` ends them. `join(var)` gives the
addresses of those that another start runs there. Both servers end by
themselves when the process that started them dies, however it dies; the next start recovers their data.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import psycopg

from portal.embedded.kept import kept
from portal.embedded.postgres import Postgres
from portal.embedded.roles import prepare_database
from portal.embedded.valkey import Valkey

__all__ = ["Running", "join", "start"]


@dataclass(frozen=True)
class Running:
    """Both servers at work, and the addresses to give to the portal."""

    postgres: Postgres
    valkey: Valkey

    @property
    def database_url(self) -> str:
        """PostgreSQL as the role of web and workers."""
        return self.postgres.url("portal_web", "portal")

    @property
    def owner_database_url(self) -> str:
        """PostgreSQL as the owner of the tables."""
        return self.postgres.url("portal_owner", "portal")

    @property
    def admin_url(self) -> str:
        """PostgreSQL as superuser, database postgres."""
        return self.postgres.url("postgres", "postgres")

    @property
    def broker_url(self) -> str:
        """The queue."""
        return self.valkey.url

    def ended(self) -> Postgres | Valkey | None:
        """A server that ended by itself, or None; `start_again` brings it back to the same address."""
        for one in (self.postgres, self.valkey):
            if one.process is not None and one.process.poll() is not None:
                return one
        return None

    def stop(self) -> None:
        """End both, the queue first."""
        self.valkey.stop()
        self.postgres.stop()


def start(var: Path, *, durable: bool = True) -> Running:
    """Start both under `var`, and make roles, database and extensions where they are missing.

    durable=False: no fsync, for tests. Raises RuntimeError with the server's own last words when one does not start.
    """
    postgres = Postgres(var / "postgres", durable=durable)
    postgres.start()
    try:
        valkey = Valkey(var / "valkey", kept(var / "valkey" / "password", 32), durable=durable)
        valkey.start()
    except BaseException:
        postgres.stop()
        raise
    running = Running(postgres, valkey)
    with psycopg.connect(running.admin_url, autocommit=True) as connection:
        prepare_database(connection, "portal")
    return running


def join(var: Path) -> Running | None:
    """The servers that another start runs under `var`, or None when they do not answer (yet, or any more).

    They are that start's own: `stop` leaves them as they are.
    """
    password = var / "valkey" / "password"
    if not password.exists():
        return None
    running = Running(Postgres(var / "postgres"), Valkey(var / "valkey", password.read_text(encoding="utf-8")))
    return running if running.postgres.answers() and running.valkey.join() else None
