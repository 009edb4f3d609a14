"""Files of reports: what was made for whom, from what, and until when it is kept."""

from __future__ import annotations

import uuid

import pgtrigger
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from portal.core.inspection import ZIP
from portal.core.models import Run, StoredFile, file_checks
from portal.core.rls import USER, RowSecurity, has_role

# A report is evidence of what was seen: nothing of the row changes but that its content was removed, once.
STAYS = pgtrigger.Trigger(
    name="report_file_stays",
    when=pgtrigger.Before,
    operation=pgtrigger.Update | pgtrigger.Delete,
    func="""
        if tg_op = 'UPDATE' and old.removed_at is null and new.removed_at is not null
           and to_jsonb(new) - 'removed_at' = to_jsonb(old) - 'removed_at' then
            return new;
        end if;
        raise exception 'a report that was made never changes'
            using errcode = 'restrict_violation', constraint = 'report_file_stays';
    """,
)
# Whom it was shared with reads it once the same report, made in their own scope, gave the same rows.
_SHARED = f"""exists (
    select 1 from reports_reportshare s where s.file_id = reports_reportfile.id and s.person_id = {USER}
       and s.matched_at is not null and s.withdrawn_at is null)"""


class ReportFile(StoredFile):
    """One file a report gave; its asker reads it, and with whom it is shared when theirs is the same.

    The content goes when `kept_until` is over, the row stays. `facts`: what the cover says, as pairs of label and
    value. `rows_sha256`: digest over the rows alone (of a document, over what is put into it), the same for the same
    rows in whichever format. `as_of`: the moment it was read. `milliseconds`: how long it took to make.
    """

    seen_at = ("reports:file", "id")
    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    run = models.OneToOneField(Run, models.PROTECT, related_name="report_file", verbose_name=_("work"))
    report = models.CharField(_("report"), max_length=60)
    title = models.CharField(_("title"), max_length=200)
    format = models.CharField(_("kind of file"), max_length=8, blank=True)
    language = models.CharField(_("language"), max_length=12, blank=True)
    params = models.JSONField(_("parameters"), default=dict)
    facts = models.JSONField(_("facts"), default=list)
    rows = models.PositiveIntegerField(_("rows"), default=0)
    rows_sha256 = models.CharField(_("digest of the rows (SHA-256)"), max_length=64, blank=True)
    as_of = models.DateTimeField(_("as of"), null=True)
    milliseconds = models.PositiveIntegerField(_("time of making (ms)"), default=0)
    kept_until = models.DateTimeField(_("kept until"))
    removed_at = models.DateTimeField(_("removed"), null=True, blank=True)

    class Meta:
        verbose_name = _("report file")
        verbose_name_plural = _("report files")
        ordering = ["-uploaded_at"]
        indexes = [
            models.Index(fields=["uploaded_by_id", "-uploaded_at"], name="report_file_of_asker"),
            models.Index(fields=["kept_until"], condition=Q(removed_at=None), name="report_file_kept"),
            models.Index(fields=["storage_key"], name="report_file_key"),
            models.Index(fields=["report", "-uploaded_at"], name="report_file_times"),
        ]
        constraints = [
            *file_checks("report", ZIP),
            models.CheckConstraint(
                name="report_file_is_kept_a_while",
                condition=Q(kept_until__gt=F("uploaded_at")),
                violation_error_message=_("A report is kept for a while."),
            ),
            RowSecurity(
                name="report_file_rows",
                read=f"(uploaded_by_id = {USER} or {has_role('clockwork')} or {_SHARED})",
                insert=f"uploaded_by_id = {USER}",
                update=has_role("clockwork"),
            ),
        ]
        triggers = [STAYS]

    def __str__(self) -> str:
        return self.title

    @property
    def is_there(self) -> bool:
        """Whether the content is still kept."""
        return self.removed_at is None
