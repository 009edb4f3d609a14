"""The same rows as CSV: UTF-8 with its mark, both rows of headings, no text that a spreadsheet would run."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterable
from datetime import date
from decimal import Decimal
from typing import IO, Any, Final

from applications.sheets.sheet import Row, Sheet

# Read back by `applications.imports.reading`: one sign is put before, one is taken away.
_FORMULA: Final = re.compile(r"^'*[=+\-@＝＋－＠\t\r\n]")


def write(file: IO[bytes], sheet: Sheet, rows: Iterable[Row]) -> int:
    """Write the rows; gives their number."""
    text = io.TextIOWrapper(file, encoding="utf-8-sig", newline="", write_through=True)
    writer = csv.writer(text)
    writer.writerow([column.zh + ("*" if column.required else "") for column in sheet.columns])
    writer.writerow([column.en for column in sheet.columns])
    count = 0
    for row in rows:
        writer.writerow([_text(column.write(row[column.key])) for column in sheet.columns])
        count += 1
    text.detach()
    return count


def _text(value: Any) -> str:
    if value is None:
        return ""
    if isinstance(value, float):
        return f"{Decimal(repr(value)):f}".removesuffix(".0")
    if isinstance(value, date):
        return value.isoformat()
    text = str(value)
    return f"'{text}" if _FORMULA.match(text) else text
