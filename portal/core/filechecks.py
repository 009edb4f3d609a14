"""Whether stored files are still what was kept: every row that names one against the bytes in the storage."""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from django.apps import apps
from django.core.files.storage import FileSystemStorage, default_storage
from django.db import DatabaseError
from django.db.models import QuerySet

from portal.core import sweeping
from portal.core.files import measured
from portal.core.models import StoredFile


@dataclass(frozen=True)
class Wrong:
    """A row whose file is not what was kept.

    "gone", "unreadable" (another owner, a bad disk), "changed" (other bytes), or "renamed" (the key of another).
    """

    what: str
    model: str
    pk: Any
    file_name: str
    sha256: str


def kept() -> list[type[StoredFile]]:
    """Every kind of row that names a stored file."""
    return sorted(
        (model for model in apps.get_models() if issubclass(model, StoredFile)), key=lambda model: model._meta.label
    )


class StorageSilent(Exception):
    """The storage does not answer: whether its files are whole cannot be said."""


UNREADABLE: Final = (-1, "")


def _measured(key: str) -> tuple[int, str] | None:
    """Size and digest of what lies in the storage; None when nothing is there, UNREADABLE for a file of a folder that
    cannot be read while others can. Raises StorageSilent.
    """
    try:
        with default_storage.open(key, "rb") as file:
            return measured(file)
    except FileNotFoundError:
        return None
    except Exception as error:  # each storage has exceptions of its own
        if isinstance(error, OSError) and isinstance(default_storage, FileSystemStorage):
            return UNREADABLE
        raise _silent(error) from error


def _silent(error: Exception) -> StorageSilent:
    return StorageSilent(f"{type(error).__name__}: {error}")


def wrong(using: str = "default", *, told: Callable[[int], object] | None = None) -> Iterator[Wrong]:
    """Every row whose file is not what was kept. The same content is read once; `told` hears how many rows were seen.

    The connection must see all rows. Reports and packages whose time is over are left aside; an
    attachment taken out of a draft is not: what was submitted before names it still. Raises StorageSilent.
    """
    known: dict[str, tuple[int, str] | None] = {}
    seen = 0
    for model in kept():
        rows: QuerySet[Any] = model._default_manager.using(using).order_by("pk")
        ends = {"kept_until", "removed_at"} <= {field.name for field in model._meta.fields}
        if ends:
            rows = rows.filter(removed_at=None)
        names = ("pk", "file_name", "size", "sha256", "storage_key")
        for pk, name, size, sha256, key in rows.values_list(*names).iterator(chunk_size=1000):
            if key not in known:
                known[key] = _measured(key)
            what = _what_is_wrong(key, known[key], (size, sha256))
            if what == "gone" and ends and not rows.filter(pk=pk).exists():
                what = ""  # its time ended meanwhile
            if what:
                yield Wrong(what, model._meta.label_lower, pk, name, sha256)
            seen += 1
        if told:
            told(seen)


def _what_is_wrong(key: str, found: tuple[int, str] | None, wanted: tuple[int, str]) -> str:
    if found is None:
        return "gone"
    if found == UNREADABLE:
        return "unreadable"
    if found != wanted:
        return "changed" if key.endswith(wanted[1]) else "renamed"
    return ""


def unnamed() -> Iterator[tuple[str, datetime]]:
    """Stored content that no row names, with the moment it was written. Raises StorageSilent.

    Left by a transaction that was rolled back; or, after a restore, brought since the backup of the database was made.
    """
    try:
        for key in sweeping.unnamed():
            with contextlib.suppress(FileNotFoundError):  # swept this moment
                yield key, default_storage.get_modified_time(key)
    except DatabaseError:
        raise
    except Exception as error:  # each storage has exceptions of its own
        raise _silent(error) from error
