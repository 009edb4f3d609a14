"""Queries that are put together once in a process and asked with other values ever after.

What the object mapper does before a query leaves, joining and naming some hundred columns, takes longer than the
database needs for the answer; a page of a dozen queries spends half its time on it. A prepared query does it once:

    award_rows = Prepared(lambda pk: Award.objects.filter(pk=pk).select_related("unit__province"))
    found = award_rows(17)              # a list of Award, as list(Award.objects.filter(pk=17)…) would give

`build` gets the values by position and the shape by name, and gives None where there is nothing to ask. Values go into
the statement as parameters; everything else that it depends on is shape, and each shape has a statement of its own.
Whether that is so is tried, not believed: the query is built twice, with two sets of stand-ins and at two moments, and
both must be the same statement, with every stand-in among its parameters. One that reads the clock, counts with a
value, asks the database, or lets a value decide what is asked is refused with `Unprepared` when it is first used; where
people are at work it is asked as any other query is, and the log says so. Whether there is anything to ask is the
shape's to say.
"""

from __future__ import annotations

import copy
from collections.abc import Callable, Collection, Hashable, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from threading import Lock
from typing import Any, Final, Generic, NamedTuple, TypeVar
from uuid import UUID

import structlog
from django.conf import settings
from django.core.exceptions import EmptyResultSet
from django.db import connection, connections
from django.db.models import QuerySet
from django.db.models.sql.compiler import SQLCompiler
from django.utils.translation import get_language
from psycopg.types.numeric import Int2, Int4, Int8

from portal.core import clock, past
from portal.core.planned import Keeping, text_of
from portal.core.scope import Actor, Scope

log = structlog.get_logger(__name__)
R = TypeVar("R")
Mark = tuple[str, Any]
MOST: Final = 256  # statements kept of one query; the one that was made first goes first
# What the driver's numbers hold: beyond it the object mapper asks nothing, where the database would fail.
_LARGEST: Final[dict[type, int]] = {Int2: 2**15 - 1, Int4: 2**31 - 1, Int8: 2**63 - 1}
_LATER: Final = timedelta(days=4000)
# What a builder may raise over a stand-in and not over a value: a text where a number is due, a name nobody knows.
_OF_STAND_INS: Final = (ArithmeticError, LookupError, TypeError, ValueError)


class Unprepared(Exception):
    """The statement depends on more than its values and shape; a fault of the code, never of a request."""


class Bound(NamedTuple):
    """A query that was put together before, with the values of one request: its rows when they are read.

    planned: the text of which the database keeps the plan and its values, where it does.
    """

    rows: QuerySet[Any]
    compiler: SQLCompiler
    sql: str
    params: tuple[Any, ...]
    planned: tuple[str, tuple[Any, ...]] | None

    def read(self) -> list[Any]:
        """The rows. The query and what binds it point at each other: parted here, both go at once, and some forty
        objects a query do not wait until garbage is searched for.
        """
        try:
            return list(self.rows)
        finally:
            del self.rows.query.get_compiler  # type: ignore[misc]


@dataclass(frozen=True)
class _Statement:
    """A statement, where its values go, and what makes objects of its rows.

    No rows: there is nothing to ask. No compiler: it is put together anew each time (the object mapper knew that there
    can be no rows for the stand-ins, or the query cannot be prepared).
    """

    rows: QuerySet[Any] | None
    compiler: SQLCompiler | None
    sql: str
    params: tuple[Any, ...]
    slots: tuple[tuple[int, int], ...]  # place among the parameters, number of the value
    converters: dict[int, Any]
    planned: str | None = None  # the text of which the database keeps the plan

    def holds(self, values: Sequence[Any]) -> bool:
        """Whether the statement can be asked with these values."""
        return self.compiler is not None and all(
            abs(values[number]) <= _LARGEST[kind]
            for place, number in self.slots
            if (kind := type(self.params[place])) in _LARGEST
        )

    def bind(self, values: Sequence[Any]) -> Bound:
        """The query for these values; only where there is one to ask."""
        assert self.rows is not None and self.compiler is not None  # noqa: PT018, S101 - `holds` has said so
        params = list(self.params)
        for place, number in self.slots:
            kind = type(params[place])  # the driver's own, where it names the width of a number
            params[place] = values[number] if type(values[number]) is kind else kind(values[number])
        rows = self.rows._chain()  # type: ignore[attr-defined]
        bound = copy.copy(self.compiler)
        bound.query, bound.connection = rows.query, connections[rows.db]
        planned = None
        if self.planned is not None:
            bound.connection = Keeping(bound.connection)  # type: ignore[assignment]
            planned = (self.planned, tuple(params[place] for place, _number in self.slots))
        asked = planned or (self.sql, tuple(params))
        bound.as_sql = lambda *_args, **_more: asked  # type: ignore[method-assign]
        bound.get_converters = lambda _columns: self.converters  # type: ignore[method-assign,assignment]
        rows.query.get_compiler = lambda *_args, **_more: bound
        return Bound(rows, bound, self.sql, tuple(params), planned)


