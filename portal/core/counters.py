"""Counters that all web processes share: prometheus_client keeps them in files when a folder is named in time."""

from __future__ import annotations

import contextlib
import os
import shutil
from pathlib import Path
from typing import Final

VARIABLE: Final = "PROMETHEUS_MULTIPROC_DIR"


def share_counters() -> None:
    """Name a folder for this server's counters, before prometheus_client is loaded; remove those of servers that ended.

    The folder is named by the process group: gunicorn's master and its workers share it. Without a folder that can be
    written, each process counts by itself.
    """
    if VARIABLE in os.environ:
        return
    parent = Path(os.environ.get("VAR_DIR", "var")).absolute() / "metrics"
    own = parent / str(os.getpgrp())
    with contextlib.suppress(OSError):
        own.mkdir(parents=True, exist_ok=True)
        for folder in parent.iterdir():
            if folder.name.isdigit() and not _lives(int(folder.name)):
                shutil.rmtree(folder, ignore_errors=True)
        os.environ[VARIABLE] = str(own)


def _lives(group: int) -> bool:
    try:
        os.killpg(group, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        return True
    return True
