"""Every read on money that pages, lists and the desk share. Each begins with the scope; the policy is the net."""

from __future__ import annotations

from typing import Any, TypeVar

from django.db import connection
from django.db.models import Model, Q, QuerySet
from django.db.models.expressions import RawSQL

from portal.core.scope import Scope

Row = TypeVar("Row", bound=Model)


def within(rows: QuerySet[Row], scope: Scope) -> QuerySet[Row]:
    """The rows of the scope: all for the nation, else those of its provinces, its units and the units they follow."""
    if scope.nation:
        return rows
    if not scope.units:
        return rows.filter(province__in=scope.provinces)
    return rows.filter(Q(province__in=scope.provinces) | Q(unit__in=RawSQL("select unnest(money_units())", [])))


def together(parts: list[QuerySet[Any]]) -> QuerySet[Any] | None:
    """All rows of the parts as one query; None where there are no parts."""
    if not parts:
        return None
    return parts[0].union(*parts[1:], all=True) if len(parts) > 1 else parts[0]


def unit_that_follows(unit: str) -> str:
    """The code of the unit that goes on with this one's plan by an approved change, or nothing."""
    with connection.cursor() as cursor:
        cursor.execute("select money_unit_follows(%s)", [unit])
        return cursor.fetchone()[0] or ""
