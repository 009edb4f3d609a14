"""A page: the same rows in the reader's scope, as many of each sheet as a page holds, with their sums and charts."""

from __future__ import annotations

import base64
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final

from portal.reports.catalogue import Column, Copied, Document, Member, Order, Picture, Ready, Sheet
from portal.reports.writers.base import Writer
from portal.reports.writers.drawing import drawn
from portal.reports.writers.shown import Sums, shown

MOST: Final = 200


@dataclass
class Shown:
    """One sheet as the page shows it: at most MOST rows, how many there are, sums over all.

    is_open: the rest was not read, so nobody knows how many there are, and there are no sums.
    """

    sheet: Sheet
    sums: Sums
    rows: list[list[tuple[Column, str]]] = field(default_factory=list)
    count: int = 0
    is_open: bool = False
    pictures: list[Picture] = field(default_factory=list)
    charted: list[Sequence[Any]] = field(default_factory=list)

    @property
    def images(self) -> list[tuple[Picture, str]]:
        """The chart and the drawings, each with its address: the drawing itself, so that the page fetches nothing."""
        chart = self.sheet.chart
        own = [drawn(self.sheet, chart, self.charted)] if chart is not None and self.charted else []
        return [(one, _address(one.svg)) for one in [*own, *self.pictures]]

    @property
    def is_cut(self) -> bool:
        """Whether there are more rows than the page shows."""
        return self.count > len(self.rows)

    @property
    def totals(self) -> list[tuple[Column, str]]:
        """One cell for each column below the rows."""
        if self.is_open:
            return []
        return list(zip(self.sheet.columns, self.sums.cells(), strict=False))


def _address(svg: str) -> str:
    return f"data:image/svg+xml;base64,{base64.b64encode(svg.encode()).decode()}"


class PageWriter(Writer):
    """Keeps what a page shows; a document of sections gives its tables and facts."""

    def __init__(self, order: Order, path: Path = Path()) -> None:
        super().__init__(order, path)
        self.sheets: list[Shown] = []
        self.sections: list[dict[str, Any]] = []
        self.members: list[str] = []

    def begin(self, sheet: Sheet) -> None:
        self.sheets.append(Shown(sheet, Sums(sheet.columns)))

    def row(self, row: Sequence[Any]) -> None:
        last = self.sheets[-1]
        last.count += 1
        last.sums.add(row)
        if last.sheet.chart is not None:
            last.charted.append(row)
        if last.count <= MOST:
            columns = last.sheet.columns
            last.rows.append([(column, shown(value, column)) for value, column in zip(row, columns, strict=True)])

    def copied(self, sheet: Sheet, part: Copied) -> None:
        super().copied(sheet, part)
        self.sheets[-1].is_open = self.order.most is not None and self.sheets[-1].count > self.order.most

    @property
    def rows_sha256(self) -> str:
        """Digest over all rows; empty when not all were read."""
        return "" if any(sheet.is_open for sheet in self.sheets) else super().rows_sha256

    def picture(self, part: Picture) -> None:
        self.sheets[-1].pictures.append(part)

    def document(self, part: Document) -> None:
        self.sections = list(part.data.get("sections", ()))

    def ready(self, part: Ready) -> None:
        """The page of the app shows it."""

    def member(self, part: Member) -> None:
        self.members.append(part.name)

    def finish(self, facts: list[tuple[str, str]]) -> None:
        """Nothing more to write."""


class DigestWriter(PageWriter):
    """Writes nothing: tells whether somebody else's rows are the same."""

    def row(self, row: Sequence[Any]) -> None:
        """Counted and digested already."""

    def picture(self, part: Picture) -> None:
        """No rows of it."""
