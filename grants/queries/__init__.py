"""Every read on money that pages, lists and the desk share. Each begins with the scope; the policy is the net."""

from __future__ import annotations

from typing import TypeVar

from django.db.models import Model, Q, QuerySet

from portal.core.scope import Scope

Row = TypeVar("Row", bound=Model)


def within(rows: QuerySet[Row], scope: Scope) -> QuerySet[Row]:
    """The rows of the scope: all for the nation, else those of its provinces and units."""
    if scope.nation:
        return rows
    return rows.filter(Q(province__in=scope.provinces) | Q(unit__in=scope.units))
