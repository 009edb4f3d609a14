"""ZIP: files one after the other, the cover as a text beside them. The same files give the same bytes."""

from __future__ import annotations

import zipfile
from collections.abc import Sequence
from pathlib import Path
from typing import Any, Final

from portal.core import clock
from portal.reports.catalogue import Member, Order, Ready, Sheet
from portal.reports.writers.base import Writer

PACKED: Final = (".csv", ".txt", ".html", ".json")  # what is packed already stays as it is


class ZipWriter(Writer):
    """Each entry bears the moment as of which the report was read; nothing of the machine goes in."""

    def __init__(self, order: Order, path: Path) -> None:
        super().__init__(order, path)
        self._zip = zipfile.ZipFile(path, "w", zipfile.ZIP_STORED, allowZip64=True)
        at = order.as_of.astimezone(clock.SHANGHAI)
        self._at = (at.year, at.month, at.day, at.hour, at.minute, at.second)
        self._made = b""

    def _put(self, name: str, content: bytes) -> None:
        info = zipfile.ZipInfo(name, self._at)
        info.create_system, info.external_attr = 3, 0o644 << 16
        info.compress_type = zipfile.ZIP_DEFLATED if name.endswith(PACKED) else zipfile.ZIP_STORED
        self._zip.writestr(info, content)

    def member(self, part: Member) -> None:
        self._put(part.name, part.content)

    def ready(self, part: Ready) -> None:
        """A package whose bytes were signed stays as it is: what the cover says stands on the page of the file."""
        self._made = part.content

    def begin(self, sheet: Sheet) -> None:
        raise ValueError("A sheet is not a file.")

    def row(self, row: Sequence[Any]) -> None:
        raise ValueError("A row is not a file.")

    def finish(self, facts: list[tuple[str, str]]) -> None:
        if self._made:
            self._zip.close()
            self.path.write_bytes(self._made)
            return
        text = "\r\n".join(f"{label}: {value}" for label, value in facts)
        self._put("README.txt", ("\ufeff" + text + "\r\n").encode())
        self._zip.close()

    def abandon(self) -> None:
        self._zip.close()
