"""Whether an uploaded PDF is whole and does nothing by itself."""

from __future__ import annotations

import re
import zlib
from typing import IO, Final

from portal.core.unfit import MARKUP, MAX_UNPACKED, Bytes, active, broken, encrypted, mapped, refuse_zip_behind

# PDF: actions are names of objects; names may be written with #xx, and objects may lie packed in object streams.
# What follows a name ends it; forms of XFA are told from chance in packed data by what may follow.
_ESCAPED: Final = re.compile(rb"#(4[1-9A-Fa-f]|5[0-9Aa]|6[1-9A-Fa-f]|7[0-9Aa])")
_ACTIONS: Final = re.compile(
    rb"/(?:(?:JavaScript|Launch|RichMedia|Rendition|ImportData|SubmitForm)(?![A-Za-z0-9])|XFA(?=[\0\t\n\f\r \[<(%/]))"
)
_ENCRYPT: Final = re.compile(rb"/Encrypt(?![A-Za-z0-9])")
# What packs objects says so, or where the first of them begins; some readers look at the latter alone.
_PACKED: Final = re.compile(rb"/ObjStm(?![A-Za-z0-9])|/First\s+\d+(?!\d|\s+\d+\s+R)")
# Another step of unpacking, after which other bytes stand there than were looked at.
_STEPS: Final = re.compile(rb"/(?:DecodeParms|DP|F|FFilter)(?![A-Za-z0-9])")
# A stream begins this near (bytes) to what says that it packs objects, and few of a document do so.
_NEAR: Final = 4096
_MOST_NAMED: Final = 50_000
_TEXTS: Final = re.compile(rb"\((?:\\.|[^\\()])*\)", re.DOTALL)
_COMMENTS: Final = re.compile(rb"%[^\r\n]*")
_WINDOW: Final = 4 * 2**20
_OVERLAP: Final = 256  # longer than any name looked for, also when each of its letters is escaped


def check(file: IO[bytes]) -> None:
    """Raise DomainError for a PDF that is damaged, encrypted, active, or another kind as well."""
    with mapped(file) as raw:
        if raw[:5] != b"%PDF-" or not raw[-2048:].rstrip(b"\0\t\n\f\r ").endswith(b"%%EOF"):
            raise broken()
        if raw.rfind(b"startxref") < 0:
            raise broken()
        if MARKUP.search(raw[:1024]):
            raise active()
        _look_through(raw)
        _look_into_packed(raw)
        refuse_zip_behind(raw)


def _look_through(raw: Bytes) -> None:
    """Look for what a PDF must not hold, a window at a time; windows overlap so that no name falls between two."""
    for start in range(0, len(raw), _WINDOW):
        window = raw[start : start + _WINDOW + _OVERLAP]
        data = _unescape(window)
        if _ENCRYPT.search(data):
            raise encrypted()
        if _ACTIONS.search(data):
            raise active()
        if data is not window and data.count(b"/ObjStm") != window.count(b"/ObjStm"):
            raise broken()  # a disguised name: only someone who hides something writes it so


def _look_into_packed(raw: Bytes) -> None:
    """Look for actions in object streams. What is packed in a way we cannot look into is not taken."""
    left, start, done = MAX_UNPACKED, 0, -1
    for number, packed in enumerate(_PACKED.finditer(raw)):
        if 0 <= start < packed.end():
            start = raw.find(b"stream", packed.end())
        if start == done or (start < 0 and packed[0] != b"/ObjStm"):
            continue
        behind = bytes(raw[packed.end() : max(0, min(start, packed.end() + _NEAR))])
        if packed[0] != b"/ObjStm" and b"endobj" in _bare(behind):
            continue  # an outline: it names its first entry, and has no stream
        begin = start + 6 + {b"\r\n": 2, b"\n": 1}.get(_line_end(raw, start + 6), 0)
        end = raw.find(b"endstream", begin) if start >= 0 else -1
        head = _unescape(_before(raw, packed.start()) + packed[0] + behind)
        is_odd = start > packed.end() + _NEAR or begin == start + 6 or _STEPS.search(head)
        left -= end - begin
        if end < 0 or is_odd or left <= 0 or number > _MOST_NAMED:
            raise broken()
        done = start
        inside = _inflated(raw[begin:end], left, b"Filter" in head)
        left -= len(inside)
        if left <= 0:
            raise broken()
        if _ACTIONS.search(_unescape(inside)):
            raise active()


def _before(raw: Bytes, place: int) -> bytes:
    """What stands in the same object before a place, as far as it is near."""
    near = bytes(raw[max(0, place - _NEAR) : place])
    return near[max(0, near.rfind(b"obj")) :]


def _bare(data: bytes) -> bytes:
    """Without comments and texts in brackets, in which any word may stand; of one that does not end, nothing behind."""
    while (less := _TEXTS.sub(b"", data)) != data:
        data = less
    return _COMMENTS.sub(b"", data.partition(b"(")[0])


def _line_end(raw: Bytes, place: int) -> bytes:
    return b"\r\n" if raw[place : place + 2] == b"\r\n" else bytes(raw[place : place + 1])


def _inflated(content: bytes, most: int, is_packed: bool) -> bytes:
    """What was packed; nothing where nothing was, for that was looked at already. Raises DomainError."""
    inflate = zlib.decompressobj()
    try:
        inside = inflate.decompress(content, most)
    except zlib.error as error:
        if is_packed:
            raise broken() from error
        return b""
    if not inflate.eof:  # it goes on behind what looks like its end
        raise broken()
    return inside


def _unescape(data: bytes) -> bytes:
    return _ESCAPED.sub(lambda match: bytes([int(match[1], 16)]), data) if b"#" in data else data
