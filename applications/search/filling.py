"""Keeping the index of the search up with the dossiers: in short transactions, each safe to repeat."""

from __future__ import annotations

from collections.abc import Iterator

import structlog
from django.core.files.storage import default_storage
from django.db import DataError, connection

from portal.core import clock
from portal.core.clockwork import as_clockwork
from portal.core.models import FileText
from portal.core.search.extract import Extracted, text_of

log = structlog.get_logger(__name__)
AT_ONCE = 20
FILES_AT_ONCE = 10


def read_files() -> int:
    """Read the text out of attachments that were not read yet, each content once. Gives how many were read."""
    done = 0
    while waiting := _unread():
        for sha256, key, content_type in waiting:
            found = _text(key, content_type)
            try:
                _keep(sha256, found)
            except DataError as error:  # a text the database does not take would come first again and stop the others
                log.warning("search_text_refused", sha256=sha256, reason=str(error)[:200])
                _keep(sha256, Extracted([], "the database does not take its text"))
            done += 1
    return done


def _keep(sha256: str, found: Extracted) -> None:
    with as_clockwork():
        FileText.objects.update_or_create(
            sha256=sha256,
            defaults={"pieces": found.pieces, "problem": found.problem, "at": clock.now()},
        )


def _unread() -> list[tuple[str, str, str]]:
    with as_clockwork(), connection.cursor() as cursor:
        cursor.execute("select sha256, storage_key, content_type from search_files_unread(%s)", [FILES_AT_ONCE])
        return list(cursor.fetchall())


def _text(key: str, content_type: str) -> Extracted:
    try:
        with default_storage.open(key, "rb") as file:
            return text_of(content_type, file)
    except OSError as error:
        log.warning("search_file_gone", kind=type(error).__name__)
        return Extracted([], "the stored file is not there")


def batches() -> Iterator[list[int]]:
    """The numbers of all dossiers, some at a time."""
    after = 0
    while True:
        with as_clockwork(), connection.cursor() as cursor:
            cursor.execute("select search_applications(%s, %s)", [after, AT_ONCE])
            row = cursor.fetchone()
        numbers = list(row[0]) if row else []
        if not numbers:
            return
        yield numbers
        after = numbers[-1]


def refresh(numbers: list[int]) -> int:
    """Bring the index of these dossiers up to what they say now. Gives how many of its rows changed."""
    with as_clockwork(), connection.cursor() as cursor:
        cursor.execute("select search_refresh(%s)", [numbers])
        row = cursor.fetchone()
    return int(row[0]) if row else 0


def refresh_all() -> tuple[int, int]:
    """All dossiers. Gives how many there are and how many rows of the index changed."""
    dossiers = changed = 0
    for numbers in batches():
        changed += refresh(numbers)
        dossiers += len(numbers)
    return dossiers, changed
