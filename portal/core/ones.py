"""One row of those an actor may see: what almost every page of a single thing begins with."""

from __future__ import annotations

from collections.abc import Callable
from functools import cache
from inspect import signature
from typing import Any, TypeVar
from uuid import UUID

from django.db.models import Model, QuerySet
from django.http import Http404

from portal.core.prepared import Prepared
from portal.core.scope import Actor

M = TypeVar("M", bound=Model)
# Reads of `queries`: rows of an actor, or of a scope.
Rows = Callable[[Any], QuerySet[M]]


def one_of(rows: Rows[M], actor: Actor, **where: int | str | UUID) -> M:
    """The row of `rows(actor)` (or of `rows(actor.scope)`, as it names its parameter) for which `where` holds.

    `one_of(queries.awards, request.actor, pk=pk)`. The query is put together once for all rows and actors of a post.
    Raises Http404 where there is none in the actor's reach.
    """
    found = one_if_any(rows, actor, **where)
    if found is None:
        raise Http404
    return found


def one_if_any(rows: Rows[M], actor: Actor, **where: int | str | UUID) -> M | None:
    """The same row, or None where there is none in the actor's reach."""
    found: M | None = _prepared(rows, tuple(where)).one(*where.values(), by=actor)
    return found


@cache
def _prepared(rows: Rows[Any], names: tuple[str, ...]) -> Prepared[Any]:
    of_scope = next(iter(signature(rows).parameters)) == "scope"

    def build(*values: Any, by: Actor) -> QuerySet[Any]:
        found = rows(by.scope if of_scope else by).filter(**dict(zip(names, values, strict=True)))
        return found[:1]

    return Prepared(build)