# Of a shape that is put together anew each time.
_ANEW: Final = _Statement(QuerySet(), None, "", (), (), {})


class Prepared(Generic[R]):
    """A query by its builder; called with values by position and the shape by name, it gives the rows.

    Values: int, str, date, datetime, UUID. Shape: anything that can be a key. `by`, an actor, is both: posts and roles
    are shape, the person and the codes and numbers of the places are values, so that all of one post share a statement.
    perhaps: numbers of the values that some shapes do not ask for. Raises TypeError for another kind of value, and
    Unprepared when the builder makes a statement that depends on more.
    """

    def __init__(self, build: Callable[..., QuerySet[Any, R] | None], *, perhaps: Collection[int] = ()) -> None:
        self._build, self._perhaps = build, frozenset(perhaps)
        self._kept: dict[Hashable, _Statement] = {}
        self._lock = Lock()

    def __call__(self, *values: Any, by: Actor | None = None, **shape: Any) -> list[R]:
        found, everything = self._kept_for(values, by, shape)
        if found.rows is None:
            return []
        if found.holds(everything):
            return found.bind(everything).read()
        rows = self._build(*values, **shape if by is None else shape | {"by": by})
        return [] if rows is None else list(rows)

    def bound(self, *values: Any, by: Actor | None = None, **shape: Any) -> Bound | None:
        """The query with these values, for whoever asks it together with others; None where it is no kept one."""
        found, everything = self._kept_for(values, by, shape)
        return found.bind(everything) if found.rows is not None and found.holds(everything) else None

    def _kept_for(
        self, values: tuple[Any, ...], by: Actor | None, shape: dict[str, Any]
    ) -> tuple[_Statement, tuple[Any, ...]]:
        """The statement of this shape, and all values that go into it."""
        marks = _marks(by) if by is not None else ()
        drawn = by and _redrawn(by, {mark: _blank(number, mark) for number, mark in enumerate(marks)})
        # On a page of the past whoever groups names every column (`portal.core.past`): another statement.
        key = (get_language(), past.is_shown(), tuple(map(type, values)), drawn, tuple(shape.items()))
        everything = (*values, *(value for _, value in marks))
        found = self._kept.get(key)
        if found is None:
            found = _planned(self._tried(everything, len(values), by, marks, shape))
            with self._lock:
                while len(self._kept) >= MOST:
                    self._kept.pop(next(iter(self._kept)), None)
                self._kept[key] = found
        return found, everything

    def one(self, *values: Any, by: Actor | None = None, **shape: Any) -> R | None:
        """The first row, or None."""
        return next(iter(self(*values, by=by, **shape)), None)

    def _tried(
        self, values: Sequence[Any], own: int, by: Actor | None, marks: Sequence[Mark], shape: dict[str, Any]
    ) -> _Statement:
        """The statement; where people are at work, a fault is told to the operators, and the query is asked as ever."""
        try:
            return self._prepare(values, own, by, marks, shape)
        except (Unprepared, *_OF_STAND_INS):
            if settings.REFUSE_UNPREPARED:
                raise
            log.exception("query_unprepared")
            return _ANEW

    def _prepare(
        self, values: Sequence[Any], own: int, by: Actor | None, marks: Sequence[Mark], shape: dict[str, Any]
    ) -> _Statement:
        def put_together(round_: int) -> _Statement:
            used = _stand_ins([type(value) for value in values], round_)
            named = shape if by is None else shape | {"by": _redrawn(by, dict(zip(marks, used[own:], strict=True)))}
            return _statement(self._build(*used[:own], **named), used)

        later = clock.now() + _LATER
        with connection.execute_wrapper(self._asks):
            first = put_together(0)
            with clock.at(later), clock.shown(later):
                _same(self._build, first, put_together(1))
        missing = set(range(own)) - {number for _, number in first.slots} - self._perhaps
        if missing and first.compiler is not None:
            raise Unprepared(f"{self._build!r}: values {missing} stand nowhere in the statement.\n{first.sql}")
        return first

    def _asks(self, _execute: Any, sql: str, _params: Any, _many: bool, _context: Any) -> Any:
        """What the database says of a stand-in says nothing of a value."""
        raise Unprepared(f"{self._build!r} asks the database while it is put together.\n{sql}")


