"""The files of seals, under VAR_DIR/seals: written whole or not at all, and never two under one name.

Files that name acts a restored database does not have are put aside into the folder `lost`, and stay there.
"""

from __future__ import annotations

import json
import os
from collections.abc import Iterable
from pathlib import Path
from typing import Any, Final
from uuid import uuid4

from django.conf import settings

LOST: Final = "lost"


def folder() -> Path:
    """Where seals are written."""
    return Path(settings.VAR_DIR) / "seals"


def files() -> list[Path]:
    """All files of seals, by their names: the earlier moment first."""
    return sorted(folder().glob("*.json"))


def write(file: Path, content: dict[str, Any]) -> None:
    """Write one seal. Raises OSError when there is no room or no right; nothing half written is left then."""
    folder().mkdir(parents=True, exist_ok=True)
    part = file.with_suffix(f".{uuid4().hex}.part")  # two who seal at once write the same file, each its own part
    try:
        with part.open("w", encoding="utf-8") as out:
            json.dump(content, out, indent=1)
            out.flush()
            os.fsync(out.fileno())
        part.replace(file)
    except OSError:
        part.unlink(missing_ok=True)
        raise


def load(file: Path) -> dict[str, Any]:
    """What a file says. Raises ValueError, naming it, when it is no seal at all."""
    try:
        data: dict[str, Any] = dict(json.loads(file.read_text(encoding="utf-8")))
    except (OSError, ValueError, TypeError) as error:
        raise ValueError(f"The seal {file.name} cannot be read: {error}") from error
    return data


def put_aside(found: Iterable[Path]) -> None:
    """Move files into the folder of what was lost. Raises OSError."""
    lost = folder() / LOST
    lost.mkdir(parents=True, exist_ok=True)
    for file in found:
        file.replace(lost / file.name)
