"""Joint applicants and attachments."""

from __future__ import annotations

from typing import Final

import pgtrigger
from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from applications.enums import AttachmentKind, PartnerKind, PartnerRole, PartnerState
from applications.models import partner_triggers
from applications.models.guards import UNLESS_OWNER, frozen, own, refuse, sees
from applications.states import PARTNER
from portal.core import clock
from portal.core.inspection import OFD
from portal.core.models import StoredFile, file_checks
from portal.core.money import ZERO, YuanField
from portal.core.rls import ORGANISATIONS, UNITS, USER, RowSecurity, has_role

_PARTNER, _ATTACHMENT = "applications_partner", "applications_attachment"
_ANSWERS = f"({has_role('soe_officer', 'drafter', 'signatory')} and organisation_id = {ORGANISATIONS})"

# A file that was taken out is read by its unit, by who brought it, and by readers of a submission that contained it.
_READS_FILE = f"""(organisation_id = {ORGANISATIONS} or ({sees(_ATTACHMENT)} and (removed_at is null
    or exists (select 1 from applications_application a
                where a.id = {_ATTACHMENT}.application_id and a.unit_id = {UNITS})
    or exists (select 1 from applications_snapshot s where s.application_id = {_ATTACHMENT}.application_id
                  and strpos(s.content, {_ATTACHMENT}.sha256) > 0))))"""
# A partner's letter comes with its commitment, every other file with the attachments.
_FILE: Final = "case coalesce(new.kind, old.kind) when 'commitment_letter' then 'partners' else 'attachments' end"
# A file is never changed; it is taken out once, by someone, and then stays.
KEPT: Final = pgtrigger.Trigger(
    name="attachment_is_kept",
    when=pgtrigger.Before,
    operation=pgtrigger.Update | pgtrigger.Delete,
    func=f"""
        if tg_op = 'DELETE' or old.removed_at is not null or new.removed_at is null or new.removed_by_id is null
           or (new.id, new.organisation_id, new.kind, new.title, new.file_name, new.content_type, new.size, new.sha256,
               new.storage_key, new.uploaded_by_id, new.uploaded_at) is distinct from
              (old.id, old.organisation_id, old.kind, old.title, old.file_name, old.content_type, old.size, old.sha256,
               old.storage_key, old.uploaded_by_id, old.uploaded_at) then
            {refuse("attachment_is_kept", "a file is never changed or removed, only taken out")}
        end if;
        return new;
    """,
)

# Batch, unit and province are the application's; each side writes its own columns.
PARTS: Final = pgtrigger.Trigger(
    name="partner_writes_its_part",
    when=pgtrigger.Before,
    operation=pgtrigger.Insert | pgtrigger.Update,
    func=f"""
        if tg_op = 'INSERT' then
            select a.batch_id, a.unit_id, a.province_id into new.batch_id, new.unit_id, new.province_id
              from applications_application a where a.id = new.application_id;
            if exists (select 1 from applications_application a where a.id = new.application_id
                          and a.organisation_id = new.organisation_id)
               or not exists (
               select 1 from accounts_organisation o where o.id = new.organisation_id
                  and o.kind = case new.kind when 'soe' then 'central_soe' else 'unit_government' end) then
                {refuse("partner_kind_fits", "the organisation is not of the kind it is invited as")}
            end if;
            return new;
        end if;
        if (new.batch_id, new.province_id, new.kind, new.organisation_id, new.invited_by_id)
           is distinct from
           (old.batch_id, old.province_id, old.kind, old.organisation_id, old.invited_by_id)
           or (new.unit_id <> old.unit_id and new.unit_id is distinct from (
               select a.unit_id from applications_application a where a.id = new.application_id)) then
            {refuse("partner_writes_its_part", "who is invited never changes")}
        end if;
        if {UNLESS_OWNER} then
            if old.organisation_id = any((select scope_orgs())::bigint[]) then
                if (new.task, new.role) is distinct from (old.task, old.role) then
                    {refuse("partner_writes_its_part", "what is asked is the unit's to write")}
                end if;
                if (old.state, new.state) = ('committed', 'committed')
                   and (new.contribution, new.amount_committed, new.letter_id, new.answered_by_id, new.answered_at)
                       is distinct from
                       (old.contribution, old.amount_committed, old.letter_id, old.answered_by_id, old.answered_at) then
                    {refuse("partner_commits_by_two", "a commitment is confirmed by a second person")}
                end if;
            elsif (new.state, new.contribution, new.amount_committed, new.declined_why, new.letter_id,
                   new.answered_by_id, new.answered_at) is distinct from
                  (old.state, old.contribution, old.amount_committed, old.declined_why, old.letter_id,
                   old.answered_by_id, old.answered_at) then
                {refuse("partner_writes_its_part", "the partner's part is the partner's to write")}
            elsif old.state = 'committed' and (new.task, new.role) is distinct from (old.task, old.role) then
                {refuse("partner_commits_to_what_was_asked", "what it is committed to does not change")}
            end if;
        end if;
        if new.letter_id is not null and not exists (
            select 1 from applications_attachment f where f.id = new.letter_id
               and f.application_id = new.application_id and f.organisation_id = new.organisation_id) then
            {refuse("partner_letter_is_its_own", "the letter is the partner's own")}
        end if;
        return new;
    """,
)


