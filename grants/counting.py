"""What of a list of papers counts: what was refused or taken back is shown struck through and not added up."""

from __future__ import annotations

from typing import Any

from django.db.models import Case, F, QuerySet, Value, When

from grants.enums import COUNTED
from grants.queries.awards import money
from portal.core.money import ZERO


def is_void(row: Any) -> bool:
    """Whether the paper's amount does not count: it was refused, taken back or withdrawn."""
    return row.state not in COUNTED


def counted(rows: QuerySet[Any], *names: str) -> QuerySet[Any]:
    """The rows with `counted_NAME` for each amount named: the amount where the paper counts, else nothing (yuan)."""
    nothing = Value(ZERO, output_field=money())
    found: QuerySet[Any] = rows.annotate(
        **{
            f"counted_{name}": Case(When(state__in=COUNTED, then=F(name)), default=nothing, output_field=money())
            for name in names or ("amount",)
        }
    )
    return found
