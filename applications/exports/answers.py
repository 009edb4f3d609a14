"""A list as the file of an answer; what is large waits on the disk, not in memory. Who takes it stands in the trail."""

from __future__ import annotations

import tempfile
from collections.abc import Iterable
from typing import IO, Any, Final, cast

from django.http import FileResponse, HttpRequest

from applications.exports import csv_file, workbook
from applications.sheets.sheet import Row, Sheet
from portal.core.exporting import taken_away
from portal.core.files import CSV, XLSX
from portal.core.inspection import FileKind

IN_MEMORY: Final = 2 * 2**20


def as_csv(request: HttpRequest, sheet: Sheet, rows: Iterable[Row], *, name: str) -> FileResponse:
    """The rows as CSV. name: of the file, without its ending."""
    taken_away(request, name)
    file = _waiting()
    csv_file.write(file, sheet, rows)
    return _answer(file, CSV, name)


def as_workbook(request: HttpRequest, sheet: Sheet, rows: Iterable[Row], *, name: str, **lists: Any) -> FileResponse:
    """The rows as a workbook. lists: as `workbook.write` takes them."""
    taken_away(request, name)
    file = _waiting()
    workbook.write(file, sheet, rows, **lists)
    return _answer(file, XLSX, name)


def _waiting() -> IO[bytes]:
    return cast("IO[bytes]", tempfile.SpooledTemporaryFile(IN_MEMORY))  # closed with the answer


def _answer(file: IO[bytes], kind: FileKind, name: str) -> FileResponse:
    file.seek(0)
    made = FileResponse(file, as_attachment=True, filename=f"{name}{kind.endings[0]}", content_type=kind.content_type)
    made["Cache-Control"] = "private, no-store"
    return made
