"""The content of kept files, handed out only as what was kept: each is compared with its digest."""

from __future__ import annotations

import contextlib
import hashlib
import tempfile
import weakref
from collections.abc import Iterator
from typing import IO, Any, Final, Protocol

import structlog
from django.core.files.storage import default_storage
from django.http import FileResponse, HttpRequest, HttpResponse, HttpResponseBase, StreamingHttpResponse
from django.utils.cache import get_conditional_response
from django.utils.http import http_date
from django.utils.translation import gettext as _

from portal.core.errors import DomainError
from portal.core.pieces import Changed, part, whole
from portal.core.ranges import Span, asked

log = structlog.get_logger(__name__)
CHUNK: Final = 64 * 1024
# Up to this size a file is compared with its digest before its first byte is handed out, above it on the way.
COMPARED_FIRST: Final = 32 * 2**20
# A file larger than this keeps a thread of the web process for as long as its reader's line takes; smaller ones the
# proxy takes over at once (deploy/Caddyfile). Half of the threads may be kept so, the other half answers pages.
KEEPS_A_THREAD: Final = 16 * 2**20
# The places of this process that are free. A list, because a place may come back while an answer that nobody took is
# swept up as garbage: a lock would be waited for by the very thread that holds it.
_places: Final = [1, 2]


class Unreadable(DomainError):
    """The content of a kept file is gone, cannot be reached, or is not what was kept: the portal's fault."""

    status = 503


class Busy(DomainError):
    """So many large files are on their way that no more begin, or nobody would get a page."""

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


def answer_with(row: Content, *, request: HttpRequest | None = None, modified: int | None = None) -> HttpResponseBase:
    """The content, or the part of it that the request asks for, as an answer that says which content it is.

    modified: seconds since 1970, where the content has a date that may be told. Who has it already is told so (304),
    who asks for what is not in it too (416). Raises Unreadable; a large content that was changed breaks off.
    """
    etag, date = f'"{row.sha256}"', "" if modified is None else http_date(modified)
    answer = _settled(request, etag, modified)
    if request is not None and answer is None:
        span = asked(request, row.size, etag, date)
        answer = _part_of(row, span) if span is not None else None
    if answer is None:
        if request is not None and request.method == "HEAD":
            let_go(_answer(row, None))  # nothing of it goes out, so it keeps no thread
            answer = HttpResponse()
        else:
            answer = content_of(row)
        answer["Content-Length"] = str(row.size)
    answer["ETag"] = etag
    answer["Accept-Ranges"] = "bytes"
    if date:
        answer["Last-Modified"] = date
    return answer


def let_go(answer: HttpResponseBase) -> None:
    """Close what an answer that nobody gets has opened. (Its own `close` would end the request as well.)"""
    for close in answer._resource_closers:  # type: ignore[attr-defined]
        close()


def _settled(request: HttpRequest | None, etag: str, modified: int | None) -> HttpResponseBase | None:
    """The answer when the conditions of the request settle it: not modified, or not what was meant."""
    if request is None:
        return None
    if modified is None and not {"If-Match", "If-None-Match"} & request.headers.keys():
        return None  # conditions on a date that is not told do not count (RFC 9110, 13.1.3 and 13.1.4)
    return get_conditional_response(request, etag=etag, last_modified=modified)


def _part_of(row: Content, span: Span) -> HttpResponseBase:
    if span.start >= span.stop:
        return HttpResponse(status=416, headers={"Content-Range": f"bytes */{row.size}"})
    answer = content_of(row, span)
    answer.status_code = 206
    answer["Content-Range"] = f"bytes {span.start}-{span.stop - 1}/{row.size}"
    answer["Content-Length"] = str(span.stop - span.start)
    return answer


def content_of(row: Content, span: Span | None = None) -> StreamingHttpResponse:
    """The content, or a part of it, as an answer. Raises Unreadable, Busy."""
    if row.size <= KEEPS_A_THREAD:
        return _answer(row, span)
    try:
        place = _places.pop()
    except IndexError:
        log.warning("downloads_full", size=row.size)
        raise Busy(
            "downloads_full",
            _(
                "Many large files are on their way to others just now. Please try again in a few minutes; what broke "
                "off before goes on where it was."
            ),
        ) from None
    try:
        answer = _answer(row, span)
    except BaseException:
        _places.append(place)
        raise
    # Once, when it ends; or when nobody took it because the view failed afterwards.
    answer._resource_closers.append(weakref.finalize(answer, _places.append, place))  # type: ignore[attr-defined]
    return answer


def _answer(row: Content, span: Span | None) -> StreamingHttpResponse:
    content = _open(row)
    if row.size > COMPARED_FIRST:
        pieces = whole(content, row.sha256) if span is None else part(content, row.sha256, span)
        answer = StreamingHttpResponse(_compared(pieces, row))
        answer._resource_closers.append(content.close)  # type: ignore[attr-defined]  # also where nothing of it is read
        return answer
    try:
        found = measured(content)
        wanted = _apart(content, row, span)
    except Exception as error:  # each storage has exceptions of its own
        content.close()
        raise _gone(row, error) from error
    if wanted is not content:
        content.close()
    if found != (row.size, row.sha256):
        wanted.close()
        raise _changed(row)
    return FileResponse(wanted)


def _apart(content: IO[bytes], row: Content, span: Span | None) -> IO[bytes]:
    """A file of the system with what was asked for: such a one keeps no thread while it goes out (portal/lines.py)."""
    start, stop = span or Span(0, row.size)
    with contextlib.suppress(OSError, AttributeError):
        if stop - start == row.size and content.fileno() >= 0:
            return content
    copy = tempfile.TemporaryFile()  # noqa: SIM115 - closed with the answer
    try:
        content.seek(start)
        while start < stop and (chunk := content.read(min(CHUNK, stop - start))):
            copy.write(chunk)
            start += len(chunk)
        copy.seek(0)
    except BaseException:
        copy.close()
        raise
    return copy


def _compared(pieces: Iterator[bytes], row: Content) -> Iterator[bytes]:
    """The pieces of a large file. Raises Unreadable in their middle."""
    try:
        yield from pieces
    except Changed as error:
        raise _changed(row) from error
    except Exception as error:  # each storage has exceptions of its own
        raise _gone(row, error) from error


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
