"""ZIP: files one after the other, the cover as a text and their digests beside them. The same files, the same bytes."""

from __future__ import annotations

import hashlib
import zipfile
from collections.abc import Sequence
from pathlib import Path
from typing import Any, Final

from django.utils.translation import gettext as _

from portal.core import clock
from portal.core.punctuation import said_of
from portal.reports.catalogue import Member, Order, Ready, Sheet
from portal.reports.writers.base import Writer

PACKED: Final = (".csv", ".txt", ".html", ".json")  # what is packed already stays as it is
COVER: Final = "README.txt"
SUMS: Final = "SHA256SUMS"


class ZipWriter(Writer):
    """Each entry bears the moment as of which the report was read; nothing of the machine goes in."""

    def __init__(self, order: Order, path: Path) -> None:
        super().__init__(order, path)
        self._zip = zipfile.ZipFile(path, "w", zipfile.ZIP_STORED, allowZip64=True)
        at = order.as_of.astimezone(clock.SHANGHAI)
        self._at = (at.year, at.month, at.day, at.hour, at.minute, at.second)
        self._made = b""
        self._sums: dict[str, str] = {}

    def _put(self, name: str, content: bytes) -> None:
        info = zipfile.ZipInfo(name, self._at)
        info.create_system, info.external_attr = 3, 0o644 << 16
        info.compress_type = zipfile.ZIP_DEFLATED if name.endswith(PACKED) else zipfile.ZIP_STORED
        self._zip.writestr(info, content)

    def member(self, part: Member) -> None:
        """Write one file. Raises ValueError for a name that is taken, or leads out of its folder."""
        taken = {name.casefold() for name in (COVER, SUMS, *self._sums)}
        if part.name.casefold() in taken or not part.name.strip(". ") or any(sign in part.name for sign in "/\\:\n\r"):
            raise ValueError(f"No name of a file's own: {part.name!r}")
        self._sums[part.name] = hashlib.sha256(part.content).hexdigest()
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
        if self._sums:
            facts = [*facts, (_("Check of the files"), f"sha256sum -c {SUMS}")]
            sums = "".join(f"{digest}  {name}\n" for name, digest in sorted(self._sums.items()))
            self._put(SUMS, sums.encode())
        text = "\r\n".join(said_of(label, value) for label, value in facts)
        if not self.count:
            text += "\r\n\r\n" + _("Nothing fits these parameters.")
        self._put(COVER, ("\ufeff" + text + "\r\n").encode())
        self._zip.close()

    def abandon(self) -> None:
        self._zip.close()
