"""A joint applicant's own part while it writes it: draft, letter, projects. Nobody else sees it, not even the unit.

Rows hang on the invitation: when the unit withdraws it, the database removes them (the foreign keys of the migration
cascade), past the policies of those who may not.
"""

from __future__ import annotations

from typing import Any, Final

import pgtrigger
from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from applications.enums import PartState
from applications.models.guards import UNLESS_OWNER, frozen, own, refuse, sees
from applications.states import PART
from portal.core import clock
from portal.core.inspection import OFD
from portal.core.models import StoredFile, file_checks
from portal.core.money import ZERO, YuanField
from portal.core.rls import ORGANISATIONS, OWNER, USER, RowSecurity, has_role
from portal.core.seals import SealState

_PART, _LETTER, _PROJECT, _SUMMARY = (
    "applications_part",
    "applications_partletter",
    "applications_partnerproject",
    "applications_jointsummary",
)
MINE: Final = f"(organisation_id = {ORGANISATIONS} and {has_role('soe_officer', 'drafter', 'signatory')})"
INVITED: Final = (
    "exists (select 1 from applications_partner p where p.id = {table}.partner_id"
    " and p.organisation_id = {table}.organisation_id)"
)
# Of a project's row: its partner is committed; the money for it that a second person confirmed.
_COMMITTED: Final = """exists (
    select 1 from applications_partner p
     where p.id = coalesce(new.partner_id, old.partner_id) and p.state = 'committed')"""
_CONFIRMED: Final = """(
    select coalesce((p.amounts ->> new.project_id::text)::numeric, 0) from applications_part p
     where p.partner_id = new.partner_id and p.state = 'confirmed')"""


def cascade(**kwargs: Any) -> Any:
    """A foreign key to the invitation which the migration makes: it goes with its invitation."""
    return models.ForeignKey("applications.Partner", models.DO_NOTHING, db_constraint=False, **kwargs)


class JointSummary(models.Model):
    """What the unit tells all joint applicants of its dossier; nothing else of it do they see."""

    application = models.OneToOneField(
        "applications.Application", models.PROTECT, related_name="joint_summary", primary_key=True
    )
    text = models.TextField(_("shared summary"), max_length=4000, blank=True)

    class Meta:
        verbose_name = _("shared summary")
        verbose_name_plural = _("shared summaries")
        constraints = [
            RowSecurity(
                name="joint_summary_rows",
                read=(
                    f"({sees(_SUMMARY)} or exists (select 1 from applications_partner p"
                    f" where p.application_id = {_SUMMARY}.application_id and p.organisation_id = {ORGANISATIONS}))"
                ),
                insert=own(_SUMMARY, "drafter"),
                update=own(_SUMMARY, "drafter"),
            )
        ]
        triggers = [frozen("'partners'")]

    def __str__(self) -> str:
        return self.text[:80]


