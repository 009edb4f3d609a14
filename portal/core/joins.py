"""Rows with their relations in one query, reading of the relations only what pages show."""

from __future__ import annotations

from functools import cache
from typing import Any, Final, TypeVar

from django.db.models import ForeignKey, Model, QuerySet
from django.utils.translation import get_language

Row = TypeVar("Row", bound=Model)
# What an object of another table is shown by. Putting together, sending and reading twenty more columns a join costs
# more than the rest of a page's query.
NAMED_BY: Final = ("name", "name_zh", "name_en", "code", "kind", "number", "title_zh", "title_en", "state")


@cache
def _left_out(model: type[Model], path: str) -> tuple[str, ...]:
    """The columns of the relation at `path` that are no name."""
    for part in path.split("__"):
        field = model._meta.get_field(part)
        if not isinstance(field, ForeignKey):
            raise TypeError(f"{path} is no chain of foreign keys.")
        model = field.related_model
    left = [field for field in model._meta.concrete_fields if field.name not in NAMED_BY and not field.primary_key]
    return tuple(f"{path}__{field.name}" for field in left)


def with_names(rows: QuerySet[Row], *paths: str) -> QuerySet[Row]:
    """The rows joined with what stands at these paths, of which only the columns of NAMED_BY are read.

    Another column of such an object costs a query when it is read: join it with `select_related` instead.
    """
    left = [name for path in paths for name in _left_out(rows.model, path)]
    return rows.select_related(*paths).defer(*left)


def bare(rows: QuerySet[Row]) -> QuerySet[Row]:
    """The rows with what was computed for them and nothing of what they were joined with: a table in a page on one of
    these relations shows their own columns. Putting the joined columns together took half of such a page.
    """
    return rows.select_related(None).defer(None)


def name_of(path: str) -> str:
    """Where the name in the reader's language stands of what stands at this path: a column for `values_list`."""
    return f"{path}__name_en" if get_language() == "en" else f"{path}__name_zh"


def title_of(path: str) -> str:
    """The same of a title."""
    return f"{path}__title_en" if get_language() == "en" else f"{path}__title_zh"


def plain(rows: QuerySet[Any], *names: str) -> QuerySet[Any]:
    """The rows as named tuples of these columns and the key, for lists: objects of five tables a row cost more than
    the query. Paths of relations are named as the object mapper names them, `unit__name_zh`; what was worked out for
    the rows and is added up must be named as well.
    """
    return rows.select_related(None).defer(None).values_list("pk", *names, named=True)
