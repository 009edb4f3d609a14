"""Files people bring and files the portal makes: judged by content, kept under their digest, handed out inert.

    kept = keep(upload, kinds=(PDF,))                 # DomainError beside the field, or content that is safe to keep
    Attachment.objects.create(**kept.fields(by=actor), application=...)
    return serve(row, request=request)                # the view has checked that the caller may see the object

The name of an upload decides nothing. The same content is stored once, whoever brings it and however often; a key is
never reused for other content, so a file that is being read does not change.
"""

from __future__ import annotations

import contextlib
import hashlib
import os
import shutil
import tempfile
import unicodedata
import uuid
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Any, Final

import structlog
from django.conf import settings
from django.core.files import File
from django.core.files.storage import FileSystemStorage, default_storage
from django.core.files.uploadedfile import UploadedFile
from django.http import Http404, HttpRequest, HttpResponseBase
from django.template.defaultfilters import filesizeformat
from django.utils.http import content_disposition_header
from django.utils.translation import gettext as _

from portal.core import clock, inspection, pictures, scanning, sweeping
from portal.core.errors import DomainError
from portal.core.inspection import CSV, DOCX, JPEG, OFD, PDF, PNG, XLSX, XML, ZIP, FileKind
from portal.core.reading import CHUNK, Stored, Unreadable, answer_with, measured, opened, read
from portal.core.scope import Actor

__all__ = [
    "CHUNK",
    "CSV",
    "DOCX",
    "JPEG",
    "OFD",
    "PDF",
    "PNG",
    "XLSX",
    "XML",
    "ZIP",
    "FileKind",
    "Kept",
    "Stored",
    "Unreadable",
    "keep",
    "keep_copy",
    "keep_made",
    "measured",
    "opened",
    "read",
    "serve",
    "storage_failed",
]
log = structlog.get_logger(__name__)
_UNSAFE: Final = str.maketrans('<>:"|?*;%', "_________")
UPLOADED: Final = "files"  # the folder of what people brought; only this is examined by a scanner
# What may be handed out at all; anything else in a row is a mistake and is refused.
SERVED: Final = {kind.content_type: kind for kind in (PDF, XLSX, DOCX, PNG, JPEG, CSV, OFD, XML, ZIP)}
INERT: Final = "sandbox; default-src 'none'; frame-ancestors 'none'; base-uri 'none'; form-action 'none'"
INERT_INLINE: Final = (
    "sandbox; default-src 'none'; style-src 'unsafe-inline'; object-src 'self'; frame-ancestors 'self'"
)


@dataclass(frozen=True)
class Kept:
    """Content that is safely stored: name for people, type from our own list, size, digest, where it is."""

    file_name: str
    content_type: str
    size: int
    sha256: str
    storage_key: str

    def fields(self, *, by: Actor) -> dict[str, Any]:
        """The fields of a StoredFile row."""
        return {**vars(self), "uploaded_by_id": by.id, "uploaded_at": clock.now()}


def keep(
    upload: UploadedFile, *, kinds: tuple[FileKind, ...], field: str = "file", redraw: bool = False, most: int = 0
) -> Kept:
    """Check an upload by its content and keep it. most: of its bytes, where more are taken than elsewhere.

    kinds: what is allowed here, for instance (PDF,) or (PDF, XLSX, DOCX). redraw: draw pictures anew, so that nothing
    but the picture is kept; needed where a page shows them.
    Raises DomainError with a sentence on how to mend it, beside `field`: empty, too large, another kind, active
    content, encrypted, damaged, infected; `storage_failed` when it could not be stored (nothing is kept then).
    """
    with _own_copy(upload, field, most or settings.MAX_ATTACHMENT_BYTES) as (copy, size, digest):
        own = Copy(copy, upload.name or "", size, digest)
        return keep_copy(own, kinds=kinds, field=field, redraw=redraw)


@dataclass(frozen=True)
class Copy:
    """Content that nobody else holds, with the name it came under, its size and its digest."""

    file: IO[bytes]
    name: str
    size: int
    sha256: str


def keep_copy(
    copy: Copy, *, kinds: tuple[FileKind, ...], field: str = "file", redraw: bool = False, quarantine: bool = False
) -> Kept:
    """As `keep`, of a copy that is held already. quarantine: keep infected content behind bars instead of refusing it.

    Inside a transaction the content cannot be swept away until it ends, so a row that names it may follow.
    """
    kind = inspection.inspect(copy.file, size=copy.size, kinds=kinds, field=field)
    if redraw and kind in (PNG, JPEG):
        with pictures.redrawn(copy.file, kind, field) as picture:
            return _examined(Copy(picture, copy.name, *measured(picture)), kind, field, quarantine=quarantine)
    return _examined(copy, kind, field, quarantine=quarantine)


def _examined(copy: Copy, kind: FileKind, field: str, *, quarantine: bool) -> Kept:
    scanning.examine(copy.file, copy.sha256, copy.size, field=field, quarantine=quarantine)
    key = f"{UPLOADED}/{copy.sha256[:2]}/{copy.sha256}"
    _put(key, copy.file, copy.sha256, field)
    return Kept(clean_name(copy.name, kind), kind.content_type, copy.size, copy.sha256, key)


def keep_made(made: IO[bytes], *, name: str, kind: FileKind, folder: str) -> Kept:
    """Keep a file the portal itself made (a report, a receipt) under its digest inside `folder`.

    Raises DomainError `storage_failed` when it could not be stored.
    """
    size, digest = measured(made)
    key = f"{folder}/{digest[:2]}/{digest}"
    _put(key, made, digest, "file")
    return Kept(clean_name(name, kind), kind.content_type, size, digest, key)


