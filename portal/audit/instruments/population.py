"""Populations out of registered sources: the items of a moment, their digest, and what of the drawn ones is kept."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Any, Final

from portal.audit.instruments.conditions import to_q
from portal.audit.instruments.sampling import Drawn, Item, digest
from portal.audit.instruments.sources import Source
from portal.core.scope import Actor

FEN: Final = 100
AT_ONCE: Final = 5_000


@dataclass(frozen=True)
class Population:
    """The items by key, with their digest."""

    items: list[Item]
    sha256: str

    @property
    def count(self) -> int:
        """How many items."""
        return len(self.items)

    @property
    def total(self) -> int:
        """Their sum in fen."""
        return sum(item.amount for item in self.items)


def load(by: Actor, source: Source, tree: Any, *, as_of: datetime, strata: str = "") -> Population:
    """The population in the actor's scope at that moment. One query, read in pieces."""
    money = source.field(source.amount) if source.amount else None
    stratum = source.field(strata) if strata else None
    columns = ["pk", *(one.column for one in (money, stratum) if one)]
    rows = source.rows(by, as_of).filter(to_q(source, tree)).order_by("pk").values_list(*columns)
    items = []
    for values in rows.iterator(chunk_size=AT_ONCE):
        amount = int((values[1] or 0) * FEN) if money else 0
        name = str(values[-1] or "") if stratum else ""
        items.append(Item(str(values[0]), amount, name.replace("\t", " ").replace("\n", " ").replace("\r", " ")))
    items.sort(key=lambda item: item.key.encode())
    return Population(items, digest(items))


def items_of(by: Actor, source: Source, drawn: Sequence[Drawn], *, as_of: datetime) -> list[dict[str, Any]]:
    """The drawn items as the sample keeps them, each with its title and address of today. One query."""
    rows = {str(row.pk): row for row in source.rows(by, as_of).filter(pk__in=[one.key for one in drawn])}
    return [
        {
            "key": one.key,
            "title": source.title(rows[one.key])[:300],
            "url": source.url(rows[one.key]),
            "amount": f"{Decimal(one.amount) / FEN:.2f}",
            "stratum": one.stratum,
            "certain": one.certain,
            "hits": one.hits,
        }
        for one in drawn
    ]