class Partner(models.Model):
    """A central SOE (or second district) invited into a dossier.

    The partner sees this row and not the application: batch, unit and province stand here for it. The unit writes
    `task`; the partner writes the rest.
    """

    application = models.ForeignKey("applications.Application", models.PROTECT, related_name="partners")
    batch = models.ForeignKey("programme.Batch", models.PROTECT, related_name="+", verbose_name=_("batch"))
    unit = models.ForeignKey("programme.PilotUnit", models.PROTECT, related_name="+", verbose_name=_("pilot unit"))
    province = models.ForeignKey("programme.Province", models.PROTECT, related_name="+", verbose_name=_("province"))
    kind = models.CharField(_("kind"), max_length=10, choices=PartnerKind.choices, default=PartnerKind.SOE)
    organisation = models.ForeignKey(
        "accounts.Organisation", models.PROTECT, related_name="partnerships", verbose_name=_("joint applicant")
    )
    role = models.CharField(
        _("takes part as"), max_length=16, choices=PartnerRole.choices, default=PartnerRole.CO_APPLICANT
    )
    state = models.CharField(_("state"), max_length=10, choices=PartnerState.choices, default=PartnerState.INVITED)
    task = models.TextField(_("what is asked of the partner"), max_length=2000)
    contribution = models.TextField(_("what the partner contributes"), max_length=4000, blank=True)
    amount_committed = YuanField(_("amount committed (yuan)"), default=ZERO)
    declined_why = models.TextField(_("why it was declined"), max_length=2000, blank=True)
    invited_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    invited_at = models.DateTimeField(_("invited"), default=clock.now)
    answered_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+")
    answered_at = models.DateTimeField(pgettext_lazy("moment", "answered"), null=True, blank=True)
    letter = models.ForeignKey(
        "applications.Attachment", models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("letter")
    )

    class Meta:
        verbose_name = _("joint applicant")
        verbose_name_plural = _("joint applicants")
        ordering = ["pk"]
        indexes = [models.Index(fields=["organisation", "state"])]
        constraints = [
            models.UniqueConstraint(
                name="partner_once",
                fields=["application", "organisation"],
                violation_error_message=_("This organisation is already invited."),
            ),
            models.UniqueConstraint(
                name="partner_one_second_district",
                fields=["application"],
                condition=Q(kind=PartnerKind.DISTRICT) & ~Q(state=PartnerState.DECLINED),
                violation_error_message=_("Two districts apply as one, not more."),
            ),
            models.CheckConstraint(
                name="partner_amount_not_negative",
                condition=Q(amount_committed__gte=0),
                violation_error_message=_("The amount committed is not below zero."),
            ),
            models.CheckConstraint(
                name="partner_commits_in_words",
                condition=~Q(state=PartnerState.COMMITTED)
                | (~Q(contribution="") & Q(answered_by__isnull=False, answered_at__isnull=False)),
                violation_error_message=_("A commitment says what the partner contributes, and who committed."),
            ),
            models.CheckConstraint(
                name="partner_declines_with_reason",
                condition=~Q(state=PartnerState.DECLINED)
                | (~Q(declined_why="") & Q(answered_by__isnull=False, answered_at__isnull=False)),
                violation_error_message=_("Say why the invitation is declined."),
            ),
            RowSecurity(
                name="partner_rows",
                read=f"({sees(_PARTNER)} or organisation_id = {ORGANISATIONS})",
                insert=f"({own(_PARTNER, 'drafter')} and invited_by_id = {USER} and state = 'invited')",
                update=f"({own(_PARTNER, 'drafter')} or {_ANSWERS})",
                delete=own(_PARTNER, "drafter"),
            ),
        ]
        triggers = [PARTNER.guard(), frozen("'partners'"), PARTS, *partner_triggers.ALL]

    def __str__(self) -> str:
        return str(self.organisation)


class Attachment(StoredFile):
    """A file of the dossier, or a partner's letter; kept under its digest, never changed: taken out and brought anew.

    What was taken out stays as a row: submissions made before still name it, and who reads them may still read it.
    """

    seen_at = ("applications:attachment", "id")
    application = models.ForeignKey("applications.Application", models.PROTECT, related_name="attachments")
    organisation = models.ForeignKey("accounts.Organisation", models.PROTECT, related_name="+")
    kind = models.CharField(_("kind"), max_length=20, choices=AttachmentKind.choices)
    title = models.CharField(_("title"), max_length=160)
    removed_by_id = models.BigIntegerField(_("taken out by"), null=True, blank=True)
    removed_at = models.DateTimeField(_("taken out"), null=True, blank=True)

    class Meta:
        verbose_name = _("attachment")
        verbose_name_plural = _("attachments")
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(
                name="attachment_one_plan",
                fields=["application"],
                condition=Q(kind=AttachmentKind.PLAN_PDF, removed_at=None),
                violation_error_message=_("The dossier has its sealed plan already: remove it first."),
            ),
            *file_checks("attachment", OFD),
            RowSecurity(
                name="attachment_rows",
                read=_READS_FILE,
                insert=(
                    f"(uploaded_by_id = {USER} and organisation_id = {ORGANISATIONS} and ({own(_ATTACHMENT, 'drafter')}"
                    f" or (kind = 'commitment_letter' and {has_role('soe_officer', 'drafter', 'signatory')}"
                    f" and exists (select 1 from {_PARTNER} p where p.application_id = {_ATTACHMENT}.application_id"
                    f" and p.organisation_id = {_ATTACHMENT}.organisation_id))))"
                ),
                update=(
                    f"({own(_ATTACHMENT, 'drafter')}"
                    f" or (organisation_id = {ORGANISATIONS} and {has_role('soe_officer', 'drafter', 'signatory')}))"
                ),
            ),
        ]
        triggers = [frozen(_FILE), KEPT]

    def __str__(self) -> str:
        return self.title