class PartnerProject(models.Model):
    """A project in which a joint applicant takes part, with the money it commits: the unit says which, it how much."""

    application = models.ForeignKey("applications.Application", models.PROTECT, related_name="+")
    partner = cascade(related_name="projects")
    organisation = models.ForeignKey("accounts.Organisation", models.PROTECT, related_name="+")
    project = models.ForeignKey("applications.Project", models.PROTECT, related_name="partners")
    amount = YuanField(_("money committed to the project (yuan)"), default=ZERO)

    class Meta:
        verbose_name = _("project of a joint applicant")
        verbose_name_plural = _("projects of joint applicants")
        ordering = ["project_id"]
        constraints = [
            models.UniqueConstraint(
                name="partner_project_once",
                fields=["partner", "project"],
                violation_error_message=_("The joint applicant takes part in this project already."),
            ),
            models.CheckConstraint(
                name="partner_project_amount_not_negative",
                condition=Q(amount__gte=0),
                violation_error_message=_("The amount committed is not below zero."),
            ),
            RowSecurity(
                name="partner_project_rows",
                read=f"({sees(_PROJECT)} or organisation_id = {ORGANISATIONS})",
                insert=f"({own(_PROJECT, 'drafter')} and {INVITED.format(table=_PROJECT)})",
                update=MINE,
                delete=own(_PROJECT, "drafter"),
            ),
        ]
        triggers = [
            frozen("'partners'"),
            pgtrigger.Trigger(
                name="partner_project_fits",
                when=pgtrigger.Before,
                operation=pgtrigger.Insert | pgtrigger.Update | pgtrigger.Delete,
                func=f"""
                    if {UNLESS_OWNER} and {_COMMITTED} then
                        if tg_op <> 'UPDATE' then
                            {refuse("partner_commits_to_what_was_asked", "what it is committed to does not change")}
                        elsif new.amount <> old.amount and new.amount is distinct from {_CONFIRMED} then
                            {refuse("partner_commits_by_two", "a commitment is confirmed by a second person")}
                        end if;
                    end if;
                    if tg_op = 'DELETE' then return old; end if;
                    if tg_op = 'UPDATE' and (new.partner_id, new.organisation_id, new.project_id)
                           is distinct from (old.partner_id, old.organisation_id, old.project_id)
                       or tg_op = 'INSERT' and ({UNLESS_OWNER} and new.amount <> 0 or not exists (
                           select 1 from applications_project p join applications_partner r
                               on r.application_id = p.application_id
                            where p.id = new.project_id and r.id = new.partner_id
                              and p.application_id = new.application_id
                              and r.organisation_id = new.organisation_id)) then
                        {refuse("partner_project_fits", "the unit says in which project, the partner how much")}
                    end if;
                    return new;
                """,
            ),
        ]

    def __str__(self) -> str:
        return str(self.project_id)


class PartLetter(StoredFile):
    """The commitment letter of a part that is not committed yet. With the commitment it becomes an attachment."""

    seen_at = ("applications:part", "partner_id")
    partner = cascade(related_name="+")
    organisation = models.ForeignKey("accounts.Organisation", models.PROTECT, related_name="+")
    seal = models.CharField(_("electronic seal"), max_length=12, choices=SealState.choices, default=SealState.NONE)
    seal_provider = models.CharField(_("verified by"), max_length=60, blank=True)
    seals = models.JSONField(_("seals"), default=list, blank=True)

    class Meta:
        verbose_name = _("letter of a part")
        verbose_name_plural = _("letters of parts")
        constraints = [
            *file_checks("part_letter", OFD),
            RowSecurity(
                name="part_letter_rows",
                read=f"(organisation_id = {ORGANISATIONS})",
                insert=f"(uploaded_by_id = {USER} and {MINE} and {INVITED.format(table=_LETTER)})",
            ),
        ]

    def __str__(self) -> str:
        return self.file_name


# Who asks and who confirms stand in their own names, set by their own steps.
OWN_NAMES: Final = pgtrigger.Trigger(
    name="part_written_in_own_name",
    when=pgtrigger.Before,
    operation=pgtrigger.Insert | pgtrigger.Update,
    declare=[("asks", "boolean"), ("confirms", "boolean")],
    func=f"""
        if current_user = '{OWNER}' then
            return new;
        end if;
        if tg_op = 'INSERT' then
            if num_nonnulls(new.asked_by_id, new.asked_at, new.confirmed_by_id, new.confirmed_at) > 0 then
                {refuse("part_is_what_was_asked", "a part is born without question and answer")}
            end if;
            return new;
        end if;
        asks := old.state <> 'asked' and new.state = 'asked';
        confirms := old.state <> 'confirmed' and new.state = 'confirmed';
        if asks and coalesce(new.asked_by_id <> {USER}, true)
           or confirms and coalesce(new.confirmed_by_id <> {USER}, true)
           or not asks and (new.asked_by_id, new.asked_at) is distinct from (old.asked_by_id, old.asked_at)
              and not (new.state = 'draft' and num_nonnulls(new.asked_by_id, new.asked_at) = 0)
           or not confirms
              and (new.confirmed_by_id, new.confirmed_at) is distinct from (old.confirmed_by_id, old.confirmed_at)
              and not (new.state = 'draft' and num_nonnulls(new.confirmed_by_id, new.confirmed_at) = 0) then
            {refuse("part_is_what_was_asked", "who asks and who confirms stand in their own names")}
        end if;
        return new;
    """,
)


