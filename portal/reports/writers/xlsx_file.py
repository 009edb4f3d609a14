"""XLSX: a cover sheet, then the sheets row by row with little memory, each with the spreadsheet's own chart.

Texts are always written as text: what begins with = + - or @ is no formula, and an address is no link.
"""

from __future__ import annotations

import contextlib
from collections.abc import Sequence
from datetime import UTC, date, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any, Final

import xlsxwriter
from django.conf import settings
from django.utils.translation import gettext as _

from portal.core import clock
from portal.reports.catalogue import Bars, Copied, Order, Sheet
from portal.reports.writers import copying
from portal.reports.writers.base import Writer

FORMATS: Final = {
    "number": "#,##0",
    "decimal": "#,##0.0#####",
    "yuan": "#,##0.00",
    "wan": "#,##0.00####",
    "percent": "0.00",
    "date": "yyyy-mm-dd",
    "moment": "yyyy-mm-dd hh:mm",
    "plain": "0",
}
COLOURS: Final = ["#1f4e8c", "#c8782a", "#3f8f6b", "#8a5a9e", "#b23b3b", "#6b7785"]
FIRST: Final = 3  # the row of the first value: title, empty line, headings stand above
OPTIONS: Final = {
    "constant_memory": True,
    "strings_to_formulas": False,
    "strings_to_urls": False,
    "strings_to_numbers": False,
    "remove_timezone": True,
}


def _among_words(value: Any) -> str:
    """The look of a value in a column of words."""
    if isinstance(value, Decimal):
        return "number"
    return "moment" if isinstance(value, datetime) else "date" if isinstance(value, date) else "plain"


