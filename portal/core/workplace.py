"""Folders in which long work keeps what it is making; one that a killed worker left behind goes with a later start."""

from __future__ import annotations

import shutil
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Final

_PREFIX: Final = "pilot-portal-"  # of nothing else on a shared machine
_KEPT: Final = 24 * 3600  # seconds; no work takes longer


def _remove_left() -> None:
    """What nobody has touched for a day belongs to a process that was killed: a full disk would be the next to fail."""
    before = time.time() - _KEPT
    for left in Path(tempfile.gettempdir()).glob(f"{_PREFIX}*"):
        try:
            is_old = left.stat().st_mtime < before
        except FileNotFoundError:
            continue
        if is_old:
            shutil.rmtree(left, ignore_errors=True)


@contextmanager
def workplace(kind: str) -> Iterator[Path]:
    """An empty folder for one piece of work, gone at its end."""
    _remove_left()
    with tempfile.TemporaryDirectory(prefix=f"{_PREFIX}{kind}-") as folder:
        yield Path(folder)
