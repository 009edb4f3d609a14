"""CSV: the rows of one sheet, headings in the asker's language, safe to open in a spreadsheet."""

from __future__ import annotations

import csv
from collections.abc import Sequence
from datetime import datetime
from pathlib import Path
from typing import Any

from django.utils.translation import gettext as _

from portal.core import clock
from portal.core.tables.files import FORMULA
from portal.reports.catalogue import Copied, Order, Sheet
from portal.reports.writers import copying
from portal.reports.writers.base import Writer


class CsvWriter(Writer):
    """UTF-8 with its mark, so that spreadsheets read Chinese. What the cover would say stands on the file's page."""

    def __init__(self, order: Order, path: Path) -> None:
        super().__init__(order, path)
        self._file = path.open("w", encoding="utf-8-sig", newline="")
        self._out = csv.writer(self._file)
        self._is_it = False
        self._is_begun = False

    def begin(self, sheet: Sheet) -> None:
        wanted = self.order.report.csv
        self._is_it = not self._is_begun and wanted in ("", sheet.name)
        if self._is_it:
            self._is_begun = True
            self._out.writerow([safe(column.label) for column in sheet.columns])

    def row(self, row: Sequence[Any]) -> None:
        if self._is_it:
            self._out.writerow([safe(value) for value in row])

    def copied(self, sheet: Sheet, part: Copied) -> None:
        """The bytes of the database as they come: nothing is as quick."""
        self._file.flush()
        for lines in copying.lines(self.order, part):
            self.digest(lines)
            self.count += lines.count(b"\n")
            if self._is_it:
                self._file.buffer.write(lines)

    def finish(self, facts: list[tuple[str, str]]) -> None:
        self._file.close()

    def abandon(self) -> None:
        self._file.close()


def safe(value: Any) -> Any:
    """A value as a cell; a text that a spreadsheet would take for a formula gets an apostrophe before it."""
    if value is None:
        return ""
    if isinstance(value, datetime):
        return value.astimezone(clock.SHANGHAI).strftime("%Y-%m-%d %H:%M:%S")
    if isinstance(value, bool):
        return _("yes") if value else _("no")
    if isinstance(value, int) or (not hasattr(value, "__len__") and not isinstance(value, str)):
        return str(value)
    text = str(value)
    return f"'{text}" if text.lstrip(" \n").startswith(FORMULA) or text.startswith(FORMULA) else text
