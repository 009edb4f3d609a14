"""Acts on the files of a dossier."""

from __future__ import annotations

from dataclasses import dataclass

from django.db.models import QuerySet
from django.utils.translation import gettext as _

from applications.domain.editing import editing
from applications.enums import AttachmentKind
from applications.models import Application, Attachment, Partner, SealCheck
from portal.core import clock
from portal.core.errors import DomainError
from portal.core.files import Kept
from portal.core.scope import Actor
from portal.core.seals import Verdict


@dataclass(frozen=True)
class AttachmentInput:
    """A kept file, what it is and its title; seal: what the verification of its seals found, when it was verified."""

    kind: str
    title: str
    file: Kept
    seal: Verdict | None = None


def add_attachment(*, by: Actor, application: Application, what: AttachmentInput) -> Attachment:
    """Add a file; a new sealed plan takes the place of the one before. Raises NotAllowed, WrongState."""
    with editing(by, application, "attachments") as act:
        if what.kind == AttachmentKind.PLAN_PDF:
            take_out(by, application.attachments.filter(kind=AttachmentKind.PLAN_PDF))
        row = Attachment.objects.create(
            application=application,
            organisation_id=application.organisation_id,
            kind=what.kind,
            title=what.title,
            **what.file.fields(by=by),
        )
        note_seal(by, row, what.seal)
        return act.record(row)


def note_seal(by: Actor, attachment: Attachment, verdict: Verdict | None) -> SealCheck | None:
    """Write down what the verification of a file's seals found; for an auditor it is told and not kept."""
    if verdict is None:
        return None
    row = SealCheck(
        attachment=attachment,
        state=verdict.state,
        provider=verdict.provider,
        seals=verdict.details(),
        person_id=by.id,
        at=clock.now(),
    )
    if not by.only_reads:
        row.save(force_insert=True)
    return row


def remove_attachment(*, by: Actor, attachment: Attachment) -> None:
    """Take a file out. Raises NotAllowed, WrongState; DomainError for a partner's letter."""
    with editing(by, attachment.application, "attachments") as act:
        if Partner.objects.filter(letter=attachment).exists():
            raise DomainError("partner_letter_is_its_own", _("This letter belongs to a joint applicant's commitment."))
        act.why = _("File “%(title)s” taken out") % {"title": attachment.title}
        take_out(by, Attachment.objects.filter(pk=attachment.pk))


def take_out(by: Actor, files: QuerySet[Attachment]) -> None:
    """Mark files as taken out; their rows stay for the submissions that name them."""
    files.filter(removed_at=None).update(removed_by_id=by.id, removed_at=clock.now())