class Part(models.Model):
    """What a joint applicant writes before it commits; a second person of its own confirms.

    amounts: {number of the project: yuan as text}. version counts the edits. The row stays after the commitment and
    says who asked and who confirmed.
    """

    partner = models.OneToOneField(
        "applications.Partner", models.DO_NOTHING, related_name="part", primary_key=True, db_constraint=False
    )
    organisation = models.ForeignKey("accounts.Organisation", models.PROTECT, related_name="+")
    state = models.CharField(_("state"), max_length=10, choices=PartState.choices, default=PartState.DRAFT)
    contribution = models.TextField(_("what the partner contributes"), max_length=4000, blank=True)
    amount = YuanField(_("amount (yuan)"), default=ZERO)
    amounts = models.JSONField(_("amounts by project"), default=dict, blank=True)
    letter = models.ForeignKey(
        PartLetter, models.DO_NOTHING, null=True, blank=True, related_name="+", db_constraint=False
    )
    version = models.PositiveIntegerField(_("version"), default=0)
    written_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    written_at = models.DateTimeField(pgettext_lazy("moment", "written"), default=clock.now)
    asked_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+")
    asked_at = models.DateTimeField(_("asked"), null=True, blank=True)
    confirmed_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+")
    confirmed_at = models.DateTimeField(_("confirmed"), null=True, blank=True)
    returned_why = models.TextField(_("why it was sent back"), max_length=2000, blank=True)
    # Written by the database when a second person is asked: the digest of task, role and projects as they stood.
    asked_for = models.CharField(max_length=64, blank=True, default="", editable=False)

    class Meta:
        verbose_name = _("own part")
        verbose_name_plural = _("own parts")
        constraints = [
            models.CheckConstraint(
                name="part_amount_not_negative",
                condition=Q(amount__gte=0),
                violation_error_message=_("The amount committed is not below zero."),
            ),
            models.CheckConstraint(
                name="part_confirmed_by_another",
                condition=Q(confirmed_by=None) | (Q(asked_by__isnull=False) & ~Q(confirmed_by=F("asked_by"))),
                violation_error_message=_("A second person confirms: someone other than who asked."),
            ),
            models.CheckConstraint(
                name="part_is_whole_when_asked",
                condition=Q(state=PartState.DRAFT)
                | (~Q(contribution="") & Q(asked_by__isnull=False, asked_at__isnull=False)),
                violation_error_message=_("Say first what your organisation contributes."),
            ),
            RowSecurity(
                name="part_rows",
                read=f"(organisation_id = {ORGANISATIONS})",
                insert=f"({MINE} and {INVITED.format(table=_PART)})",
                update=MINE,
            ),
        ]
        triggers = [
            PART.guard(),
            OWN_NAMES,
            pgtrigger.Trigger(
                name="part_is_what_was_asked",
                when=pgtrigger.Before,
                operation=pgtrigger.Update,
                func=f"""
                    if (new.partner_id, new.organisation_id) is distinct from (old.partner_id, old.organisation_id)
                       or (old.state <> 'draft' and (new.contribution, new.amount, new.amounts, new.letter_id)
                           is distinct from (old.contribution, old.amount, old.amounts, old.letter_id))
                       or (new.state = 'confirmed' and old.state <> 'confirmed' and {UNLESS_OWNER}
                           and (new.confirmed_by_id is distinct from (select scope_user())
                                or new.asked_by_id is distinct from old.asked_by_id)) then
                        {refuse("part_is_what_was_asked", "what a second person confirms is what was asked")}
                    end if;
                    if new.state = 'draft' then
                        new.asked_for := '';
                    elsif old.state = 'draft' then
                        new.asked_for := coalesce(partner_asked(new.partner_id), '');
                    elsif new.asked_for <> old.asked_for then
                        {refuse("part_is_what_was_asked", "what a second person confirms is what was asked")}
                    end if;
                    return new;
                """,
            ),
        ]

    def __str__(self) -> str:
        return self.get_state_display()
