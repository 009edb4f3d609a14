"""Acts on what the panel says: its statement, the comment to the applicant, the letters after the final list."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from applications.models import Application
from portal.accounts.enums import Role
from portal.core import clock
from portal.core.commands import command
from portal.core.errors import DomainError, Stale
from portal.core.scope import Actor
from portal.notifications.inbox import Letter, notify_each, recipients_of
from portal.programme.models import Batch
from reviews import queries
from reviews.models import FeedbackLetter, PanelRecord, PanelResult


@dataclass(frozen=True)
class RecordInput:
    """The panel's statement (None once the result is fixed), the comment to the applicant, the version read."""

    version: int
    statement: str | None = None
    comment: str = ""


def keep_record(*, by: Actor, application: Application, what: RecordInput) -> PanelRecord:
    """Keep the panel's statement and the comment to the applicant.

    Raises NotAllowed; Stale when somebody changed it since it was read; DomainError once the comment is approved, or
    when the statement would change after the result is fixed.
    """
    with command(by, "reviews.keep_record", application, lock=False) as act:
        row = PanelRecord.objects.select_for_update().filter(application=application).first()
        row = row or PanelRecord(application=application, written_by_id=by.id)
        if row.version != what.version:
            raise Stale("stale", _("Somebody changed this meanwhile. Read it again; your text is still here."))
        if row.approved_by_id is not None and row.comment != what.comment.strip():
            raise DomainError("comment_is_approved", _("The comment is approved and stays as it is."), "comment")
        if what.statement is not None and what.statement.strip() != row.statement:
            if PanelResult.objects.filter(application=application).exists():
                raise DomainError("panel_record_is_kept", _("The statement stays: the result is fixed."), "statement")
            row.statement = what.statement.strip()
        if row.comment != what.comment.strip():
            # Who wrote the comment, and not who last touched the statement: that person may not approve it.
            row.comment, row.written_by_id, row.written_at = what.comment.strip(), by.id, clock.now()
        row.version += 1
        row.save()
        return act.record(row)


def approve_comment(*, by: Actor, record: PanelRecord, version: int) -> PanelRecord:
    """Approve as a second officer what the applicant will read; it stays from here on.

    Raises NotAllowed, also for who wrote it; Stale when it changed since it was read; DomainError without a comment.
    """
    with command(by, "reviews.approve_comment", record) as act:
        if record.version != version:
            raise Stale("stale", _("Somebody changed the comment meanwhile. Read it again."))
        if not record.comment:
            raise DomainError("comment_approved_when_written", _("There is no comment to approve."))
        record.approved_by_id, record.approved_at = by.id, clock.now()
        record.save(update_fields=["approved_by", "approved_at"])
        return act.record(record)


def release_feedback(*, by: Actor, batch: Batch) -> int:
    """Write to every applicant whose comment is approved: outcome and comment, no names, no scores; gives how many.

    Raises NotAllowed before the final list; DomainError when no comment is approved.
    """
    with command(by, "reviews.release_feedback", batch) as act:
        rows: list[Any] = list(queries.untold(by, batch))  # with `panel_record`
        if not rows:
            raise DomainError("no_feedback", _("No approved comment waits for its letter."))
        FeedbackLetter.objects.bulk_create(
            FeedbackLetter(application=row, outcome=row.state, comment=row.panel_record.comment, released_by_id=by.id)
            for row in rows
        )
        told = recipients_of(Role.DRAFTER, Role.SIGNATORY, units=[row.unit_id for row in rows])
        text = gettext_lazy("The ministries wrote to %(unit)s about its application.")
        letters = (
            Letter(told.get(row.unit_id, ()), text, reverse("reviews:feedback", args=[row.pk]), {"unit": row.unit})
            for row in rows
        )
        notify_each(letters, by=by)
        act.record(batch, why=_("%(count)s feedback letters") % {"count": len(rows)})
        return len(rows)
