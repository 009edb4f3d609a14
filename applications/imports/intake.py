"""Taking a file in: judged by its content, an Excel workbook or a CSV file, never larger than a list can be."""

from __future__ import annotations

import io
from typing import Final

from django.core.files.uploadedfile import UploadedFile
from django.template.defaultfilters import filesizeformat
from django.utils.translation import gettext as _

from portal.core.errors import DomainError
from portal.core.files import CSV, XLSX, Kept, keep, keep_made

MOST_BYTES: Final = 20 * 2**20


def take_in(upload: UploadedFile) -> Kept:
    """Keep the file. Raises DomainError beside `file`: empty, too large, another kind, protected, active, damaged."""
    if (upload.size or 0) > MOST_BYTES:
        raise DomainError(
            "file_too_large",
            _("The file is larger than %(most)s; a list of 10,000 rows has about 1 MB. Remove what is not needed.")
            % {"most": filesizeformat(MOST_BYTES)},
            "file",
        )
    upload.seek(0)
    head = upload.read(8)
    upload.seek(0)
    if head[:2] == b"PK" or head == b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1":
        return keep(upload, kinds=(XLSX,), field="file")
    return keep_made(io.BytesIO(_text(upload)), name=upload.name or "", kind=CSV, folder="imports")


def _text(upload: UploadedFile) -> bytes:
    """The content of a CSV file. Raises DomainError when it is no text in lines and columns."""
    raw: bytes = upload.read()
    if not raw.strip():
        raise DomainError("file_empty", _("The file is empty. Choose the file again."), "file")
    start = raw.lstrip()[:512].lower()
    line = raw.split(b"\n", 1)[0]
    marks = (b"%pdf", b"<", b"{", b"\x89png", b"\xff\xd8", b"gif8", b"rar!", b"7z\xbc")
    if b"\0" in raw or start.startswith(marks) or not any(sign in line for sign in (b",", b";", b"\t")):
        raise DomainError(
            "file_kind",
            _("By its content this is neither an Excel workbook (XLSX) nor a CSV file. Save the list as one of them."),
            "file",
        )
    return raw
