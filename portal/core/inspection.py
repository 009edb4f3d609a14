"""What an uploaded file really is, by its content: the allowed kinds, and what makes one unsafe or unusable.

Each kind has a check of its own that refuses what is damaged, encrypted, active, or two kinds at once. A sentence of
a refusal says how to mend it. Checks read at most MAX_UNPACKED bytes out of packed content, and look at large files
through the page cache (mmap), a window at a time, so that memory is bounded.
"""

from __future__ import annotations

import mmap
import re
import struct
import zipfile
import zlib
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import IO, Final

import puremagic
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from portal.core.errors import DomainError, Text

DIGEST: Final = re.compile(r"[0-9a-f]{64}")
MAX_UNPACKED: Final = 200 * 2**20
MAX_MEMBERS: Final = 5_000
MAX_RATIO: Final = 200
MAX_PIXELS: Final = 50_000_000
_OFFICE: Final = "application/vnd.openxmlformats-officedocument"


@dataclass(frozen=True)
class FileKind:
    """A kind of file: name for people, type on the wire, endings of names (the first is ours)."""

    label: Text
    content_type: str
    endings: tuple[str, ...]


PDF: Final = FileKind("PDF", "application/pdf", (".pdf",))
XLSX: Final = FileKind(gettext_lazy("Excel workbook (XLSX)"), f"{_OFFICE}.spreadsheetml.sheet", (".xlsx",))
DOCX: Final = FileKind(gettext_lazy("Word document (DOCX)"), f"{_OFFICE}.wordprocessingml.document", (".docx",))
PNG: Final = FileKind("PNG", "image/png", (".png",))
JPEG: Final = FileKind("JPEG", "image/jpeg", (".jpg", ".jpeg"))
OFD: Final = FileKind("OFD", "application/ofd", (".ofd",))  # GB/T 33190; kept as it is, its seal is verified elsewhere
CSV: Final = FileKind("CSV", "text/csv", (".csv",))  # made by the portal, never taken in
ZIP: Final = FileKind("ZIP", "application/zip", (".zip",))  # made by the portal, never taken in
XML: Final = FileKind("XML", "application/xml", (".xml",))  # statements of banks; handed out as a download alone
# The endings puremagic gives for each container of ours; which Office kind it is, the package itself says.
_SEEN: Final = {
    ".pdf": "pdf",
    ".png": "png",
    ".jpg": "jpeg",
    ".jpeg": "jpeg",
    ".docx": "zip",
    ".xlsx": "zip",
    ".zip": "zip",
    ".ofd": "zip",
}
_MARKUP: Final = re.compile(rb"<\s*(?:!doctype|html|script|svg|\?php|iframe|body)", re.IGNORECASE)
_OLE: Final = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"


def inspect(file: IO[bytes], *, size: int, kinds: tuple[FileKind, ...], field: str) -> FileKind:
    """The kind of the content, one of `kinds`. Raises DomainError with how to mend it, beside `field`."""
    try:
        kind = _kind(file, size)
        if kind not in kinds:
            raise _refuse_kind(kinds)
    except DomainError as error:
        error.field = field
        if error.code == "file_kind":
            raise _refuse_kind(kinds, field) from error
        raise
    return kind


def listed(kinds: tuple[FileKind, ...]) -> str:
    """The kinds in words: "PDF, PNG"."""
    return _(", ").join(str(kind.label) for kind in kinds)


def _refuse_kind(kinds: tuple[FileKind, ...], field: str | None = None) -> DomainError:
    return DomainError(
        "file_kind",
        _("By its content this is not one of the kinds allowed here: %(kinds)s. Save it as one of them.")
        % {"kinds": listed(kinds)},
        field,
    )


def _kind(file: IO[bytes], size: int) -> FileKind:
    file.seek(0)
    head = file.read(4096)
    if head.startswith(_OLE):
        raise DomainError(
            "file_encrypted",
            _("This is an old or password-protected Office file. Remove the password and save it as DOCX or XLSX."),
        )
    try:
        endings = [str(match.extension) for match in puremagic.magic_string(head)]
    except (puremagic.PureError, ValueError):
        endings = []
    container = next((_SEEN[ending] for ending in endings if ending in _SEEN), "")
    check = _CHECKS.get(container)
    if check is None:
        if _MARKUP.search(head):
            raise active()
        raise DomainError("file_kind", "")
    try:
        return check(file, size)
    except struct.error as error:
        raise broken() from error


def active() -> DomainError:
    """The refusal of a file that could run something."""
    return DomainError(
        "file_active",
        _("The file holds active content (a script, macro or action). Save it without, for instance print it as PDF."),
    )