class XlsxWriter(Writer):
    """The cover is the first sheet and written last, when the digest is known."""

    def __init__(self, order: Order, path: Path) -> None:
        super().__init__(order, path)
        self._book = xlsxwriter.Workbook(str(path), OPTIONS)
        made = order.as_of.astimezone(UTC).replace(tzinfo=None, microsecond=0)
        self._book.set_properties({"title": str(order.report.title), "author": order.by.name, "created": made})
        font = {"font_name": "Microsoft YaHei", "font_size": 10}
        # Printed: what it is, whether it is invented, and which page of how many. An ampersand begins a code there.
        mark = _("Demonstration: all people, figures and dossiers are invented.") if settings.DEMONSTRATION else ""
        title = str(order.report.title).replace("&", "&&")[:80]
        pages = _("Page %(page)s of %(pages)s") % {"page": "&P", "pages": "&N"}
        self._foot = f"&L{title}&C{mark}&R{pages}"
        self._title = self._book.add_format(font | {"bold": True, "font_size": 14})
        self._head = self._book.add_format(
            font | {"bold": True, "bottom": 2, "bg_color": "#f3f5f8", "text_wrap": True, "valign": "vcenter"}
        )
        self._text = self._book.add_format(font)
        self._wrapped = self._book.add_format(font | {"text_wrap": True, "valign": "top"})
        self._label = self._book.add_format(font | {"bold": True, "valign": "top"})
        self._mark = self._book.add_format(font | {"bold": True, "font_color": "#8e1f1f"})
        self._kinds = {kind: self._book.add_format(font | {"num_format": shape}) for kind, shape in FORMATS.items()}
        self._totals = {
            kind: self._book.add_format(font | {"num_format": shape, "bold": True, "top": 1})
            for kind, shape in FORMATS.items()
        }
        self._cover = self._book.add_worksheet(_("Cover"))
        self._names: set[str] = {_("Cover").lower()}
        self._page: Any = None
        self._sheet = Sheet("", "", [])
        self._at = FIRST
        self._sums: list[Decimal] = []
        self._ways: list[tuple[Any, bool]] = []
        self._charted: list[Sequence[Any]] = []

    def begin(self, sheet: Sheet) -> None:
        self._end_sheet()
        self._sheet = sheet
        self._page = self._book.add_worksheet(self._name(str(sheet.title)))
        self._at, self._sums, self._charted = FIRST, [Decimal(0)] * len(sheet.columns), []
        self._ways = [(self._kinds.get(column.kind, self._text), column.total) for column in sheet.columns]
        for place, column in enumerate(sheet.columns):
            self._page.set_column(place, place, column.width)
        self._page.freeze_panes(FIRST, 1)
        self._page.set_paper(9)  # A4
        self._page.set_landscape()
        self._page.fit_to_pages(1, 0)
        self._page.repeat_rows(FIRST - 1)
        self._page.set_footer(self._foot)
        self._page.write_string(0, 0, str(sheet.title), self._title)
        if sheet.note:
            self._page.write_string(1, 0, str(sheet.note), self._text)
        for place, column in enumerate(sheet.columns):
            self._page.write_string(FIRST - 1, place, str(column.label), self._head)

    def row(self, row: Sequence[Any]) -> None:
        at, page = self._at, self._page
        for place, value in enumerate(row):
            shape, adds = self._ways[place]
            if type(value) is str:
                page.write_string(at, place, value[:32_767], self._text)
            elif value is None:
                page.write_blank(at, place, None, shape)
            else:
                self._cell(place, value, shape)
                if adds and isinstance(value, (int, Decimal)):
                    self._sums[place] += value
        if self._sheet.chart is not None:
            self._charted.append(row)
        self._at += 1

    def copied(self, sheet: Sheet, part: Copied) -> None:
        """The same cells the short way: what the database wrote is read once, as the cell needs it."""
        page, ways = (
            self._page,
            list(enumerate(zip((column.kind for column in sheet.columns), self._ways, strict=True))),
        )
        for lines in copying.lines(self.order, part):
            self.digest(lines)
            for row in copying.cells(lines):
                at = self._at
                for place, (kind, (shape, adds)) in ways:
                    text = row[place]
                    if not text:
                        page.write_blank(at, place, None, shape)
                    elif kind == "text":
                        page.write_string(at, place, text[:32_767], shape)
                    elif kind in ("date", "moment"):
                        page.write_number(at, place, copying.serial(text), shape)
                    else:
                        page.write_number(at, place, float(text), shape)
                        if adds:
                            self._sums[place] += Decimal(text)
                self._at += 1
                self.count += 1

    def _cell(self, place: int, value: Any, shape: Any) -> None:
        if shape is self._text:  # a value among words looks like what it is
            shape = self._kinds[_among_words(value)]
        if isinstance(value, bool):
            self._page.write_string(self._at, place, _("yes") if value else _("no"), self._text)
        elif isinstance(value, (int, Decimal)):
            is_whole = shape is not self._kinds["number"] or value == int(value)
            self._page.write_number(self._at, place, value, shape if is_whole else self._kinds["decimal"])
        elif isinstance(value, datetime):
            self._page.write_datetime(self._at, place, value.astimezone(clock.SHANGHAI).replace(tzinfo=None), shape)
        elif isinstance(value, date):
            self._page.write_datetime(self._at, place, datetime(value.year, value.month, value.day), shape)  # noqa: DTZ001 - a day has no zone
        else:
            self._page.write_string(self._at, place, str(value)[:32_767], self._text)

    def _end_sheet(self) -> None:
        """Sums below the rows, a filter on the headings, and the chart beside them."""
        if self._page is None:
            return
        last, sheet = self._at - 1, self._sheet
        if last < FIRST:
            self._page.write_string(FIRST, 0, _("Nothing fits these parameters."), self._text)
            return
        if any(column.total for column in sheet.columns):
            for place, column in enumerate(sheet.columns):
                if column.total:
                    is_whole = column.kind != "number" or self._sums[place] == int(self._sums[place])
                    shape = self._totals[column.kind if is_whole else "decimal"]
                    self._page.write_number(self._at, place, self._sums[place], shape)
                elif place == 0:
                    self._page.write_string(self._at, place, _("Total"), self._label)
        self._page.autofilter(FIRST - 1, 0, last, len(sheet.columns) - 1)
        if sheet.chart is not None:
            self._draw(sheet.chart, last)

    def _draw(self, wanted: Bars, last: int) -> None:
        name = self._page.get_name()
        kind = {"type": "bar" if wanted.lying else "column"} | ({"subtype": "stacked"} if wanted.stacked else {})
        chart = self._book.add_chart(kind)
        for number, place in enumerate(wanted.figures):
            chart.add_series(
                {
                    "name": [name, FIRST - 1, place],
                    "categories": [name, FIRST, wanted.names, last, wanted.names],
                    "values": [name, FIRST, place, last, place],
                    # The rows are written out already, so the chart's own copy of them is given along.
                    "categories_data": [str(row[wanted.names]) for row in self._charted],
                    "values_data": [row[place] for row in self._charted],
                    "fill": {"color": COLOURS[number % len(COLOURS)]},
                    "gap": 60,
                }
            )
        chart.set_title({"name": str(wanted.title), "name_font": {"size": 12}})
        if len(wanted.figures) == 1:
            chart.set_legend({"none": True})
            chart.set_y_axis({"name": str(self._sheet.columns[wanted.figures[0]].label)})
        if wanted.lying:
            chart.set_y_axis({"reverse": True})
        chart.set_size({"width": 720, "height": max(300, 60 + 22 * (last - FIRST + 1) if wanted.lying else 340)})
        self._page.insert_chart(FIRST - 1, len(self._sheet.columns) + 1, chart, {"description": str(wanted.title)})

    def finish(self, facts: list[tuple[str, str]]) -> None:
        self._end_sheet()
        self._list_columns()
        self._cover.hide_gridlines(2)
        self._cover.set_paper(9)
        self._cover.fit_to_pages(1, 0)
        self._cover.set_column(0, 0, 28)
        self._cover.set_column(1, 1, 90)
        self._cover.write_string(0, 0, str(self.order.report.title), self._title)
        mark = _("Mark")
        for number, (label, value) in enumerate(facts, start=2):
            self._cover.write_string(number, 0, label, self._label)
            self._cover.write_string(number, 1, value, self._mark if label == mark else self._wrapped)
        self._book.close()

    def _list_columns(self) -> None:
        """The last sheet: what each column is, in which unit, and where it comes from."""
        page = self._book.add_worksheet(self._name(_("Columns")))
        page.set_paper(9)
        page.fit_to_pages(1, 0)
        heads = [_("Sheet"), _("Column"), _("Unit"), _("Source")]
        for place, (head, width) in enumerate(zip(heads, (24, 44, 24, 60), strict=True)):
            page.set_column(place, place, width)
            page.write_string(0, place, head, self._head)
        for number, row in enumerate(self.columns(), start=1):
            for place, value in enumerate(row):
                page.write_string(number, place, value, self._text)

    def abandon(self) -> None:
        """Close the temporary files of the sheets; what comes of it is thrown away."""
        with contextlib.suppress(Exception):
            self._book.close()

    def _name(self, wanted: str) -> str:
        r"""A name Excel takes: at most 31 signs, none of []:*?/\\, each name once."""
        clean = "".join("_" if sign in "[]:*?/\\'" else sign for sign in wanted)[:31] or "Sheet"
        name, number = clean, 2
        while name.lower() in self._names:
            name = f"{clean[:27]} {number}"
            number += 1
        self._names.add(name.lower())
        return name
