"""Acts on the text of the implementation plan."""

from __future__ import annotations

import io
from collections.abc import Mapping
from dataclasses import asdict
from typing import Final

from django.core.files.uploadedfile import SimpleUploadedFile, UploadedFile
from django.urls import reverse
from django.utils.translation import gettext as _
from PIL import Image

from applications.domain import rows
from applications.domain.editing import editing
from applications.enums_sections import ChapterCode
from applications.models import Application, Figure, PlanChapter, WordImport
from applications.richtext import word
from applications.richtext.clean import figures_in, taken_in
from portal.core import clock
from portal.core.commands import command
from portal.core.errors import DomainError, WrongState
from portal.core.files import DOCX, JPEG, PNG, keep, read
from portal.core.scope import Actor

MOST_FIGURES: Final = 500


def edit_chapter(
    *, by: Actor, application: Application, code: ChapterCode, html: str, version: int
) -> PlanChapter | None:
    """Write a chapter; an empty one is taken out. `version` is the chapter's own as it was read, 0 for none.

    Raises NotAllowed, WrongState; Stale when somebody was faster; DomainError when the text is too long or shows a
    figure of another dossier.
    """
    with editing(by, application, "plan") as act:
        act.why = str(code.label)
        return _write(application, code, _checked(application, html), version)


def _checked(application: Application, html: str) -> str:
    text = taken_in(html)
    shown = figures_in(text)
    if shown and application.figures.filter(pk__in=shown).count() != len(shown):
        raise DomainError(
            "figure_of_another_dossier",
            _("A picture in this text does not belong to this dossier: take it out and add it anew."),
            "html",
        )
    return text


def _write(application: Application, code: ChapterCode, text: str, version: int) -> PlanChapter | None:
    found = PlanChapter.objects.filter(application=application, code=code).first()
    if found is None:
        found = PlanChapter(application=application, code=code, html=text)
        if version and text:  # it was there when it was read
            return rows.write(found, {}, version=version, section="plan")
        if text:
            found.save()
        return found if text else None
    found.application = application
    written = rows.write(found, {"html": text} if text else {}, version=version, section="plan")
    if not text:
        written.delete()
        return None
    return written


def add_figure(*, by: Actor, application: Application, upload: UploadedFile) -> Figure:
    """Keep a picture for the plan, drawn anew. It is part of the dossier once a chapter shows it.

    Raises NotAllowed, WrongState; DomainError when it is no PNG or JPEG, or the dossier has too many.
    """
    with command(by, "applications.edit", application) as act:
        if not application.is_open:
            raise WrongState("wrong_state", _("The dossier cannot be changed in this state."))
        return act.record(_keep_figure(by, application, upload))


def _keep_figure(by: Actor, application: Application, upload: UploadedFile) -> Figure:
    if application.figures.count() >= MOST_FIGURES:
        raise DomainError(
            "figures_too_many", _("The plan has %(most)s pictures already.") % {"most": MOST_FIGURES}, "file"
        )
    kept = keep(upload, kinds=(PNG, JPEG), redraw=True)
    known = application.figures.filter(sha256=kept.sha256).first()
    if known is not None:
        return known
    row = Figure(application=application, **kept.fields(by=by))
    with Image.open(io.BytesIO(read(row)), formats=("PNG", "JPEG")) as picture:
        row.width, row.height = picture.size
    row.save()
    return row


def read_word(*, by: Actor, application: Application, upload: UploadedFile) -> WordImport:
    """Read a Word file and keep what it says for a look; nothing of the plan changes yet.

    Its pictures are kept as figures. Raises NotAllowed, WrongState; DomainError when it is no DOCX or cannot be read.
    """
    with command(by, "applications.edit", application) as act:
        if not application.is_open:
            raise WrongState("wrong_state", _("The dossier cannot be changed in this state."))
        kept = keep(upload, kinds=(DOCX,))

        def picture(content: bytes, kind: str) -> str:
            ending = "png" if kind == PNG.content_type else "jpg"
            found = _keep_figure(by, application, SimpleUploadedFile(f"figure.{ending}", content, kind))
            return reverse("applications:figure", args=[found.pk])

        upload.seek(0)
        reading = word.read(upload, picture)  # type: ignore[arg-type]  # an upload reads like a file
        row = WordImport.objects.create(
            application=application,
            file_name=kept.file_name,
            sha256=kept.sha256,
            pieces=[asdict(piece) for piece in reading.pieces],
            notes=reading.notes,
            read_by_id=by.id,
            read_at=clock.now(),
        )
        return act.record(row)


def take_over(
    *, by: Actor, reading: WordImport, places: Mapping[int, ChapterCode], append: bool, version: int | None = None
) -> int:
    """Take pieces of a Word file over into chapters; gives how many chapters were written.

    places: number of the piece → chapter; append: behind what stands there, instead of in its place; version: of the
    application as it was read, compared where chapters are replaced.
    Raises NotAllowed, WrongState, Stale; DomainError when nothing was chosen, it was taken over already, or too long.
    """
    application = reading.application
    with editing(by, application, "plan", None if append else version) as act:
        fresh = WordImport.objects.select_for_update().get(pk=reading.pk)
        if fresh.taken_at is not None:
            raise DomainError("word_taken_over", _("This file was taken over already."))
        texts: dict[ChapterCode, list[str]] = {}
        for number, code in sorted(places.items()):
            if 0 <= number < len(fresh.pieces):
                texts.setdefault(code, []).append(_with_title(fresh.pieces[number], alone=code.value))
        if not texts:
            raise DomainError("word_nothing_chosen", _("Choose a chapter for at least one piece."))
        stand = {row.code: row for row in PlanChapter.objects.filter(application=application)}
        for code, pieces in texts.items():
            before = stand.get(code.value)
            whole = "\n".join([before.html, *pieces] if before is not None and append else pieces)
            _write(application, code, _checked(application, whole), before.version if before is not None else 0)
        fresh.taken_at = clock.now()
        fresh.save(update_fields=["taken_at"])
        act.why = _("Taken over from %(name)s") % {"name": fresh.file_name}
        return len(texts)


def _with_title(piece: dict[str, str], *, alone: str) -> str:
    """A piece under its heading, unless the heading is what the chapter itself is called."""
    if not piece["title"] or piece["chapter"] == alone:
        return piece["html"]
    return f"<h2>{_escape(piece['title'])}</h2>{piece['html']}"


def _escape(text: str) -> str:
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
