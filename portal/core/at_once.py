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
from typing import Any
from uuid import UUID

from django.core.exceptions import EmptyResultSet
from django.db import connections, models
from django.db.models import Model, Prefetch, QuerySet
from django.db.models.sql.compiler import SQLCompiler

Read = Callable[[Any], Any]
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


def _split(lookup: str | Prefetch[Any], model: type[Model]) -> tuple[Any, QuerySet[Any]]:
    """A lookup's relation and the rows it asks for, of all objects."""
    name = lookup if isinstance(lookup, str) else lookup.prefetch_to
    relation = model._meta.get_field(name)
    asked = None if isinstance(lookup, str) else lookup.queryset
    return relation, relation.related_model._default_manager.all() if asked is None else asked  # type: ignore[union-attr]


class _Kind:
    """One kind of rows of some objects: its query, and its rows from what the database answered."""

    def __init__(self, holders: Sequence[Model], lookup: str | Prefetch[Any], using: str) -> None:
        self.relation, rows = _split(lookup, type(holders[0]))
        field, self.holders = self.relation.field, {holder.pk: holder for holder in holders}
        self.deeper: tuple[str | Prefetch[Any], ...] = rows._prefetch_related_lookups  # type: ignore[attr-defined]
        self.rows = rows.prefetch_related(None).using(using).filter(**{f"{field.name}__in": list(self.holders)})
        self.rows._known_related_objects = {field: self.holders}  # type: ignore[attr-defined]
        self.compiler: SQLCompiler = self.rows.query.get_compiler(using)

    def sql(self) -> tuple[str, Sequence[Any]]:
        """The rows as one text: read here and not by the driver, which would make floats of amounts."""
        inner, params = self.compiler.as_sql()
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
        return list(self.rows)

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


def load(holder: Model, *lookups: str | Prefetch[Any]) -> None:
    """Load these related rows of one object in one query, as `prefetch_related_objects([holder], *lookups)` would.

    lookups: reverse foreign keys and reverse one-to-one relations of the holder; a Prefetch's rows may join others by
    `select_related`, and bring rows of their own by `prefetch_related`: each level costs one more query.
    """
    using = holder._state.db or "default"
    wanted = [_Kind([holder], lookup, using) for lookup in lookups]
    while wanted:
        wanted = _level(wanted, using)


def _level(wanted: list[_Kind], using: str) -> list[_Kind]:
    """Load all these kinds in one query; gives the kinds of rows which their rows bring along."""
    kinds, parts, params = [], [], []
    for kind in wanted:
        try:
            sql, more = kind.sql()
        except EmptyResultSet:
            kind.give([])
            continue
        kinds.append(kind)
        parts.append(sql)
        params += list(more)
    if not kinds:
        return []
    with connections[using].cursor() as cursor:
        cursor.execute("select " + ", ".join(parts), params)
        answer = cursor.fetchone() or ()
    deeper = []
    for kind, found in zip(kinds, answer, strict=True):
        rows = kind.take(json.loads(found, parse_float=Decimal))
        kind.give(rows)
        deeper += [_Kind(rows, lookup, using) for lookup in kind.deeper if rows]
    return deeper
