"""Many kinds of rows of one object in one query: what `prefetch_related_objects` asks for one kind after the other.

A dossier has a dozen kinds of rows. Each kind alone is small and costs a way to the database, a parse and a plan; here
they come as the columns of a single row, each a JSON array in the order of its own query. What Django makes of the
values (converters, related objects, annotations) it makes here as well: `tests/core/test_at_once.py` holds both ways
against each other.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from datetime import date, datetime, time
from decimal import Decimal
from typing import Any, TypeAlias
from uuid import UUID

from django.core.exceptions import EmptyResultSet
from django.db import connections, models
from django.db.models import Model, Prefetch, QuerySet

from portal.core.planned import Keeping
from portal.core.prepared import Prepared

Read = Callable[[Any], Any]
Lookup: TypeAlias = "str | Prefetch[Any]"
# How a value is read that JSON holds as text; numbers are read as Decimal or int, the rest stands as it is.
_READ: tuple[tuple[type[models.Field[Any, Any]], Read], ...] = (
    (models.DateTimeField, datetime.fromisoformat),
    (models.DateField, date.fromisoformat),
    (models.TimeField, time.fromisoformat),
    (models.UUIDField, UUID),
    (models.DecimalField, lambda value: value if isinstance(value, Decimal) else Decimal(value)),
    (models.JSONField, lambda value: json.dumps(value, default=float)),
)


def _reader(field: Any) -> Read | None:
    return next((read for kind, read in _READ if isinstance(field, kind)), None)


def _split(lookup: Lookup, model: type[Model]) -> tuple[Any, QuerySet[Any]]:
    """A lookup's relation and the rows it asks for, of all objects."""
    name = lookup if isinstance(lookup, str) else lookup.prefetch_to
    relation = model._meta.get_field(name)
    asked = None if isinstance(lookup, str) else lookup.queryset
    return relation, relation.related_model._default_manager.all() if asked is None else asked  # type: ignore[union-attr]


class _Kind:
    """One kind of rows of some objects: its query, and its rows from what the database answered."""

    def __init__(self, holders: Sequence[Model], lookup: Lookup, using: str, kept: Prepared[Any] | None = None) -> None:
        self.relation, rows = _split(lookup, type(holders[0]))
        field, self.holders = self.relation.field, {holder.pk: holder for holder in holders}
        self.deeper: tuple[Lookup, ...] = rows._prefetch_related_lookups  # type: ignore[attr-defined]
        self.bound = kept.bound(holders[0].pk) if kept is not None and using == "default" else None
        if self.bound is not None:
            self.rows, self.compiler = self.bound.rows, self.bound.compiler
        else:
            self.rows = rows.prefetch_related(None).using(using).filter(**{f"{field.name}__in": list(self.holders)})
            self.compiler = self.rows.query.get_compiler(using)
        self.rows._known_related_objects = {field: self.holders}  # type: ignore[attr-defined]

    @property
    def keeps_plan(self) -> bool:
        """Whether the database keeps the plan of its query."""
        return self.bound is not None and self.bound.planned is not None

    def sql(self, *, planned: bool) -> tuple[str, Sequence[Any]]:
        """The rows as one text: read here and not by the driver, which would make floats of amounts."""
        if self.bound is None:
            inner, params = self.compiler.as_sql()
        else:
            inner, params = (planned and self.bound.planned) or (self.bound.sql, self.bound.params)
        names = ", ".join(f"c{place}" for place in range(len(self.compiler.select)))
        return f"(select coalesce(json_agg(q), '[]')::text from ({inner}) as q({names}))", params

    def take(self, found: list[dict[str, Any]]) -> list[Model]:
        """Let Django make its objects of these rows, as if its own query had brought them."""
        readers = [_reader(column[0].output_field) for column in self.compiler.select]
        lines = [
            tuple(
                read(value) if read is not None and value is not None else value
                for read, value in zip(readers, row.values(), strict=True)
            )
            for row in found
        ]
        self.compiler.execute_sql = lambda *_args, **_more: [lines]  # type: ignore[method-assign,assignment]
        self.rows.query.get_compiler = lambda *_args, **_more: self.compiler  # type: ignore[method-assign]
        try:
            return list(self.rows)
        finally:  # what points at each other would wait until garbage is searched for
            del self.rows.query.get_compiler  # type: ignore[misc]

    def give(self, rows: list[Model]) -> None:
        """Put the rows where their holders look for them."""
        groups: dict[Any, list[Model]] = {key: [] for key in self.holders}
        for row in rows:
            groups[getattr(row, self.relation.field.attname)].append(row)
        for key, holder in self.holders.items():
            if self.relation.one_to_one:
                holder._state.fields_cache[self.relation.cache_name] = groups[key][0] if groups[key] else None
                continue
            name = self.relation.get_accessor_name()
            holder.__dict__.setdefault("_prefetched_objects_cache", {}).pop(name, None)
            # The holder's own rows, so that a filter on them still asks for no others'.
            known = getattr(holder, name).get_queryset()
            known._result_cache = groups[key]
            known._prefetch_done = True
            holder._prefetched_objects_cache[name] = known  # type: ignore[attr-defined]