def broken() -> DomainError:
    """The refusal of a file that is damaged or carries something behind its end."""
    return DomainError(
        "file_broken", _("The file is damaged or carries foreign content. Save it anew and upload it again.")
    )


def encrypted() -> DomainError:
    """The refusal of a file that cannot be read without a password."""
    return DomainError("file_encrypted", _("The file is protected by a password. Remove the password and try again."))


# PDF: actions are names of objects; names may be written with #xx, and objects may lie packed in object streams.
# What follows a name ends it; forms of XFA are told from chance in packed data by what may follow.
_ESCAPED: Final = re.compile(rb"#(4[1-9A-Fa-f]|5[0-9Aa]|6[1-9A-Fa-f]|7[0-9Aa])")
_ACTIONS: Final = re.compile(
    rb"/(?:(?:JavaScript|Launch|RichMedia|Rendition|ImportData)(?![A-Za-z0-9])|XFA(?=[\0\t\n\f\r \[<(%/]))"
)
_ENCRYPT: Final = re.compile(rb"/Encrypt(?![A-Za-z0-9])")
_PACKED: Final = re.compile(rb"/ObjStm(?![A-Za-z0-9]).{0,2000}?stream\r?\n", re.DOTALL)
_WINDOW: Final = 4 * 2**20
_OVERLAP: Final = 256  # longer than any name looked for, also when each of its letters is escaped


Bytes = bytes | mmap.mmap


@contextmanager
def mapped(file: IO[bytes]) -> Iterator[Bytes]:
    """The whole content to search in; of a file on disk through the page cache, not in memory."""
    try:
        place = file.fileno()
    except OSError:  # it lies in memory already
        file.seek(0)
        yield file.read()
        return
    file.flush()
    with mmap.mmap(place, 0, access=mmap.ACCESS_READ) as raw:
        yield raw


def _check_pdf(file: IO[bytes], size: int) -> FileKind:
    with mapped(file) as raw:
        if raw[:5] != b"%PDF-" or not raw[-2048:].rstrip(b"\0\t\n\f\r ").endswith(b"%%EOF"):
            raise broken()
        if raw.rfind(b"startxref") < 0:
            raise broken()
        if _MARKUP.search(raw[:1024]):
            raise active()
        _look_through(raw)
        _look_into_packed(raw)
    return PDF


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
    left = MAX_UNPACKED
    for packed in _PACKED.finditer(raw):
        end = raw.find(b"endstream", packed.end())
        inflate = zlib.decompressobj()
        try:
            inside = inflate.decompress(raw[packed.end() : end], left)
        except zlib.error as error:
            if b"Filter" in raw[max(0, packed.start() - 500) : packed.end()]:
                raise broken() from error
            continue  # not packed at all: it was looked at already
        left -= len(inside)
        if left <= 0:
            raise broken()
        if _ACTIONS.search(_unescape(inside)):
            raise active()


def _unescape(data: bytes) -> bytes:
    return _ESCAPED.sub(lambda match: bytes([int(match[1], 16)]), data) if b"#" in data else data


# Office: a ZIP package whose list of types names its main part.
_MAIN: Final = {
    b"spreadsheetml.sheet.main+xml": XLSX,
    b"wordprocessingml.document.main+xml": DOCX,
}
_ACTIVE_PARTS: Final = ("vbaproject", "vbadata", "/activex/", "/macrosheets/", "/dialogsheets/", "oleobject")
_REMOTE: Final = re.compile(rb"attachedTemplate[^>]*External|External[^>]*attachedTemplate", re.IGNORECASE)


def _check_office(file: IO[bytes], size: int) -> FileKind:
    try:
        with zipfile.ZipFile(file) as package:
            members = package.infolist()
            _check_package(file, size, package, members)
            return _read_package(package, members)
    except (zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError, KeyError, struct.error, OSError) as error:
        raise broken() from error
    except RuntimeError as error:  # zipfile's word for a missing password
        raise encrypted() from error


