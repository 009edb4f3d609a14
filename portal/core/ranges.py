"""The part of a file that a request asks for (RFC 9110, section 14), so that a broken download goes on."""

from __future__ import annotations

import re
from typing import Final, NamedTuple

from django.http import HttpRequest

# One part; of several the whole file is the answer, which the standard allows.
_ONE: Final = re.compile(r"bytes[ \t]*=[ \t]*(\d{0,18})[ \t]*-[ \t]*(\d{0,18})[ \t]*", re.IGNORECASE)


class Span(NamedTuple):
    """Bytes of a file from `start` to before `stop`; nothing when the file does not reach that far."""

    start: int
    stop: int


def asked(request: HttpRequest, size: int, *validators: str) -> Span | None:
    """The part asked for, within the size; None when all of it is. An empty span: nothing of it is in the file.

    validators: what If-Range may name for the file to be still the same: its ETag, and the date of its last change
    where it has one.
    """
    found = _ONE.fullmatch(request.headers.get("Range", "").strip())
    if request.method != "GET" or found is None:
        return None
    if (still := request.headers.get("If-Range", "").strip()) and still not in validators:
        return None
    first, last = found.groups()
    if not first and not last:
        return None
    if not first:
        return Span(max(size - int(last), 0), size)
    start, stop = int(first), int(last) + 1 if last else size
    if last and stop <= start:
        return None
    return Span(min(start, size), min(stop, size))
