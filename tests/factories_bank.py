"""Bank statements for tests and journeys: brought and imported by commands, without a worker."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from django.core.files.uploadedfile import SimpleUploadedFile

from tests import bank_files
from tests.factories_grants import acting, today


def day(back: int = 0) -> str:
    """A day as files have it, so many days ago."""
    return (today() - timedelta(days=back)).isoformat()


def brought(user: Any, content: bytes, name: str = "statement.csv") -> Any:
    """A file as it waits for the worker."""
    from grants.domain import bank

    with acting(user) as by:
        return bank.bring(by=by, upload=SimpleUploadedFile(name, content))


def imported(user: Any, content: bytes, name: str = "statement.csv") -> Any:
    """A file that was judged and imported, as the worker does it; gives its row."""
    from grants.domain import bank

    row = brought(user, content, name)
    with acting(user) as by:
        found = bank.judge(row)
        if found.problems:
            return bank.turn_down(by=by, row=row, problems=found.problems)
        return bank.take(by=by, row=row, found=found.statements)


def statement(user: Any, *lines: tuple[str, str, str], account: str = "3500001", opening: str = "1000000.00") -> Any:
    """An imported CSV statement of today with lines (amount, name, text); gives its row."""
    content = bank_files.statement([(day(), *line) for line in lines], account=account, opening=opening)
    row = imported(user, content)
    with acting(user):
        return row.statements.get()
