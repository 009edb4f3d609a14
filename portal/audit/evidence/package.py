"""The ZIP of a bundle: written part by part in constant memory, and the same bytes for the same parts.

Nothing is packed (a compressor may change its mind between versions), every file bears the same date, and names are
ASCII, so that each byte of the ZIP follows from the names and contents of its files: `verify_bundle.py` compares.
"""

from __future__ import annotations

import hashlib
import zipfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from types import TracebackType
from typing import IO, Any, Final, Self

from django.utils.translation import gettext as _

from portal.core.errors import DomainError

CHUNK: Final = 256 * 1024
# What a ZIP of the plain form can hold, less what its directory may take.
MOST: Final = 4 * 2**30 - 64 * 2**20
_WHEN: Final = (1980, 1, 1, 0, 0, 0)


@dataclass(frozen=True)
class Part:
    """A file of the bundle as its manifest names it."""

    path: str
    size: int
    sha256: str


class Out:
    """Takes the bytes of one file; counts and digests them."""

    def __init__(self, package: Package, to: IO[bytes]) -> None:
        self.package, self.to = package, to
        self.size, self.total = 0, hashlib.sha256()

    def write(self, data: bytes) -> int:
        """Take some bytes. Raises DomainError when the bundle becomes too large."""
        self.size += len(data)
        self.package.size += len(data)
        if self.package.size > self.package.most:
            raise DomainError("evidence_too_large", _("The evidence is larger than 4 GB. Choose less of it."))
        self.total.update(data)
        self.to.write(data)
        return len(data)

    def flush(self) -> None:
        """Nothing waits here."""


class Package:
    """A bundle that is being written. parts: what it holds so far."""

    def __init__(self, file: IO[bytes], *, most: int = MOST) -> None:
        self._zip = zipfile.ZipFile(file, "w", zipfile.ZIP_STORED)
        self.parts: list[Part] = []
        self.size, self.most = 0, most

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self._zip.close()

    @contextmanager
    def writing(self, path: str) -> Iterator[Out]:
        """Write one file; it is a part once the block ends."""
        info = zipfile.ZipInfo(path, _WHEN)
        info.create_system, info.external_attr = 3, 0o644 << 16
        with self._zip.open(info, "w") as to:
            out = Out(self, to)
            yield out
        self.parts.append(Part(path, out.size, out.total.hexdigest()))

    def add(self, path: str, content: bytes) -> Part:
        """Write one file at once."""
        with self.writing(path) as out:
            out.write(content)
        return self.parts[-1]

    def copy(self, path: str, content: IO[Any]) -> Part:
        """Write one file from another, a piece at a time."""
        with self.writing(path) as out:
            while piece := content.read(CHUNK):
                out.write(piece)
        return self.parts[-1]
