"""The board as a workbook: a sheet for each of its tables."""

from __future__ import annotations

import io
from collections.abc import Sequence
from decimal import Decimal
from typing import Any, Final

import xlsxwriter

from reviews.presenting.board import Cell, Grid

CONTENT_TYPE: Final = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
_FORBIDDEN: Final = str.maketrans(dict.fromkeys("[]:*?/\\", " "))


def workbook(grids: Sequence[Grid], names: Sequence[str]) -> bytes:
    """The grids as sheets, the scenarios as columns; figures are figures, texts never formulas."""
    file = io.BytesIO()
    book = xlsxwriter.Workbook(file, {"strings_to_formulas": False, "strings_to_urls": False, "in_memory": True})
    bold = book.add_format({"bold": True, "bottom": 1, "text_wrap": True})
    wrapped = book.add_format({"text_wrap": True, "valign": "top"})
    # A spreadsheet would show 30,000. where a whole number has the look of one with places.
    looks = [book.add_format({"num_format": code, "valign": "top"}) for code in ("#,##0", "#,##0.0#####")]
    for grid in grids:
        sheet = book.add_worksheet(grid.title.translate(_FORBIDDEN)[:31])
        sheet.freeze_panes(1, 1)
        sheet.set_column(0, 0, 40)
        sheet.set_column(1, len(names), 28)
        for place, head in enumerate([grid.first, *names]):
            sheet.write_string(0, place, head, bold)
        for line, (label, cells) in enumerate(grid.lines, start=1):
            sheet.write_string(line, 0, label, wrapped)
            for place, cell in enumerate(cells, start=1):
                _write(sheet, line, place, cell, wrapped, looks)
    book.close()
    return file.getvalue()


def _write(sheet: Any, line: int, place: int, cell: Cell, wrapped: Any, looks: Sequence[Any]) -> None:
    if isinstance(cell.value, (int, Decimal)):
        sheet.write_number(line, place, cell.value, looks[cell.value != int(cell.value)])
    else:
        sheet.write_string(line, place, ("\n".join(cell.lines) or cell.text)[:32_000], wrapped)
