"""Every report of the catalogue, made for a reader: what it shows, as texts, sums and bytes."""

from __future__ import annotations

import io
from contextlib import nullcontext
from datetime import datetime
from pathlib import Path
from typing import Any

from portal.core import clock
from portal.core.errors import DomainError
from portal.core.rules import may
from portal.core.scope import Actor
from portal.reports.catalogue import CATALOGUE, Order
from portal.reports.making import Wanted, order_of, write
from portal.reports.writers import open_writer
from portal.reports.writers.page import PageWriter


def names() -> list[str]:
    """All reports of the portal, without those of the tests."""
    return sorted(name for name in CATALOGUE if not name.startswith("tests."))


def values(name: str, batch: int, application: str, **more: Any) -> dict[str, Any]:
    """Parameters that show as much as a report can."""
    fields = CATALOGUE[name].form.base_fields
    given = {"batch": batch, "application": application, **more}
    return {key: value for key, value in given.items() if key in fields}


def order(by: Actor, name: str, form: str, given: dict[str, Any], at: datetime | None = None) -> Order:
    """The order, built in the open transaction."""
    return order_of(by, Wanted(name, form, given, at or clock.now()), lambda: nullcontext(by))


def shown(by: Actor, name: str, given: dict[str, Any]) -> PageWriter | str:
    """The report as the reader's page holds it, or why not."""
    report = CATALOGUE[name]
    if not may(by, report.act):
        return "not allowed"
    form = next((one for one in report.format_names if one in ("xlsx", "csv")), report.format_names[0])
    try:
        made = order(by, name, form, given)
        writer = PageWriter(made)
        write(made, writer)
    except DomainError as error:
        return error.code
    return writer


def words(writer: PageWriter) -> str:
    """Everything a reader reads of it."""
    rows = [value for sheet in writer.sheets for row in sheet.rows for _column, value in row]
    return "\n".join([*rows, *writer.members, str(writer.sections)])


def content(by: Actor, name: str, form: str, given: dict[str, Any], folder: Path, at: datetime) -> bytes:
    """The bytes of the file."""
    path = folder / "made"
    made = order(by, name, form, given, at)
    write(made, open_writer(made, path))
    return path.read_bytes()


def opened(data: bytes) -> io.BytesIO:
    """For readers of files."""
    return io.BytesIO(data)
