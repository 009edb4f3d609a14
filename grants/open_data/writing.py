"""A data set as files: CSV, JSON and 360Giving, written row by row beside one another, in the memory of one row."""

from __future__ import annotations

import hashlib
import json
import tempfile
from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import IO, Any, Final

from django.conf import settings
from django.db import connection

from grants.open_data import three_sixty
from grants.open_data.sets import Column, DataSet, both
from portal.core import clock
from portal.reports.writers.csv_file import safe

BOM: Final = "\ufeff"  # a spreadsheet takes the file for UTF-8 by it
CHUNK: Final = 2_000
# Raised when the way of writing changes, so that the next edition is written though the rows are the same.
WAY: Final = "1"


def rows(one: DataSet) -> Iterator[dict[str, Any]]:
    """The rows which the database says are public, by the names of the columns. Called inside a transaction."""
    names = [column.name for column in one.columns]
    with connection.chunked_cursor() as cursor:
        cursor.execute(f"select * from {one.function}()")
        while found := cursor.fetchmany(CHUNK):
            for row in found:
                yield dict(zip(names, (*row, settings.DEMONSTRATION), strict=True))


@dataclass
class Written:
    """The files of a data set by format, how many rows, the digest by which an edition is told from the one before."""

    files: dict[str, IO[bytes]]
    rows: int
    stamp: str


def write(one: DataSet, *, moment: datetime, into: ExitStack) -> Written:
    """Write all formats in one pass over the rows. Files of packages without a grant are left out: they are invalid."""
    files = {name: into.enter_context(_temporary()) for name in one.formats}
    at = moment.astimezone(clock.SHANGHAI).isoformat(timespec="seconds")
    digest = hashlib.sha256(f"{WAY} {settings.OPEN_DATA_LICENCE} {settings.OPEN_DATA_PREFIX}".encode())
    digest.update(f"{settings.BASE_URL} {[column.name for column in one.columns]}".encode())
    files["csv"].write((BOM + _line(column.name for column in one.columns)).encode())
    _open_json(files["json"], about(one, at), "rows")
    if "360giving" in files:
        _open_json(files["360giving"], three_sixty.head(one.name, both(one.title), both(one.text), at), "grants")
    count, grants = 0, 0
    for row in rows(one):
        line = _line(_cell(row[column.name]) for column in one.columns).encode()
        digest.update(line)
        files["csv"].write(line)
        files["json"].write(_item({column.name: _plain(row[column.name]) for column in one.columns}, count))
        if "360giving" in files and _is_grant(row):
            files["360giving"].write(_item(three_sixty.GRANT[one.name](row, at), grants))
            grants += 1
        count += 1
    for name in set(files) - {"csv"}:
        files[name].write(b"\n]}\n")
    if not grants:
        files.pop("360giving", None)
    return Written(files, count, digest.hexdigest())


def _temporary() -> IO[bytes]:
    return tempfile.TemporaryFile()  # closed, and gone, with the stack that takes it


def about(one: DataSet, at: str) -> dict[str, Any]:
    """What a JSON file says of itself before its rows."""
    base = settings.BASE_URL.rstrip("/")
    return {
        "data_set": one.name,
        "title": both(one.title),
        "description": both(one.text),
        "as_of": at,
        "licence": settings.OPEN_DATA_LICENCE,
        "invented": settings.DEMONSTRATION,
        "page": f"{base}/open-data/{one.name}/",
        "schema": f"{base}/open-data/{one.name}.schema.json",
        "columns": [dictionary(column) for column in one.columns],
    }


def dictionary(column: Column) -> dict[str, Any]:
    """A column in both languages."""
    found: dict[str, Any] = {
        "name": column.name,
        "kind": column.kind,
        "title": both(column.title),
        "source": both(column.source),
    }
    if column.text:
        found["description"] = both(column.text)
    if column.unit:
        found["unit"] = both(column.unit)
    if column.choices:
        found["values"] = {value: both(label) for value, label in column.choices}
    return found


def _is_grant(row: dict[str, Any]) -> bool:
    return bool(row.get("awarded_yuan") or row.get("support_yuan"))


def _open_json(file: IO[bytes], head: dict[str, Any], rows_name: str) -> None:
    text = json.dumps(head, ensure_ascii=False, indent=1)
    file.write(f'{text[:-2]},\n "{rows_name}": ['.encode())


def _item(item: dict[str, Any], place: int) -> bytes:
    return ((",\n" if place else "\n") + json.dumps(item, ensure_ascii=False)).encode()


def _line(cells: Iterator[str]) -> str:
    return ",".join(_quoted(cell) for cell in cells) + "\r\n"


def _quoted(text: str) -> str:
    return '"' + text.replace('"', '""') + '"' if set(text) & set(',"\r\n') else text


def _cell(value: Any) -> str:
    """A value as a cell; a text that a spreadsheet would take for a formula gets an apostrophe before it."""
    if isinstance(value, bool):
        return "true" if value else "false"
    return str(safe(value))


def _plain(value: Any) -> Any:
    if isinstance(value, Decimal):
        return float(value)
    return value.isoformat() if isinstance(value, date) else value
