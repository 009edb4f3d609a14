"""Statements whose plans the database keeps.

How to answer takes the database longer to work out than to answer: ten joins, each table behind a policy. A statement
of `portal.core.prepared` is therefore sent as one of the server's own, with its values beside it; a connection that has
asked it twice keeps it, and PostgreSQL keeps its plan where one plan is as good as a new one for each value. What does
not change from one request to the next stands in the text, so the planner knows it and no kind has to be guessed.

Policies hold as ever: a plan belongs to the role it was made for and is made anew for another one.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Sequence
from types import SimpleNamespace
from typing import Any, Final

import psycopg
import structlog
from django.conf import settings
from django.db import connection
from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.backends.postgresql.base import ServerBindingCursor
from psycopg import sql
from psycopg._preparing import Prepare, PrepareManager
from psycopg.pq.abc import PGresult

from portal.core import past

log = structlog.get_logger(__name__)
ASKED_BEFORE: Final = 2  # times after which a connection keeps a statement
MOST: Final = 400  # statements a connection keeps; the one not asked for longest goes first
_PLACE: Final = re.compile(r"(%s|%%)")


class _Cursor(ServerBindingCursor, psycopg.Cursor[Any]):  # type: ignore[misc]
    """Sends values beside the statement."""

    def execute(self, query: Any, params: Any = None, **how: Any) -> Any:
        """As the driver's. Django's log of queries reads the text here, which the driver leaves out of kept ones."""
        found = super().execute(query, params, **how)
        if self._query is None:
            self._query = SimpleNamespace(query=str(query).encode())  # type: ignore[assignment]
        return found


class _Lasting(PrepareManager):
    """What a connection keeps, also when a transaction is undone.

    The driver forgets everything then, because tables made in it would be gone with it, and another one of their name
    means other ones. Here nobody makes tables but `migrate`: a refused act would cost the pages after it their plans.
    """

    _may_forget = False

    def _should_discard(self, prep: Prepare, results: Sequence[PGresult], *more: Any) -> bool:
        lasting = [result for result in results if result.command_status != b"ROLLBACK"]
        self._may_forget = True
        try:
            return super()._should_discard(prep, lasting, *more)
        finally:
            self._may_forget = False

    def clear(self) -> bool:
        """Forget all of it; asked for by a connection that undid its transaction, nothing."""
        return super().clear() if self._may_forget else False


class Keeping:
    """A connection of Django's whose cursors send values beside the statement; the rest is the connection's own."""

    def __init__(self, at: BaseDatabaseWrapper) -> None:
        self._connection = at

    def __getattr__(self, name: str) -> Any:
        return getattr(self._connection, name)

    def cursor(self) -> Any:
        """As the connection's, for statements of the server's own."""
        self._connection.ensure_connection()
        raw: Any = self._connection.connection
        if not isinstance(raw._prepared, _Lasting):
            raw._prepared = _Lasting()
        before = raw.cursor_factory
        raw.cursor_factory, raw.prepare_threshold, raw.prepared_max = _Cursor, ASKED_BEFORE, MOST
        try:
            return self._connection.cursor()
        finally:
            raw.cursor_factory = before


def keeping() -> Any:
    """A cursor of the web's connection for a short statement that every request asks."""
    keeps = settings.DATABASE_KEEPS_PLANS and not past.is_shown()
    return Keeping(connection).cursor() if keeps else connection.cursor()


def text_of(at: BaseDatabaseWrapper, statement: str, params: Sequence[Any], varying: Collection[int]) -> str | None:
    """The statement with places for the parameters that vary (by number) and the others written out.

    None where plans are not kept, or the database cannot tell the kind of a value from where it stands; that is tried.
    """
    if not settings.DATABASE_KEEPS_PLANS:
        return None
    at.ensure_connection()
    raw: Any = at.connection
    text: str | None = _written(statement, params, varying, raw)
    cursor = _Cursor(raw)
    is_inside = raw.info.transaction_status == psycopg.pq.TransactionStatus.INTRANS
    if is_inside:
        cursor.execute("savepoint trying")
    try:
        cursor.execute(text, [params[place] for place in sorted(varying)])
    except psycopg.Error as error:
        log.info("query_not_planned", reason=str(error), statement=text)
        text = None
    if is_inside:  # what was locked by it is let go
        cursor.execute("rollback to savepoint trying")
        cursor.execute("release savepoint trying")
    return text


def _written(statement: str, params: Sequence[Any], varying: Collection[int], raw: Any) -> str:
    pieces, place = [], 0
    for piece in _PLACE.split(statement):
        if piece == "%s":
            literal = sql.Literal(params[place]).as_string(raw).replace("%", "%%")
            pieces.append(piece if place in varying else literal)
            place += 1
        else:
            pieces.append(piece)
    return "".join(pieces)