def serve(row: Stored, *, request: HttpRequest | None = None, inline: bool = False) -> HttpResponseBase:
    """Hand a kept file out as a download that no browser runs, and only as what was kept.

    The caller has checked that the reader may see the object the file hangs on. inline: show it in the page's own
    sandbox instead; only PDF and pictures, anything else is a download all the same.
    Of a request: who has it is told so (304), who asks for a part (Range, If-Range) gets that (206).
    Raises Http404 when the type is not one of ours; Unfit while it waits for the scanner or lies in quarantine;
    Unreadable when the content is gone or was changed. A large file that was changed breaks off before its end.
    """
    kind = SERVED.get(row.content_type)
    if kind is None or not inspection.DIGEST.fullmatch(row.sha256):
        raise Http404
    if row.storage_key.startswith(f"{UPLOADED}/"):
        scanning.refuse_unfit(row.sha256)
    shown = inline and kind in (PDF, PNG, JPEG)
    response = answer_with(row, request=request)
    if response.status_code in (200, 206):
        response["Content-Type"] = kind.content_type + ("; charset=utf-8" if kind is CSV else "")
        response["Content-Disposition"] = content_disposition_header(not shown, clean_name(row.file_name, kind)) or ""
    response["X-Content-Type-Options"] = "nosniff"
    response["Content-Security-Policy"] = INERT_INLINE if shown else INERT
    response["Cache-Control"] = "private, no-store"
    response["Cross-Origin-Resource-Policy"] = "same-origin"
    return response


def clean_name(name: str, kind: FileKind) -> str:
    """A name that is safe in a header and a folder: no path, no control or direction marks, the kind's own ending."""
    name = unicodedata.normalize("NFC", name).replace("\\", "/").rsplit("/", 1)[-1]
    name = "".join(sign for sign in name if unicodedata.category(sign) not in {"Cc", "Cf", "Co", "Cs", "Zl", "Zp"})
    name = name.translate(_UNSAFE).strip(" .")
    stem, dot, ending = name.rpartition(".")
    if not (dot and stem and f".{ending.lower()}" in kind.endings):
        stem, ending = name, kind.endings[0][1:]
    return f"{stem[:120].strip(' .') or 'file'}.{ending.lower()}"


@contextlib.contextmanager
def _own_copy(upload: UploadedFile, field: str, most: int) -> Iterator[tuple[IO[bytes], int, str]]:
    """A copy of the upload that nobody else holds, with its size and digest; gone at the end of the block."""
    size, total = 0, hashlib.sha256()
    with tempfile.SpooledTemporaryFile(max_size=settings.FILE_UPLOAD_MAX_MEMORY_SIZE) as copy:
        try:
            for chunk in upload.chunks(CHUNK):
                size += len(chunk)
                if size > most:
                    raise DomainError(
                        "file_too_large",
                        _("The file is larger than %(most)s. Make it smaller or split it, then upload it again.")
                        % {"most": filesizeformat(most)},
                        field,
                    )
                total.update(chunk)
                copy.write(chunk)
        except OSError as error:
            raise storage_failed(error, field) from error
        if not size:
            raise DomainError("file_empty", _("The file is empty. Choose the file again."), field)
        yield copy, size, total.hexdigest()


def storage_failed(error: Exception, field: str) -> DomainError:
    """The refusal of what could not be stored; what hindered it is in the log."""
    log.error("file_not_stored", kind=type(error).__name__, reason=str(error)[:200])
    return DomainError(
        "storage_failed",
        _("The portal could not store the file just now, so nothing was kept. Please try again in a few minutes."),
        field,
    )


def _put(key: str, content: IO[bytes], digest: str, field: str) -> None:
    """Store under the key: under another name first, then in one step. What is already there and whole stays.

    What stays counts as new from now on, so that a sweep leaves it to whoever brought it just now.
    """
    sweeping.hold(key)
    try:
        if isinstance(default_storage, FileSystemStorage) and _is_whole(key, digest):
            os.utime(default_storage.path(key))
            return
        content.seek(0)
        if isinstance(default_storage, FileSystemStorage):
            _put_on_disk(Path(default_storage.path(key)), content)
        else:
            # An object store shows an object only once all of it has arrived, and the one before it until then: what
            # other rows name already is not taken away first, only where the new one would get another name.
            if default_storage.get_available_name(key) != key:
                default_storage.delete(key)
            default_storage.save(key, File(content))
    except Exception as error:  # a full disk is an OSError, object stores have exceptions of their own
        raise storage_failed(error, field) from error


def _put_on_disk(final: Path, content: IO[bytes]) -> None:
    final.parent.mkdir(parents=True, exist_ok=True)
    part = final.with_name(f"{final.name}.{uuid.uuid4().hex}.part")
    try:
        with part.open("xb") as file:
            shutil.copyfileobj(content, file, CHUNK)
            file.flush()
            os.fsync(file.fileno())
        if mode := settings.STORAGES["default"].get("OPTIONS", {}).get("file_permissions_mode"):
            part.chmod(mode)
        part.replace(final)
    finally:
        part.unlink(missing_ok=True)


def _is_whole(key: str, digest: str) -> bool:
    """Whether the content is there already and undamaged."""
    if not default_storage.exists(key):
        return False
    total = hashlib.sha256()
    with default_storage.open(key, "rb") as file:
        while chunk := file.read(CHUNK):
            total.update(chunk)
    return total.hexdigest() == digest
