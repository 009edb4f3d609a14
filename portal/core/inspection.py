"""What an uploaded file really is, by its content: the allowed kinds, and what makes one unsafe or unusable.

Each kind has a check of its own that refuses what is damaged, encrypted, active, or two kinds at once. A sentence of
a refusal says how to mend it. Checks read at most MAX_UNPACKED bytes out of packed content, and look at large files
through the page cache (mmap), a window at a time, so that memory is bounded.
"""

from __future__ import annotations

import html
import re
import struct
import zipfile
import zlib
from collections.abc import Callable
from dataclasses import dataclass
from typing import IO, Final
from xml.etree import ElementTree as ET

import puremagic
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from portal.core import pdf_inspection
from portal.core.errors import DomainError, Text
from portal.core.punctuation import listed
from portal.core.unfit import MARKUP, MAX_UNPACKED, Bytes, active, broken, encrypted, mapped, refuse_zip_behind

DIGEST: Final = re.compile(r"[0-9a-f]{64}")
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


def kinds_in_words(kinds: tuple[FileKind, ...]) -> str:
    """The kinds in words: "PDF, PNG"."""
    return listed(str(kind.label) for kind in kinds)


def _refuse_kind(kinds: tuple[FileKind, ...], field: str | None = None) -> DomainError:
    return DomainError(
        "file_kind",
        _("By its content this is not one of the kinds allowed here: %(kinds)s. Save it as one of them.")
        % {"kinds": kinds_in_words(kinds)},
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
        if MARKUP.search(head):
            raise active()
        raise DomainError("file_kind", "")
    try:
        return check(file, size)
    except struct.error as error:
        raise broken() from error


# Office: a ZIP package whose list of types names its main part.
_MAIN: Final = {
    "spreadsheetml.sheet.main+xml": XLSX,
    "wordprocessingml.document.main+xml": DOCX,
}
_ACTIVE_PARTS: Final = ("vbaproject", "vbadata", "/activex/", "/macrosheets/", "/dialogsheets/", "oleobject")
# What is fetched, or run, from elsewhere as soon as the document is opened.
_FETCHED: Final = frozenset({"attachedtemplate", "oleobject", "frame", "subdocument", "afchunk", "control"})
_TYPES: Final = re.compile(r"macroEnabled|vbaProject|\.xlm|<!DOCTYPE", re.IGNORECASE)
_MOST_OF_LISTS: Final = 2**23  # bytes; a list of a package has some hundred lines


def _check_pdf(file: IO[bytes], size: int) -> FileKind:
    pdf_inspection.check(file)
    return PDF


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
    types = html.unescape(_list_of(package, "[Content_Types].xml").decode("utf-8", "replace"))
    if _TYPES.search(types):
        raise active()
    for member in members:
        if member.filename.lower().endswith(".rels") and _fetches(_list_of(package, member.filename)):
            raise active()
        with package.open(member) as part:
            is_xml = member.filename.lower().endswith((".xml", ".rels"))
            end = b""
            while piece := part.read(2**20):
                # Nobody's office program writes a document type: its entities would unfold in what reads the part.
                if is_xml and b"<!DOCTYPE" in (end + piece).replace(b"\0", b""):
                    raise active()
                end = piece[-32:]
    found = {kind for name, kind in _MAIN.items() if name in types}
    if len(found) != 1:
        raise DomainError("file_kind", "")
    return found.pop()


def _fetches(listed: bytes) -> bool:
    """Whether a part's list of what belongs to it names something from elsewhere that is fetched or run."""
    try:
        named = list(ET.fromstring(listed).iter())  # noqa: S314 - it has no document type
    except (ET.ParseError, LookupError, ValueError) as error:
        raise broken() from error
    kinds = {one.get("Type", "").lower().rpartition("/")[2] for one in named if _is_elsewhere(one)}
    return not kinds.isdisjoint(_FETCHED)


def _is_elsewhere(named: ET.Element) -> bool:
    return named.get("TargetMode", "").strip().lower() == "external"


def _list_of(package: zipfile.ZipFile, name: str) -> bytes:
    """A list of the package. Raises DomainError for one that hides what it names, or has a document type."""
    if package.getinfo(name).file_size > _MOST_OF_LISTS:
        raise broken()
    content = package.read(name)
    if b"\0" in content or b"<!DOCTYPE" in content:
        raise active()
    return content


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
        elif kind != b"IDAT" and MARKUP.search(body):
            raise active()
        first = False
    if file.read(1):
        raise broken()
    return PNG


_FRAMES: Final = {*range(0xC0, 0xD0)} - {0xC4, 0xC8, 0xCC}


def _check_jpeg(file: IO[bytes], size: int) -> FileKind:
    """Segment by segment to the picture data, which ends with the end mark."""
    with mapped(file) as raw:
        refuse_zip_behind(raw)
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
        if MARKUP.search(raw[place : place + 2 + length]):
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