def _check_package(file: IO[bytes], size: int, package: zipfile.ZipFile, members: list[zipfile.ZipInfo]) -> None:
    """The package begins at the first byte and ends at the last, and its table of contents is sane."""
    file.seek(0)
    if file.read(4) != b"PK\x03\x04" or not members or min(member.header_offset for member in members) != 0:
        raise broken()
    file.seek(max(0, size - 22))
    if package.comment or file.read(4) != b"PK\x05\x06":
        raise broken()
    names = [member.filename.lower() for member in members]
    if len(names) != len(set(names)) or len(names) > MAX_MEMBERS:
        raise broken()
    if any(name.startswith("/") or ".." in name.split("/") or "\\" in name for name in names):
        raise broken()
    if any(member.flag_bits & 0x1 for member in members):
        raise encrypted()
    unpacked = sum(member.file_size for member in members)
    packed = sum(member.compress_size for member in members)
    if unpacked > MAX_UNPACKED or (unpacked > 2**20 and unpacked > MAX_RATIO * max(packed, 1)):
        raise DomainError(
            "file_bomb", _("The file unpacks to far more than its size. Remove what is not needed and save it anew.")
        )
    if any(part in f"/{name}" for name in names for part in _ACTIVE_PARTS):
        raise active()


def _read_package(package: zipfile.ZipFile, members: list[zipfile.ZipInfo]) -> FileKind:
    """Read every part to its end (which checks its sum), and say which kind the package is."""
    if "OFD.xml" in {member.filename for member in members}:
        return _read_ofd(package, members)
    types = package.read("[Content_Types].xml")
    if b"\0" in types or re.search(rb"macroEnabled|vbaProject|\.xlm|<!DOCTYPE", types, re.IGNORECASE):
        raise active()
    for member in members:
        with package.open(member) as part:
            if member.filename.endswith(".rels") and _REMOTE.search(part.read(2**23)):
                raise active()
            while part.read(2**20):
                pass
    found = {kind for name, kind in _MAIN.items() if name in types}
    if len(found) != 1:
        raise DomainError("file_kind", "")
    return found.pop()


def _read_ofd(package: zipfile.ZipFile, members: list[zipfile.ZipInfo]) -> FileKind:
    """Read every part to its end. The root names the format; scripts and pages of the web have no place in it."""
    root = package.read("OFD.xml")
    if b"<!DOCTYPE" in root or b"<!ENTITY" in root:
        raise active()
    if re.search(rb"<(?:\w+:)?OFD[\s>]", root) is None:
        raise broken()
    for member in members:
        if member.filename.lower().endswith((".js", ".html", ".htm", ".svg", ".exe", ".dll", ".bat")):
            raise active()
        with package.open(member) as part:
            while part.read(2**20):
                pass
    return OFD


def _check_png(file: IO[bytes], size: int) -> FileKind:
    """Chunk by chunk with its sum, from the head to IEND, and nothing behind it."""
    file.seek(8)
    first, kind = True, b""
    while kind != b"IEND":
        head = file.read(8)
        if len(head) < 8:
            raise broken()
        length, kind = struct.unpack(">I4s", head)
        if length > size:
            raise broken()
        body = file.read(length)
        if len(body) < length or file.read(4) != struct.pack(">I", zlib.crc32(kind + body)):
            raise broken()
        if first and (kind != b"IHDR" or length != 13):
            raise broken()
        if kind == b"IHDR":
            width, height = struct.unpack(">II", body[:8])
            _check_pixels(width, height)
        elif kind != b"IDAT" and _MARKUP.search(body):
            raise active()
        first = False
    if file.read(1):
        raise broken()
    return PNG


_FRAMES: Final = {*range(0xC0, 0xD0)} - {0xC4, 0xC8, 0xCC}


def _check_jpeg(file: IO[bytes], size: int) -> FileKind:
    """Segment by segment to the picture data, which ends with the end mark."""
    with mapped(file) as raw:
        return _segments(raw)


def _segments(raw: Bytes) -> FileKind:
    if not raw[-2048:].rstrip(b"\0").endswith(b"\xff\xd9"):
        raise broken()
    place, framed = 2, False
    while True:
        if place + 4 > len(raw) or raw[place] != 0xFF:
            raise broken()
        mark = raw[place + 1]
        if mark == 0xFF:
            place += 1
            continue
        length = int.from_bytes(raw[place + 2 : place + 4], "big")
        if mark in _FRAMES:
            height, width = struct.unpack(">HH", raw[place + 5 : place + 9])
            _check_pixels(width, height)
            framed = True
        if mark == 0xDA:
            break
        if _MARKUP.search(raw[place : place + 2 + length]):
            raise active()
        place += 2 + length
    if not framed:
        raise broken()
    return JPEG


def _check_pixels(width: int, height: int) -> None:
    if not width or not height or width * height > MAX_PIXELS:
        raise DomainError("file_bomb", _("The picture is too large in pixels. Make it smaller and upload it again."))


_CHECKS: Final[dict[str, Callable[[IO[bytes], int], FileKind]]] = {
    "pdf": _check_pdf,
    "zip": _check_office,
    "png": _check_png,
    "jpeg": _check_jpeg,
}
