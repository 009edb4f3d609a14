"""The act by which a view turns callers away before it has asked the database anything.

Whoever holds no role of that act is refused by the same line of the same view: of those, only some are asked.
"""

from __future__ import annotations

import os
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from django.db import connection

from portal.core import api, web
from portal.core.rules import ACTS
from tests.access.callers import CALLERS

# What stands before every view: the session, its person, the scope, the role that only reads; the key of an act.
BEFORE = (
    "SAVEPOINT",
    "select session_data",
    "select id, password",
    "select enter_scope",
    "set local role",
    'DELETE FROM "api_repeatable"',
    "insert into api_repeatable",
)
ASKED_ANYWAY = 5  # one of so many
WRITES = os.environ.get("ACCESS") == "write"  # then all are asked


class Gate:
    """Watches one request after the other; `act` is what turned away the last one that was, or None."""

    act: str | None = None
    _open = True

    def look(self, execute: Any, sql: str, params: Any, many: bool, context: Any) -> Any:
        """Notice questions to the database."""
        self._open = self._open and sql.startswith(BEFORE)
        return execute(sql, params, many, context)

    def watch(self, monkeypatch: Any) -> None:
        """Notice which act a view asks for first."""
        may = web.may

        def noticed(actor: Any, act: str, obj: Any = None) -> Any:
            if self._open and not actor.roles & ACTS[act].roles:
                self.act = act
            self._open = False
            return may(actor, act, obj)

        for module in (web, api):
            monkeypatch.setattr(module, "may", noticed)

    @contextmanager
    def request(self) -> Iterator[None]:
        """Around a request."""
        self._open = True
        with connection.execute_wrapper(self.look):
            yield

    def stops(self, caller: str, address: str) -> bool:
        """Whether this caller holds no role of the act, and it is not its turn to be asked all the same."""
        post = CALLERS[caller]
        if self.act is None or caller == "anonymous" or WRITES or (post and post[0] in ACTS[self.act].roles):
            return False
        return zlib.crc32(f"{caller} {address}".encode()) % ASKED_ANYWAY > 0
