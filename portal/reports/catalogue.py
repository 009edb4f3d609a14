"""The catalogue of reports, which each app fills from its `apps.py`.

    register(Report(
        name="applications.overview", title=_("Overview of a batch"), description=_("…"), act="applications.view",
        formats=(XLSX, CSV), form=OverviewForm, build=overview,
    ))

    def overview(order: Order) -> Iterator[Part]:
        with order.acting() as by:                          # one transaction in the asker's scope
            …
        yield Cover(steps=3, filters=order.words, rules="2026.1")
        yield Sheet("states", _("By state"), columns=[Column(_("State"), width=24), …], chart=Bars(…))
        yield Rows([…])                                     # rows of the sheet before
        yield Document("dossier", {…})                      # or, for PDF: a template and its data

A builder is a generator of parts, each given outside its transactions; after each the worker tells the progress and
looks whether it was cancelled. It reads through the queries of its app, in the scope the asker has now, and must give
the same rows for the same data.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Any, Final, Literal

from portal.core.errors import Text
from portal.core.inspection import CSV, PDF, XLSX, FileKind
from portal.core.rules import may
from portal.core.scope import Actor
from portal.reports.forms import ReportForm

__all__ = ["CSV", "PDF", "XLSX", "Bars", "Column", "Cover", "Document", "Order", "Part", "Report", "Rows", "Sheet"]
Value = str | int | Decimal | date | datetime | bool | None
Kind = Literal["text", "number", "yuan", "wan", "percent", "date", "moment"]
# Formats by the short name that stands in addresses and runs.
FORMATS: Final[dict[str, FileKind]] = {"xlsx": XLSX, "csv": CSV, "pdf": PDF}


@dataclass(frozen=True)
class Column:
    """A column of a sheet: heading (with its unit), kind of values, width in signs, whether its sum stands below."""

    label: Text
    kind: Kind = "text"
    width: int = 16
    total: bool = False


@dataclass(frozen=True)
class Bars:
    """A chart of the spreadsheet's own beside the rows: names in column `names`, figures in columns `figures`."""

    title: Text
    names: int
    figures: tuple[int, ...]
    lying: bool = False
    stacked: bool = False


@dataclass(frozen=True)
class Cover:
    """What the cover says, given first. steps: how many parts come after it (as far as known)."""

    steps: int
    filters: Sequence[tuple[str, str]] = ()
    rules: str = ""
    notes: Sequence[str] = ()


@dataclass(frozen=True)
class Sheet:
    """A table. In CSV the first sheet is the file."""

    name: str
    title: Text
    columns: Sequence[Column]
    chart: Bars | None = None
    note: Text = ""


@dataclass(frozen=True)
class Rows:
    """Rows of the sheet that was given last; amounts in the unit of the column's heading."""

    rows: Iterable[Sequence[Value]]


@dataclass(frozen=True)
class Document:
    """For PDF: the template and its data (portal.core.shapes); moment, mark and digest are put in by the writer."""

    template: str
    data: dict[str, Any]


Part = Cover | Sheet | Rows | Document


@dataclass(frozen=True)
class Order:
    """What was asked: by whom, which report, as what, with which (checked) parameters, when.

    `acting()` is one transaction in the asker's scope of the moment.
    """

    by: Actor
    report: Report
    format: str
    values: dict[str, Any]
    words: list[tuple[str, str]]
    asked_at: datetime
    acting: Callable[[], AbstractContextManager[Actor]]


@dataclass(frozen=True)
class Report:
    """One report of the catalogue. act: what its reader must be allowed to do; form: its parameters."""

    name: str
    title: Text
    description: Text
    act: str
    formats: tuple[FileKind, ...]
    form: type[ReportForm]
    build: Callable[[Order], Iterator[Part]]
    file_name: Callable[[Order], str] | None = None

    @property
    def format_names(self) -> list[str]:
        """The short names of its formats."""
        return [name for name, kind in FORMATS.items() if kind in self.formats]


CATALOGUE: Final[dict[str, Report]] = {}


def register(*reports: Report) -> None:
    """Add an app's reports. Raises ValueError when a name is taken."""
    for report in reports:
        if report.name in CATALOGUE:
            raise ValueError(f"Two reports are named {report.name}.")
        CATALOGUE[report.name] = report


def for_actor(actor: Actor) -> list[Report]:
    """The reports this person may ask for, in the order of the apps."""
    return [report for report in CATALOGUE.values() if may(actor, report.act)]
