"""Acts on uploads: begin or go on, take a piece, give the whole to the worker, put it together, give it up.

A piece that comes twice changes nothing, and one that comes out of turn is refused with the place to go on from, so a
browser may repeat whatever it is not sure of.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from typing import IO

from django.conf import settings
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.template.defaultfilters import filesizeformat
from django.utils.translation import gettext as _

from applications.domain.editing import refuse_closed
from applications.models import Application, Upload
from applications.models.file import UploadState
from portal.core import clock
from portal.core.errors import DomainError, Stale
from portal.core.files import storage_failed
from portal.core.models import Run
from portal.core.rules import may
from portal.core.scope import Actor
from portal.core.sweeping import PIECES
from portal.core.tasks import start_run

TASK = "applications.take_upload"


@dataclass(frozen=True)
class UploadInput:
    """A file that will come: what it is, its name, its size in bytes and the time its browser gives for it."""

    kind: str
    title: str
    file_name: str
    size: int
    modified: int


def begin(*, by: Actor, application: Application, what: UploadInput) -> Upload:
    """Begin an upload, or go on with the one this person began of the same file.

    Raises NotAllowed; DomainError when it is too large.
    """
    may(by, "applications.edit", application).or_refuse()
    refuse_closed(application, "attachments")
    if what.size > settings.MAX_UPLOAD_BYTES:
        text = _("The file is larger than %(most)s. Make it smaller or split it, then upload it again.")
        raise DomainError("file_too_large", text % {"most": filesizeformat(settings.MAX_UPLOAD_BYTES)}, "file")
    if not what.size:
        raise DomainError("file_empty", _("The file is empty. Choose the file again."), "file")
    same = {"file_name": what.file_name, "size": what.size, "modified": what.modified}
    found = Upload.objects.filter(
        application=application, person=by.id, state=UploadState.RECEIVING, kind=what.kind, **same
    ).first()
    if found is None:
        found = Upload.objects.create(
            application=application, person_id=by.id, kind=what.kind, title=what.title, **same
        )
    elif found.title != what.title:
        found.title = what.title
        found.save(update_fields=["title"])
    return found


def put(*, by: Actor, upload: Upload, offset: int, piece: bytes) -> Upload:
    """Take the piece that begins at `offset`. A piece that is there already is taken as done.

    Raises DomainError when the piece is empty, too long or goes beyond the end, or could not be stored; Stale when
    another one is next.
    """
    held = Upload.objects.select_for_update().get(pk=upload.pk)
    if not 0 < len(piece) <= settings.UPLOAD_PIECE_BYTES or offset < 0 or offset + len(piece) > held.size:
        raise DomainError("piece_does_not_fit", _("This piece does not belong to the file."))
    if offset + len(piece) <= held.received:
        return held
    if offset != held.received or held.state != UploadState.RECEIVING:
        raise Stale("piece_out_of_turn", _("Another piece comes next."))
    _put(_key(held, offset), piece)
    held.received += len(piece)
    held.save(update_fields=["received"])
    return held


def _put(key: str, piece: bytes) -> None:
    try:
        if default_storage.exists(key):  # of a transaction that was rolled back
            default_storage.delete(key)
        default_storage.save(key, ContentFile(piece))
    except Exception as error:  # a full disk is an OSError, object stores have exceptions of their own
        raise storage_failed(error, "file") from error


def finish(*, by: Actor, upload: Upload, back: str) -> Run:
    """Give the whole to the worker, which checks it and takes it into the dossier. Raises Stale while pieces miss."""
    held = Upload.objects.select_for_update().get(pk=upload.pk)
    if held.received != held.size:
        raise Stale("upload_not_whole", _("The file is not whole yet."))
    if held.state == UploadState.RECEIVING:
        held.state = UploadState.CHECKING
        held.save(update_fields=["state"])
    return start_run(by=by, task=TASK, params={"upload": str(held.pk)}, key=f"{TASK}:{held.pk}", back=back)


def put_together(upload: Upload, into: IO[bytes], progress: Callable[[int, int], None]) -> None:
    """Write the pieces one after the other. progress: bytes done, bytes in all.

    Raises DomainError when one is gone or empty, or when there is no room or no answer from the storage.
    """
    offset = 0
    while offset < upload.size:
        try:
            with default_storage.open(_key(upload, offset), "rb") as piece:
                content = piece.read()
            into.write(content)
        except FileNotFoundError:
            content = b""
        except Exception as error:  # each storage has exceptions of its own
            raise storage_failed(error, "file") from error
        if not content:
            raise DomainError(
                "piece_is_gone", _("A piece of the file is gone: it lay too long. Upload the file again.")
            )
        offset += len(content)
        progress(offset, upload.size)


def set_back(*, by: Actor, upload: Upload) -> None:
    """Leave an upload as it came, with its pieces, so that its person can give it to the worker again."""
    Upload.objects.filter(pk=upload.pk, state=UploadState.CHECKING).update(state=UploadState.RECEIVING)


def give_up(*, by: Actor, upload: Upload) -> None:
    """Throw an upload away, with its pieces."""
    remove_pieces(upload)
    Upload.objects.filter(pk=upload.pk).delete()


def forget_abandoned(*, by: Actor) -> int:
    """Give up what was begun longer ago than twice the grace time and is no file yet, as the clockwork; gives how many.

    Its first pieces are swept by then (`portal.core.sweeping`), so nobody could go on with it, nor a worker with what
    came whole and was cancelled.
    """
    old = clock.now() - 2 * timedelta(hours=settings.FILE_GRACE_HOURS)
    rows = list(Upload.objects.filter(begun_at__lt=old).order_by("begun_at"))
    for row in rows:
        give_up(by=by, upload=row)
    return len(rows)


def remove_pieces(upload: Upload) -> None:
    """Remove what lies in the storage of it; what is left behind is swept later."""
    folder = f"{PIECES}/{upload.pk}"
    try:
        names = default_storage.listdir(folder)[1]
    except FileNotFoundError:
        return
    for name in names:
        default_storage.delete(f"{folder}/{name}")


def _key(upload: Upload, offset: int) -> str:
    return f"{PIECES}/{upload.pk}/{offset:012}"
