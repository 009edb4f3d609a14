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


class Several(NamedTuple):
    """Numbers that one question answers: what each name says, and the readings of each."""

    says: dict[str, str]
    read: Callable[[], dict[str, list[Reading]]]


GAUGES: Final[list[Gauge | Several]] = []


def _names(told: Iterable[Gauge | Several]) -> set[str]:
    return {name for one in told for name in (one.says if isinstance(one, Several) else [one.name])}


def register(*added: Gauge | Several) -> None:
    """Add gauges of an app. Raises ValueError at a name twice."""
    if taken := _names(GAUGES) & _names(added):
        raise ValueError(f"A gauge told twice: {sorted(taken)}")
    GAUGES.extend(added)


def _written() -> dict[str, Path]:
    store: Any = default_storage
    location = getattr(store, "base_location", "")
    folders = {"written": Path(settings.VAR_DIR), "temporary": Path(tempfile.gettempdir())}
    return folders | ({"files": Path(location)} if location else {})


def _room() -> dict[str, list[Reading]]:
    found: dict[str, list[Reading]] = {"portal_disk_free_bytes": [], "portal_disk_bytes": []}
    for name, folder in _written().items():
        there = next((one for one in (folder, *folder.parents) if one.is_dir()), None)
        if there is not None:
            usage = shutil.disk_usage(there)
            found["portal_disk_free_bytes"].append(Reading(float(usage.free), {"of": name}))
            found["portal_disk_bytes"].append(Reading(float(usage.total), {"of": name}))
    return found


register(
    Several(
        {
            "portal_disk_free_bytes": "Room on the disks the portal writes: files (none on S3), written (VAR_DIR),"
            " temporary.",
            "portal_disk_bytes": "Size of these disks.",
        },
        _room,
    )
)
