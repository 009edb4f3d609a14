"""Numbers that tell an operator whether the portal does what nobody watches; `/metrics` shows them.

An app registers its own from its `apps.py`: letters that wait, the age of the newest seal. Room on disks is told here,
of each folder the portal writes into.
"""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any, Final, NamedTuple

from django.conf import settings
from django.core.files.storage import default_storage


class Reading(NamedTuple):
    """One number now, and the labels that tell it from others of its name."""

    value: float
    labels: dict[str, str]


class Gauge(NamedTuple):
    """What a number is called, what it says, and how it is read."""

    name: str
    says: str
    read: Callable[[], Iterable[Reading]]


GAUGES: Final[list[Gauge]] = []


def register(*added: Gauge) -> None:
    """Add gauges of an app. Raises ValueError at a name twice."""
    if taken := {one.name for one in GAUGES} & {one.name for one in added}:
        raise ValueError(f"A gauge told twice: {sorted(taken)}")
    GAUGES.extend(added)


def _written() -> dict[str, Path]:
    store: Any = default_storage
    location = getattr(store, "base_location", "")
    folders = {"written": Path(settings.VAR_DIR), "temporary": Path(tempfile.gettempdir())}
    return folders | ({"files": Path(location)} if location else {})


def _room(part: str) -> list[Reading]:
    found = []
    for name, folder in _written().items():
        there = next((one for one in (folder, *folder.parents) if one.is_dir()), None)
        if there is not None:
            found.append(Reading(float(getattr(shutil.disk_usage(there), part)), {"of": name}))
    return found


register(
    Gauge(
        "portal_disk_free_bytes",
        "Room on the disks the portal writes: files (none on S3), written (VAR_DIR), temporary.",
        lambda: _room("free"),
    ),
    Gauge("portal_disk_bytes", "Size of these disks.", lambda: _room("total")),
)
