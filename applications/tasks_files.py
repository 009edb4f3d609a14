"""The worker's part of bringing a file in pieces."""

from __future__ import annotations

import tempfile
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from applications.domain import files, uploads
from applications.forms.parts import kinds_of
from applications.models import Upload
from portal.core import seals
from portal.core.errors import DomainError
from portal.core.files import Copy, keep_copy, measured
from portal.core.models import Run
from portal.core.scope import Actor
from portal.core.tasks import Outcome, Progress, run_task

MIB = 2**20


@run_task(uploads.TASK, label=_("Take a file into the dossier"))
def take_upload(run: Run, progress: Progress) -> Outcome:
    """Put an upload together, judge it by its content, scan and keep it, verify its seals.

    Repeating reads the same pieces again and keeps the same content under the same key. A file that is refused leaves
    nothing; one that could not be stored stays as it came, to be finished again. Raises DomainError, Cancelled.
    """
    with progress.acting():
        upload = Upload.objects.select_related("application").get(pk=run.params["upload"])
    try:
        what = _taken(upload, progress)
    except DomainError as refusal:
        with progress.acting() as by:
            # Told to try again in a few minutes, nobody is to bring hundreds of megabytes once more.
            if refusal.code == "storage_failed":
                uploads.set_back(by=by, upload=upload)
            else:
                uploads.give_up(by=by, upload=upload)
        raise

    def outcome(by: Actor) -> dict[str, Any]:
        row = files.add_attachment(by=by, application=upload.application, what=what)
        uploads.give_up(by=by, upload=upload)
        return {"redirect": reverse("applications:attachment", args=[row.pk])}

    return outcome


def _taken(upload: Upload, progress: Progress) -> files.AttachmentInput:
    with tempfile.TemporaryFile() as whole:
        steps = 2 * (upload.size // MIB + 1)  # in MiB; reading is one half of the work, judging the other

        def tell(done: int, _all: int) -> None:
            progress(done // MIB, of=steps)

        uploads.put_together(upload, whole, tell)
        size, sha256 = measured(whole)
        with progress.acting():
            own = Copy(whole, upload.file_name, size, sha256)
            kept = keep_copy(own, kinds=kinds_of(upload.kind), redraw=True, quarantine=True)
        seal = seals.verify(whole, kept.content_type)
        return files.AttachmentInput(upload.kind, upload.title, kept, seal)
