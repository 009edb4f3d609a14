"""A list as a file: CSV or XLSX, row by row into a temporary file, within the request's own transaction."""

from __future__ import annotations

import csv
import io
import tempfile
from collections.abc import Callable, Iterable, Sequence
from datetime import date, datetime
from decimal import Decimal
from typing import IO, Any, Final, cast

import xlsxwriter
from django.http import FileResponse

from portal.core import clock, units
from portal.core.tables.columns import Column

IN_MEMORY: Final = 2 * 2**20
# A spreadsheet would take a text that begins with one of these for a formula.
FORMULA: Final = (*"=+-@＝＋－＠", "\t", "\r", "\n")
# At least two places of an amount: a spreadsheet shows 30,000. where none of them has to stand.
FORMATS: Final = {"yuan": "#,##0.00", "wan": "#,##0.00####", "date": "yyyy-mm-dd", "moment": "yyyy-mm-dd hh:mm"}


def _text(value: Any) -> str:
    """A value in a CSV file; a text that would be taken for a formula gets an apostrophe before it."""
    if value is None:
        return ""
    if isinstance(value, datetime):
        return value.strftime("%Y-%m-%d %H:%M:%S")
    if isinstance(value, Decimal):
        return f"{value:f}"
    text = str(value)
    return f"'{text}" if isinstance(value, str) and text.startswith(FORMULA) else text


def write_csv(file: IO[bytes], columns: Sequence[Column], rows: Iterable[Any]) -> None:
    """UTF-8 with its mark, so that spreadsheets read the Chinese."""
    text = io.TextIOWrapper(file, encoding="utf-8-sig", newline="", write_through=True)
    writer = csv.writer(text)
    writer.writerow([column.heading for column in columns])
    for row in rows:
        writer.writerow([_text(column.plain(row)) for column in columns])
    text.detach()


def write_xlsx(file: IO[bytes], columns: Sequence[Column], rows: Iterable[Any]) -> None:
    """One sheet, the heading kept in view; figures are figures, texts never formulas."""
    book = xlsxwriter.Workbook(
        file, {"constant_memory": True, "strings_to_formulas": False, "strings_to_urls": False, "in_memory": False}
    )
    sheet = book.add_worksheet()
    bold = book.add_format({"bold": True, "bottom": 1, "text_wrap": True})
    looks = {kind: book.add_format({"num_format": code}) for kind, code in FORMATS.items()}
    sheet.freeze_panes(1, 0)
    for place, column in enumerate(columns):
        sheet.set_column(place, place, 14 if column.is_right or column.kind == "code" else 24)
        sheet.write_string(0, place, column.heading, bold)
    for line, row in enumerate(rows, start=1):
        for place, column in enumerate(columns):
            _write(sheet, line, place, column.plain(row), looks, column.kind)
    book.close()


def _write(sheet: Any, line: int, place: int, value: Any, looks: dict[str, Any], kind: str) -> None:
    if value is None:
        return
    if isinstance(value, datetime):
        sheet.write_datetime(line, place, value.replace(tzinfo=None), looks["moment"])
    elif isinstance(value, date):
        sheet.write_datetime(line, place, datetime(value.year, value.month, value.day), looks["date"])  # noqa: DTZ001
    elif isinstance(value, (int, Decimal)):
        sheet.write_number(line, place, value, looks.get(kind))
    else:
        sheet.write_string(line, place, str(value)[:32_000])


Writer = Callable[[IO[bytes], Sequence[Column], Iterable[Any]], None]
WRITERS: Final[dict[str, tuple[str, Writer]]] = {
    "csv": ("text/csv; charset=utf-8", write_csv),
    "xlsx": ("application/vnd.openxmlformats-officedocument.spreadsheetml.sheet", write_xlsx),
}


def answer(kind: str, name: str, columns: Sequence[Column], rows: Iterable[Any]) -> FileResponse:
    """The file as an attachment. It is written before the answer begins: afterwards the caller's scope is gone."""
    content_type, write = WRITERS[kind]
    file = cast("IO[bytes]", tempfile.SpooledTemporaryFile(IN_MEMORY))  # noqa: SIM115 - closed with the answer
    with units.shown_in("yuan"):
        write(file, columns, rows)
    file.seek(0)
    made = FileResponse(
        file, as_attachment=True, filename=f"{name}-{clock.today():%Y%m%d}.{kind}", content_type=content_type
    )
    made["Cache-Control"] = "private, no-store"
    return made
