"""A report of sheets that are read at one moment: an app gives one function, and this makes the builder.

def read(by: Actor, order: Order) -> Found:                      # inside one transaction in the reader's scope
    return Found([Table(Sheet("units", _("Units"), [Column(_("Unit")), …]), [[row.name, …] for row in …])])

Report(name="…", …, build=tabled(read))
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from itertools import islice
from typing import Any, Final

from portal.core.scope import Actor
from portal.reports.catalogue import Cover, Order, Part, Picture, Rows, Sheet, Value

CHUNK: Final = 500
Row = Sequence[Value]


@dataclass(frozen=True)
class Table:
    """A sheet with its rows, and drawings below it."""

    sheet: Sheet
    rows: Sequence[Row]
    pictures: Sequence[Picture] = ()


@dataclass(frozen=True)
class Found:
    """All sheets of a report, and what its cover says beside the parameters."""

    tables: Sequence[Table]
    rules: str = ""
    notes: Sequence[str] = ()
    filters: Sequence[tuple[str, str]] = field(default_factory=tuple)


Read = Callable[[Actor, Order], Found]


def tabled(read: Read) -> Callable[[Order], Iterator[Part]]:
    """The builder of a report whose sheets `read` gives."""

    def build(order: Order) -> Iterator[Part]:
        with order.acting() as by:
            found = read(by, order)
        yield from parts(found)

    return build


def parts(found: Found) -> Iterator[Part]:
    """The parts of what was read, rows in chunks so that progress is even."""
    steps = sum(1 + len(table.rows) // CHUNK + 1 + len(table.pictures) for table in found.tables)
    yield Cover(steps=steps, rules=found.rules, notes=found.notes, filters=found.filters)
    for table in found.tables:
        yield table.sheet
        yield from chunks(table.rows)
        yield from table.pictures


def chunks(rows: Sequence[Row]) -> Iterator[Rows]:
    """Rows in portions."""
    rest = iter(rows)
    while chunk := list(islice(rest, CHUNK)):
        yield Rows(chunk)


def version_of(batch: Any) -> str:
    """The version of a batch's rule set, or nothing."""
    return str(batch.rule_set.version) if batch.rule_set else ""
