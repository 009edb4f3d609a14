"""Roles that a view turns away before it has asked the database anything.

Such a refusal looks at nothing but roles. So of the callers who hold the same role in different places one is asked,
and the others would be refused by the same line of the same view.
"""

from __future__ import annotations

import os
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
    "delete from api_repeatable",
    "\ninsert into api_repeatable",
)
WRITES = os.environ.get("ACCESS") == "write"  # then all are asked


class Gate:
    """Watches requests of one method to one address; `roles` are those that were turned away at once."""

    def __init__(self) -> None:
        self.roles: set[str] = set()
        self._untouched = self._refused = False

    def watch(self, monkeypatch: Any) -> None:
        """Notice when a view asks for an act first, and the roles decide."""
        may = web.may

        def noticed(actor: Any, act: str, obj: Any = None) -> Any:
            self._refused = self._untouched and not actor.roles & ACTS[act].roles
            self._untouched = False
            return may(actor, act, obj)

        for module in (web, api):
            monkeypatch.setattr(module, "may", noticed)

    @contextmanager
    def request(self, caller: str, seen: dict[str, str]) -> Iterator[None]:
        """Around a request that puts the caller's answer among those seen."""
        self._untouched, self._refused = True, False
        with connection.execute_wrapper(self._look):
            yield
        if self._refused and seen[caller] == "403" and (post := CALLERS[caller]) and not WRITES:
            self.roles.add(post[0])

    def stops(self, caller: str) -> bool:
        """Whether somebody of the same role was turned away at once."""
        post = CALLERS[caller]
        return post is not None and post[0] in self.roles

    def _look(self, execute: Any, sql: str, params: Any, many: bool, context: Any) -> Any:
        self._untouched = self._untouched and sql.startswith(BEFORE)
        return execute(sql, params, many, context)
