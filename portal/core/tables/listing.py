"""Lists that everybody opens at their first page: what they ask then is put together once in a process.

    _PAYMENTS = Listing(lambda *, by: moves.payments(by.scope))
    table = Table(request, _PAYMENTS(by=request.actor), …)

The builder and its values are those of `portal.core.prepared`. Whoever filters, turns the page or takes the list as a
file is answered by the same builder in the ordinary way.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from django.db.models import Count, IntegerField, QuerySet, Sum, Value

from portal.core.prepared import Prepared
from portal.core.scope import Actor

Fields = tuple[str, ...]
Totals = tuple[tuple[str, str], ...]


class Listing:
    """The rows of a list by their builder, which must not add up over other tables: the totals do."""

    def __init__(self, build: Callable[..., QuerySet[Any]]) -> None:
        self.build = build
        self.first: Prepared[Any] = Prepared(self._first)
        self.sums: Prepared[Any] = Prepared(self._sums)

    def __call__(self, *values: Any, by: Actor | None = None, **shape: Any) -> Asked:
        return Asked(self, values, by, shape)

    def _first(self, *values: Any, order: Fields, size: int, **shape: Any) -> QuerySet[Any]:
        rows = self.build(*values, **shape)
        return (rows.order_by(*order) if order else rows)[:size]

    def _sums(self, *values: Any, totals: Totals, **shape: Any) -> QuerySet[Any]:
        rows = self.build(*values, **shape).order_by().annotate(all=Value(1, output_field=IntegerField()))
        figures: QuerySet[Any] = rows.values("all").annotate(
            rows=Count("pk"), **{name: Sum(path) for name, path in totals}
        )
        return figures


@dataclass(frozen=True)
class Asked:
    """A listing with the values and the shape of one request."""

    listing: Listing
    values: tuple[Any, ...]
    by: Actor | None
    shape: dict[str, Any] = field(default_factory=dict)

    def rows(self) -> QuerySet[Any]:
        """All of them, in the order of the builder."""
        return self.listing.build(*self.values, **(self.shape if self.by is None else self.shape | {"by": self.by}))

    def first(self, order: Fields, size: int) -> list[Any]:
        """So many from the top, ordered by these fields; without any, as the builder orders them."""
        return self.listing.first(*self.values, by=self.by, order=order, size=size, **self.shape)

    def sums(self, totals: Totals) -> dict[str, Any]:
        """How many rows there are (`rows`), and the sums of these fields under their names; one query."""
        found = self.listing.sums(*self.values, by=self.by, totals=totals, **self.shape)
        # Nothing where the object mapper knows that no row can fit, and asks nothing.
        return found[0] if found else {"rows": 0, **dict.fromkeys(name for name, _path in totals)}