def _planned(found: _Statement) -> _Statement:
    """The statement with the text of which the database keeps the plan, where it does.

    Not on a page of the past: there the same text means other tables.
    """
    if found.compiler is None or found.rows is None or past.is_shown():
        return found
    varying = [place for place, _number in found.slots]
    return replace(found, planned=text_of(connections[found.rows.db], found.sql, found.params, varying))


def _marks(actor: Actor) -> tuple[Mark, ...]:
    """What of an actor is a value: the person, and numbers and codes of places; ministries have names of their own."""
    found: list[Mark] = [("id", actor.id)]
    for post in actor.posts:
        found += [("organisation", post.organisation), ("province", post.province), ("unit", post.unit)]
        if post.kind != "ministry":
            found.append(("code", post.code))
    found += [("province", code) for code in actor.scope.provinces]
    found += [("unit", code) for code in actor.scope.units]
    found += [("organisation", number) for number in actor.scope.organisations]
    return tuple(dict.fromkeys(mark for mark in found if mark[1] != ""))


def _redrawn(actor: Actor, other: dict[Mark, Any]) -> Actor:
    """The actor with other values in the places of these, and without name and origin."""

    def to(kind: str, value: Any) -> Any:
        return other.get((kind, value), value)

    kinds = ("organisation", "code", "province", "unit")
    posts = tuple(
        replace(post, name_zh="", name_en="", **{kind: to(kind, getattr(post, kind)) for kind in kinds})
        for post in actor.posts
    )
    scope = Scope(
        nation=actor.scope.nation,
        provinces=tuple(to("province", code) for code in actor.scope.provinces),
        units=tuple(to("unit", code) for code in actor.scope.units),
        organisations=tuple(to("organisation", number) for number in actor.scope.organisations),
    )
    return Actor(id=to("id", actor.id), posts=posts, scope=scope)


def _blank(number: int, mark: Mark) -> Any:
    """What stands in a key for the value: which of them it is."""
    return -number if isinstance(mark[1], int) else f"#{number}"


def _stand_ins(kinds: Sequence[type], round_: int) -> list[Any]:
    """A value of each kind that no query names by itself; others in the second round."""
    made: dict[type, Callable[[int], Any]] = {
        int: lambda number: 20_011 + 101 * number + 53 * round_,  # no column is too narrow for it
        str: lambda number: f"\u2039{number}.{round_}\u203a",
        date: lambda number: date(2801 + round_, 1, 2) + timedelta(days=number),
        UUID: lambda number: UUID(int=(7919 * number + 104_729 * round_) << 64),
        datetime: lambda number: datetime(2811 + round_, 1, 2, tzinfo=clock.SHANGHAI) + timedelta(hours=number),
    }
    if unknown := [kind.__name__ for kind in kinds if kind not in made]:
        raise TypeError(f"No value of a prepared query: {', '.join(unknown)}.")
    return [made[kind](number) for number, kind in enumerate(kinds)]


def _same(build: Any, first: _Statement, second: _Statement) -> None:
    """Raise Unprepared unless both are one statement whose parameters differ in the values alone."""
    if (first.sql, first.slots) != (second.sql, second.slots):
        raise Unprepared(f"{build!r}: values or the clock change the statement.\n{first.sql}\n{second.sql}")
    taken = {place for place, _ in first.slots}
    for place, (one, other) in enumerate(zip(first.params, second.params, strict=True)):
        if place not in taken and (type(one) is not type(other) or one != other):
            raise Unprepared(f"{build!r}: {one!r} comes of a value or of the clock, and is no value itself.")


def _statement(rows: QuerySet[Any] | None, values: list[Any]) -> _Statement:
    """What the rows ask, with the places of these values among the parameters."""
    if rows is None:
        return _Statement(None, None, "", (), (), {})
    compiler = rows.query.get_compiler(rows.db)
    try:
        sql, params = compiler.as_sql()
    except EmptyResultSet:
        return _Statement(rows, None, "", (), (), {})
    slots = [
        (place, number)
        for place, param in enumerate(params)
        for number, value in enumerate(values)
        if isinstance(param, type(value)) and not isinstance(param, bool) and param == value
    ]
    columns = [column[0] for column in compiler.select[: compiler.col_count]]
    return _Statement(rows, compiler, sql, tuple(params), tuple(slots), compiler.get_converters(columns))
