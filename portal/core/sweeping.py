"""Stored content no row names: left by a transaction that was rolled back, or by an upload nobody finished.

A key is swept when no row of any table names it and it is older than the grace time. `hold` and the sweep take the
same lock, so content that is being brought again this moment is never swept from under its new row. Which keys are
named the database itself says, past every policy (`stored_files_named`): a row the sweep may not read still counts.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from typing import Final

import structlog
from django.conf import settings
from django.core.files.storage import default_storage
from django.db import connection, transaction

from portal.core import clock
from portal.core.commands import event_writer
from portal.core.scope import Actor

log = structlog.get_logger(__name__)
# Folders of content under its digest: folder/ab/digest. Pieces of unfinished uploads: uploads/number/piece.
KEPT: Final = ("files", "reports", "evidence", "open")
PIECES: Final = "uploads"
_LOCK: Final = "hashtextextended('stored file: ' || %s, 0)"


def hold(key: str) -> None:
    """Keep a key from being swept until the present transaction ends; outside one the grace time must do."""
    if connection.in_atomic_block:
        with connection.cursor() as cursor:
            cursor.execute(f"select pg_advisory_xact_lock_shared({_LOCK})", [key])


def let_go(key: str) -> None:
    """Wait until nobody holds the key, and keep it from being brought again until the present transaction ends."""
    with connection.cursor() as cursor:
        cursor.execute(f"select pg_advisory_xact_lock({_LOCK})", [key])


def sweep(*, by: Actor) -> int:
    """Remove content that no row names and whose grace time is over, as the clockwork; gives how many.

    Safe to repeat and to run twice at once: who comes second finds it gone.
    """
    swept = sum(_sweep_folder(folder) for top in KEPT for folder in _folders(top))
    swept += sum(_sweep_pieces(folder) for folder in _folders(PIECES))
    if swept:
        event_writer()(
            by=by, act="core.sweep_files", obj=None, before={}, after={"count": swept}, why="", outcome="done"
        )
    return swept


def _folders(top: str) -> Iterator[str]:
    try:
        names = default_storage.listdir(top)[0]
    except FileNotFoundError:
        return
    yield from (f"{top}/{name}" for name in sorted(names))


def unnamed() -> Iterator[str]:
    """The keys of stored content that no row names, whatever their age."""
    for top in KEPT:
        for folder in _folders(top):
            yield from _unnamed_in(folder)


def _unnamed_in(folder: str) -> list[str]:
    keys = [f"{folder}/{name}" for name in default_storage.listdir(folder)[1]]
    named = named_among(keys)
    return [key for key in keys if key not in named]


def _sweep_folder(folder: str) -> int:
    return sum(_remove(key) for key in _unnamed_in(folder) if _is_old(key))


def _sweep_pieces(folder: str) -> int:
    """Pieces belong to no row for long: what is older than the grace time was given up."""
    keys = [f"{folder}/{name}" for name in default_storage.listdir(folder)[1]]
    return sum(_remove(key) for key in keys if _is_old(key))


def named_among(keys: list[str]) -> set[str]:
    """Which of the keys some row names."""
    with connection.cursor() as cursor:
        cursor.execute("select stored_files_named(%s)", [keys])
        found = cursor.fetchone()
    return set(found[0]) if found else set()


def _is_old(key: str) -> bool:
    try:
        return default_storage.get_modified_time(key) < clock.now() - timedelta(hours=settings.FILE_GRACE_HOURS)
    except FileNotFoundError:
        return False


def _remove(key: str) -> bool:
    """Remove one key under its lock, after one more look; no when somebody holds it or it is named by now."""
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(f"select pg_try_advisory_xact_lock({_LOCK})", [key])
        row = cursor.fetchone()
        if not row or not row[0] or key in named_among([key]) or not _is_old(key):
            return False
        default_storage.delete(key)
        log.info("file_swept", key=key)
    return True
