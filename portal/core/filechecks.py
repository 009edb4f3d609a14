"""Whether stored files are still what was kept: every row that names one against the bytes in the storage."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

from django.apps import apps
from django.core.files.storage import default_storage
from django.db.models import QuerySet

from portal.core.files import measured
from portal.core.models import StoredFile


@dataclass(frozen=True)
class Wrong:
    """A row whose file is not what was kept: "gone", "changed" (other bytes), or "renamed" (the key of another)."""

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


def _measured(key: str) -> tuple[int, str] | None:
    """Size and digest of what lies in the storage; None when nothing is there. Raises StorageSilent."""
    try:
        with default_storage.open(key, "rb") as file:
            return measured(file)
    except FileNotFoundError:
        return None
    except Exception as error:  # each storage has exceptions of its own
        raise StorageSilent(f"{type(error).__name__}: {error}") from error


def wrong(using: str = "default", *, told: Callable[[int], object] | None = None) -> Iterator[Wrong]:
    """Every row whose file is not what was kept. The same content is read once; `told` hears how many rows were seen.

    The connection must see all rows. Files whose time is over (`removed_at`) are left aside. Raises StorageSilent.
    """
    known: dict[str, tuple[int, str] | None] = {}
    seen = 0
    for model in kept():
        rows: QuerySet[Any] = model._default_manager.using(using).order_by("pk")
        if any(field.name == "removed_at" for field in model._meta.fields):
            rows = rows.filter(removed_at=None)
        names = ("pk", "file_name", "size", "sha256", "storage_key")
        for pk, name, size, sha256, key in rows.values_list(*names).iterator(chunk_size=1000):
            if key not in known:
                known[key] = _measured(key)
            found = known[key]
            if found is None:
                yield Wrong("gone", model._meta.label_lower, pk, name, sha256)
            elif found != (size, sha256):
                what = "changed" if key.endswith(sha256) else "renamed"
                yield Wrong(what, model._meta.label_lower, pk, name, sha256)
            seen += 1
        if told:
            told(seen)


def count(using: str = "default") -> int:
    """How many rows name a stored file."""
    return sum(model._default_manager.using(using).count() for model in kept())
