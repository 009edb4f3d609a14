"""The content of kept files, handed out only as what was kept: each is compared with its digest."""

from __future__ import annotations

import contextlib
import hashlib
from collections.abc import Iterator
from typing import IO, Any, Final, Protocol

import structlog
from django.core.files.storage import default_storage
from django.http import FileResponse, StreamingHttpResponse
from django.utils.translation import gettext as _

from portal.core.errors import DomainError

log = structlog.get_logger(__name__)
CHUNK: Final = 64 * 1024
# Up to this size a file is compared with its digest before its first byte is handed out, above it on the way.
COMPARED_FIRST: Final = 32 * 2**20


class Unreadable(DomainError):
    """The content of a kept file is gone, cannot be reached, or is not what was kept: the portal's fault."""

    status = 503


class Content(Protocol):
    """Where a content is stored, and what it was when it was kept."""

    @property
    def size(self) -> int: ...
    @property
    def sha256(self) -> str: ...
    @property
    def storage_key(self) -> str: ...


class Stored(Content, Protocol):
    """A row that names a kept file."""

    @property
    def file_name(self) -> str: ...
    @property
    def content_type(self) -> str: ...


def measured(file: IO[bytes]) -> tuple[int, str]:
    """Size and SHA-256 of the whole content; it stands at its beginning afterwards."""
    file.seek(0)
    total, size = hashlib.sha256(), 0
    while chunk := file.read(CHUNK):
        total.update(chunk)
        size += len(chunk)
    file.seek(0)
    return size, total.hexdigest()


def content_of(row: Content) -> StreamingHttpResponse:
    """The content as an answer. Raises Unreadable."""
    content = _open(row)
    if row.size > COMPARED_FIRST:
        answer = StreamingHttpResponse(_compared(content, row))
        answer._resource_closers.append(content.close)  # type: ignore[attr-defined]  # also where nothing of it is read
        return answer
    try:
        found = measured(content)
    except Exception as error:  # each storage has exceptions of its own
        content.close()
        raise _gone(row, error) from error
    if found != (row.size, row.sha256):
        content.close()
        raise _changed(row)
    return FileResponse(content)


def _compared(content: IO[bytes], row: Content) -> Iterator[bytes]:
    """The pieces of a large file, the last of them once all are known to be what was kept. Raises Unreadable."""
    total, last = hashlib.sha256(), b""
    while piece := content.read(CHUNK):
        total.update(piece)
        if last:
            yield last
        last = piece
    if total.hexdigest() != row.sha256:
        raise _changed(row)
    yield last


def _open(row: Content) -> IO[Any]:
    """The content to read from. Raises Unreadable."""
    try:
        return default_storage.open(row.storage_key, "rb")
    except Exception as error:  # each storage has exceptions of its own
        raise _gone(row, error) from error


def _gone(row: Content, error: Exception) -> Unreadable:
    log.error("file_not_readable", sha256=row.sha256, kind=type(error).__name__, reason=str(error)[:200])
    return Unreadable("file_gone", _("The file cannot be read just now. Please tell support."))


def _changed(row: Content) -> Unreadable:
    log.error("file_changed", sha256=row.sha256)
    return Unreadable("file_changed", _("The file is no longer what was kept. Please tell support."))


@contextlib.contextmanager
def opened(row: Content) -> Iterator[IO[bytes]]:
    """A kept file to read from. Raises Unreadable when its content is gone."""
    with _open(row) as file:
        yield file


def read(row: Content) -> bytes:
    """The content of a kept file, checked against its digest. Raises Unreadable when it is gone or was changed."""
    with opened(row) as file:
        try:
            content = bytes(file.read())
        except Exception as error:  # each storage has exceptions of its own
            raise _gone(row, error) from error
    if hashlib.sha256(content).hexdigest() != row.sha256:
        raise _changed(row)
    return content
