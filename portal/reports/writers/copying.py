"""Rows as the database itself writes them (COPY), in whole lines: for reports of very many rows.

A value that holds a line break would tear a line: the query takes breaks out. Texts that a spreadsheet would take for
a formula get their apostrophe in the query (`safe_sql`).
"""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator, Sequence
from datetime import date, datetime
from decimal import Decimal
from functools import lru_cache
from itertools import islice
from typing import Any, Final

from django.db import connection

from portal.core import clock
from portal.reports.catalogue import Column, Copied, Order

# Lines that go on together. More of them take twice as long: meanwhile the server's next lines pile up in the
# connection's buffer, which moves all it holds at each read.
BLOCK: Final = 256
_FIRST: Final = date(1899, 12, 30).toordinal()


def safe_sql(text: str) -> str:
    """SQL: a text for a cell, without line breaks, and with an apostrophe where it would begin a formula."""
    flat = f"translate({text}, E'\\n\\r\\t', '   ')"
    return f"case when ltrim({flat}) ~ '^[=+@＝＋－＠-]' then '''' || {flat} else {flat} end"


def moment_sql(moment: str) -> str:
    """SQL: a moment as it is read in Beijing."""
    return f"to_char({moment} at time zone 'Asia/Shanghai', 'YYYY-MM-DD HH24:MI:SS')"


def lines(order: Order, part: Copied) -> Iterator[bytes]:
    """Whole lines of CSV, many at a time, read in one transaction in the asker's scope."""
    with order.acting(), connection.cursor() as cursor:
        # One more than a page shows, so that it knows that there are more.
        limit = "" if order.most is None else f" limit {order.most + 1}"
        with cursor.copy(f"copy ({part.query}{limit}) to stdout (format csv)", list(part.values)) as stream:
            # The server sends each row as a message of its own (protocol of COPY), so a portion ends with a row.
            rest = iter(stream)
            while portion := list(islice(rest, BLOCK)):
                yield b"".join(portion)


def values(block: bytes, columns: Sequence[Column]) -> Iterator[list[Any]]:
    """The rows of a block as values of the kinds of their columns."""
    kinds = [column.kind for column in columns]
    for row in cells(block):
        yield [_value(text, kind) for text, kind in zip(row, kinds, strict=True)]


def cells(block: bytes) -> Iterator[list[str]]:
    """The rows of a block as texts."""
    return csv.reader(io.StringIO(block.decode(), newline=""))


def serial(text: str) -> float:
    """A day or moment in ISO as spreadsheets count it: days since 1899-12-30."""
    day = _day(text[:10])
    if len(text) == 10:
        return day
    return day + (int(text[11:13]) * 3600 + int(text[14:16]) * 60 + int(text[17:19])) / 86_400


@lru_cache(maxsize=4096)
def _day(text: str) -> int:
    return date.fromisoformat(text).toordinal() - _FIRST


def _value(text: str, kind: str) -> Any:
    if text == "" or kind == "text":
        return text or None
    if kind in ("number", "plain"):
        return int(text)
    if kind == "date":
        return date.fromisoformat(text)
    if kind == "moment":
        return datetime.fromisoformat(text).replace(tzinfo=clock.SHANGHAI)
    return Decimal(text)