class Together:
    """`load` with lookups that are always the same: their queries are put together once in a process.

    _FOLLOWED = Together(lambda: (Prefetch("sign_offs", …), "rulings"))
    _FOLLOWED(application)
    """

    def __init__(self, build: Callable[[], Sequence[Lookup]]) -> None:
        self._build = build
        self._kept: dict[type[Model], list[tuple[Lookup, Prepared[Any]]]] = {}

    def __call__(self, holder: Model) -> None:
        using, model = holder._state.db or "default", type(holder)
        if model not in self._kept:
            self._kept[model] = [(lookup, Prepared(_of_one(lookup, model))) for lookup in self._build()]
        _load([_Kind([holder], lookup, using, kept) for lookup, kept in self._kept[model]], using)


def _of_one(lookup: Lookup, model: type[Model]) -> Callable[[Any], QuerySet[Any]]:
    """The builder of the rows of one holder, by its key."""
    relation, rows = _split(lookup, model)
    return lambda key: rows.prefetch_related(None).filter(**{relation.field.name: key})


def load(holder: Model, *lookups: Lookup) -> None:
    """Load these related rows of one object in one query, as `prefetch_related_objects([holder], *lookups)` would.

    lookups: reverse foreign keys and reverse one-to-one relations of the holder; a Prefetch's rows may join others by
    `select_related`, and bring rows of their own by `prefetch_related`: each level costs one more query.
    """
    using = holder._state.db or "default"
    _load([_Kind([holder], lookup, using) for lookup in lookups], using)


def _load(wanted: list[_Kind], using: str) -> None:
    """Load these kinds, then what their rows bring along, level by level."""
    while wanted:
        wanted = _level(wanted, using)


def _level(wanted: list[_Kind], using: str) -> list[_Kind]:
    """Load all these kinds in one query; gives the kinds of rows which their rows bring along."""
    kinds, parts, params = [], [], []
    planned = all(kind.keeps_plan for kind in wanted)
    for kind in wanted:
        try:
            sql, more = kind.sql(planned=planned)
        except EmptyResultSet:
            kind.give([])
            continue
        kinds.append(kind)
        parts.append(sql)
        params += list(more)
    if not kinds:
        return []
    at = connections[using]
    with (Keeping(at) if planned else at).cursor() as cursor:
        cursor.execute("select " + ", ".join(parts), params)
        answer = cursor.fetchone() or ()
    deeper = []
    for kind, found in zip(kinds, answer, strict=True):
        rows = kind.take(json.loads(found, parse_float=Decimal))
        kind.give(rows)
        deeper += [_Kind(rows, lookup, using) for lookup in kind.deeper if rows]
    return deeper
