"""A report shared with another person, who must be able to see the same by themselves."""

from __future__ import annotations

import uuid

import pgtrigger
from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from portal.core.rls import USER, RowSecurity
from portal.reports.models.file import ReportFile

# Whoever shares has made the file; whoever it is shared with says alone what came of their own making of it.
OF_ONES_OWN = pgtrigger.Trigger(
    name="report_share_of_ones_own",
    when=pgtrigger.Before,
    operation=pgtrigger.Insert | pgtrigger.Update | pgtrigger.Delete,
    func="""
        if tg_op = 'INSERT' then
            if not exists (
                select 1 from reports_reportfile f
                 where f.id = new.file_id and f.uploaded_by_id = new.shared_by_id
                   and f.rows_sha256 = new.rows_sha256 and f.removed_at is null) then
                raise exception 'one shares what one made'
                    using errcode = 'restrict_violation', constraint = 'report_share_of_ones_own';
            end if;
            return new;
        end if;
        if tg_op = 'UPDATE' and (to_jsonb(new) - 'withdrawn_at') = (to_jsonb(old) - 'withdrawn_at')
           and old.withdrawn_at is null and new.withdrawn_at is not null
           and old.shared_by_id = scope_user() then
            return new;
        end if;
        if tg_op = 'UPDATE' and old.withdrawn_at is null and old.matched_at is null
           and old.person_id = scope_user()
           and (to_jsonb(new) - array['matched_at', 'tried_at', 'tried_sha256'])
             = (to_jsonb(old) - array['matched_at', 'tried_at', 'tried_sha256']) then
            return new;
        end if;
        raise exception 'a share is withdrawn by who shared, and tried by whom it is for'
            using errcode = 'restrict_violation', constraint = 'report_share_of_ones_own';
    """,
)


class ReportShare(models.Model):
    """A file of a report offered to one person. It opens once the same report made in their scope has the same rows.

    What the other needs to make it stands here, for the file itself is not theirs yet. `tried_sha256`: digest of the
    rows in the other's scope when they tried last.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    file = models.ForeignKey(ReportFile, models.PROTECT, related_name="shares", verbose_name=_("report file"))
    person = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name=_("person"))
    shared_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name=_("shared by")
    )
    shared_at = models.DateTimeField(_("shared"))
    report = models.CharField(_("report"), max_length=60)
    title = models.CharField(_("title"), max_length=200)
    format = models.CharField(_("kind of file"), max_length=8)
    language = models.CharField(_("language"), max_length=12)
    params = models.JSONField(_("parameters"), default=dict)
    as_of = models.DateTimeField(_("as of"))
    rows_sha256 = models.CharField(_("digest of the rows (SHA-256)"), max_length=64)
    tried_at = models.DateTimeField(_("tried"), null=True)
    tried_sha256 = models.CharField(_("digest of the rows in the other's scope"), max_length=64, blank=True)
    matched_at = models.DateTimeField(_("found the same"), null=True)
    withdrawn_at = models.DateTimeField(_("withdrawn"), null=True)

    class Meta:
        verbose_name = _("shared report")
        verbose_name_plural = _("shared reports")
        ordering = ["-shared_at", "pk"]
        indexes = [
            models.Index(name="report_share_of_file", fields=["file", "person"]),
            models.Index(name="report_share_for", fields=["person", "-shared_at"]),
        ]
        constraints = [
            models.UniqueConstraint(
                name="report_share_once",
                fields=["file", "person"],
                condition=Q(withdrawn_at=None),
                violation_error_message=_("It is shared with this person already."),
            ),
            models.CheckConstraint(
                name="report_share_with_another",
                condition=~Q(person=F("shared_by")),
                violation_error_message=_("Share with somebody else: this is yours already."),
            ),
            models.CheckConstraint(
                name="report_share_has_digest",
                condition=Q(rows_sha256__regex=r"^[0-9a-f]{64}$"),
                violation_error_message=_("This file has no digest of its rows and cannot be shared."),
            ),
            models.CheckConstraint(
                name="report_share_opens_on_the_same",
                condition=Q(matched_at=None) | Q(tried_sha256=F("rows_sha256")),
                violation_error_message=_("What this person sees is not the same: they make the report themselves."),
            ),
            RowSecurity(
                name="report_share_rows",
                read=f"(person_id = {USER} or shared_by_id = {USER})",
                insert=f"(shared_by_id = {USER} and matched_at is null and withdrawn_at is null)",
                update=f"(person_id = {USER} or shared_by_id = {USER})",
            ),
        ]
        triggers = [OF_ONES_OWN]

    def __str__(self) -> str:
        return self.title

    @property
    def is_open(self) -> bool:
        """Whether the person it is for may take the file."""
        return self.matched_at is not None and self.withdrawn_at is None

    @property
    def differs(self) -> bool:
        """Whether it was tried and the rows were others."""
        return self.tried_at is not None and self.matched_at is None
