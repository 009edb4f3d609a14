"""Secrets made once and kept in a file that only its owner reads."""

from __future__ import annotations

import os
import secrets
from pathlib import Path


def kept(file: Path, size: int) -> str:
    """The secret of the file, of `size` random bytes; made when there is none.

    It comes to its place whole: a start that was killed, or found the disk full, leaves no empty file which the next
    one would take for a secret. One that an older start left so is made anew.
    """
    if file.exists() and (text := file.read_text(encoding="utf-8")):
        return text
    file.parent.mkdir(parents=True, exist_ok=True)
    part = file.with_name(f"{file.name}.part")
    part.unlink(missing_ok=True)
    part.touch(mode=0o600)
    with part.open("w", encoding="utf-8") as out:
        out.write(text := secrets.token_urlsafe(size))
        out.flush()
        os.fsync(out.fileno())
    part.replace(file)
    return text
