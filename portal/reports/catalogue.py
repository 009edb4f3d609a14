"""The catalogue of reports, which each app fills from its `apps.py`.

    register(Report(
        name="applications.overview", title=_("Overview of a batch"), description=_("…"), act="applications.view",
        formats=TABLES, form=OverviewForm, build=overview, source=_("applications"),
    ))

    def overview(order: Order) -> Iterator[Part]:
        with order.acting() as by:                          # one transaction in the asker's scope
            …
        yield Cover(steps=3, filters=order.words, rules="2026.1")
        yield Sheet("states", _("By state"), columns=[Column(_("State"), width=24), …], chart=Bars(…))
        yield Rows([…])                                     # rows of the sheet before
        yield Document("dossier", {…})                      # or, for PDF: a template and its data

A report of sheets is a spreadsheet, a CSV file, a PDF of the general template (templates/typst/table.typ) and a page.
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

from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from portal.core.errors import Text
from portal.core.inspection import CSV, PDF, XLSX, ZIP, FileKind
from portal.core.rules import may
from portal.core.scope import Actor
from portal.reports.forms import ReportForm

__all__ = [
    "CSV",
    "PDF",
    "TABLES",
    "XLSX",
    "ZIP",
    "Bars",
    "Column",
    "Copied",
    "Cover",
    "Document",
    "Member",
    "Order",
    "Part",
    "Picture",
    "Ready",
    "Report",
    "Rows",
    "Sheet",
    "Value",
]
Value = str | int | Decimal | date | datetime | bool | None
Kind = Literal["text", "number", "yuan", "wan", "percent", "date", "moment", "plain"]
RIGHT: Final = frozenset({"number", "yuan", "wan", "percent"})
UNITS: Final[dict[str, Text]] = {
    "yuan": _("yuan"),
    "wan": _("ten thousand yuan"),
    "percent": "%",
    "number": pgettext_lazy("unit of a column", "number"),
    "date": _("day (Beijing time)"),
    "moment": _("moment (Beijing time)"),
}
# Formats by the short name that stands in addresses and runs.
FORMATS: Final[dict[str, FileKind]] = {"xlsx": XLSX, "csv": CSV, "pdf": PDF, "zip": ZIP}
TABLES: Final = (XLSX, CSV, PDF)  # what every report of sheets can be


@dataclass(frozen=True)
class Column:
    """A column of a sheet: heading (with its unit), kind of values, width in signs, whether its sum stands below.

    kind: "plain" is a whole number that counts nothing (a year, a number in turn): its thousands are not parted.
    unit: what figures count, where the kind does not say it. source: where the values come from, where it is not
    what the sheet (or the report) names.
    """

    label: Text
    kind: Kind = "text"
    width: int = 16
    total: bool = False
    unit: Text = ""
    source: Text = ""

    @property
    def is_right(self) -> bool:
        """Whether its values are figures."""
        return self.kind in RIGHT

    @property
    def measure(self) -> Text:
        """The unit of its values; nothing for words."""
        return self.unit or UNITS.get(self.kind, "")


@dataclass(frozen=True)
class Bars:
    """A chart of the spreadsheet's own beside the rows: names in column `names`, figures in columns `figures`.

    adds: whether the sum of several rows means something (money does, the longest time does not).
    """

    title: Text
    names: int
    figures: tuple[int, ...]
    lying: bool = False
    stacked: bool = False
    adds: bool = True


@dataclass(frozen=True)
class Cover:
    """What the cover says, given first. steps: how many parts come after it (as far as known)."""

    steps: int
    filters: Sequence[tuple[str, str]] = ()
    rules: str = ""
    notes: Sequence[str] = ()


@dataclass(frozen=True)
class Sheet:
    """A table. In CSV the sheet the report names (else the first) is the file. source: of its columns."""

    name: str
    title: Text
    columns: Sequence[Column]
    chart: Bars | None = None
    note: Text = ""
    source: Text = ""


@dataclass(frozen=True)
class Rows:
    """Rows of the sheet that was given last; amounts in the unit of the column's heading."""

    rows: Iterable[Sequence[Value]]


@dataclass(frozen=True)
class Document:
    """For PDF: the template and its data (portal.core.shapes); moment, mark and digest are put in by the writer."""

    template: str
    data: dict[str, Any]


@dataclass(frozen=True)
class Copied:
    """Rows of the sheet that was given last, as the database itself writes them in CSV: for very many.

    query: gives the columns of the sheet in their order, texts and figures ready to be read; amounts with two places.
    """

    query: str
    values: Sequence[Any] = ()


@dataclass(frozen=True)
class Picture:
    """A drawing (SVG) below the sheet that was given last; alt says what it shows. PDF and page show it."""

    caption: Text
    svg: str
    alt: Text


@dataclass(frozen=True)
class Ready:
    """A PDF or ZIP that an app made with a form of its own, taken as it is."""

    content: bytes


@dataclass(frozen=True)
class Member:
    """One file of a ZIP."""

    name: str
    content: bytes


Part = Cover | Sheet | Rows | Copied | Picture | Document | Ready | Member


@dataclass(frozen=True)
class Order:
    """What was asked: by whom, which report, as what, with which (checked) parameters; read as of which moment.

    `acting()` is one transaction in the asker's scope of the moment. `most`: rows the database writes are cut there
    (a page); none: all. `wording`: the words of the parameters in the present language, for papers that are Chinese
    whoever asks.
    """

    by: Actor
    report: Report
    format: str
    values: dict[str, Any]
    words: list[tuple[str, str]]
    as_of: datetime
    acting: Callable[[], AbstractContextManager[Actor]]
    most: int | None = None
    wording: Callable[[], list[tuple[str, str]]] | None = None


@dataclass(frozen=True)
class Report:
    """One report of the catalogue. act: what its reader must be allowed to do; form: its parameters.

    source: where its values come from. group: its heading in the catalogue. keep_days: how long its files are kept
    (none: as the settings say). heavy: takes long, so it waits in a queue of its own. csv: the sheet that is the CSV
    file. page: gives the address where an app shows the same; without it the page is made of the parts.
    """

    name: str
    title: Text
    description: Text
    act: str
    formats: tuple[FileKind, ...]
    form: type[ReportForm]
    build: Callable[[Order], Iterator[Part]]
    file_name: Callable[[Order], str] | None = None
    source: Text = ""
    group: Text = ""
    keep_days: int | None = None
    heavy: bool = False
    csv: str = ""
    page: Callable[[dict[str, Any]], str] | None = None

    @property
    def format_names(self) -> list[str]:
        """The short names of its formats."""
        names = {kind: name for name, kind in FORMATS.items()}
        return [names[kind] for kind in self.formats]

    @property
    def shows_page(self) -> bool:
        """Whether it can be read as a page; of what is an archive alone all documents would be made, and none shown."""
        return self.page is not None or self.formats != (ZIP,)


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
