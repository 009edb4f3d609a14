"""What reviewers say of themselves beyond one application, and what officers decide on a derived conflict."""

from __future__ import annotations

from typing import Final

import pgtrigger
from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from applications.models.guards import refuse, stays
from portal.core import clock
from portal.core.rls import USER, RowSecurity
from reviews.enums import InterestKind
from reviews.models.guards import CREDIT_CODE, OFFICER, OFFICES, UNCONFLICTED, noting, whole_code

_OWN_PROFILE: Final = f"exists (select 1 from reviews_reviewerprofile p where p.id = profile_id and p.user_id = {USER})"


class FormerEmployer(models.Model):
    """An employer of the last three years. soe, credit_code: as far as known; until: the last day there."""

    profile = models.ForeignKey("reviews.ReviewerProfile", models.PROTECT, related_name="former_employers")
    name = models.CharField(_("employer"), max_length=160)
    soe = models.ForeignKey(
        "programme.CentralSOE", models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("central SOE")
    )
    credit_code = models.CharField(_("unified social credit code"), max_length=18, blank=True)
    until = models.DateField(_("until"))

    class Meta:
        verbose_name = _("former employer")
        verbose_name_plural = _("former employers")
        ordering = ["-until", "pk"]
        constraints = [
            models.UniqueConstraint(
                name="former_employer_once",
                fields=["profile", "name", "until"],
                violation_error_message=_("This employer is already listed."),
            ),
            whole_code("former_employer_code_whole", "credit_code"),
            RowSecurity(
                name="former_employer_rows",
                read=f"({_OWN_PROFILE} or {OFFICES})",
                insert=f"({_OWN_PROFILE} or {OFFICER})",
                delete=f"({_OWN_PROFILE} or {OFFICER})",
            ),
        ]
        triggers = noting(
            "former_employer_notes_conflicts",
            "n.profile_id",
            *("profile_id", "name", "soe_id", "credit_code", "until"),
            by="reviews_note_conflicts_of_profiles",
        )

    def __str__(self) -> str:
        return self.name


class BatchDeclaration(models.Model):
    """A reviewer has declared for a whole batch: interests (BatchInterest), or none. A later one adds to it."""

    batch = models.ForeignKey("programme.Batch", models.PROTECT, related_name="+")
    reviewer = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name=_("person"))
    has_interest = models.BooleanField(_("interest"))
    declared_at = models.DateTimeField(_("declared"), default=clock.now)

    class Meta:
        verbose_name = _("declaration for a batch")
        verbose_name_plural = _("declarations for a batch")
        ordering = ["pk"]
        indexes = [models.Index(fields=["batch", "reviewer"])]
        constraints = [
            RowSecurity(
                name="batch_declaration_rows",
                read=f"(reviewer_id = {USER} or {OFFICES})",
                insert=f"(reviewer_id = {USER})",
            )
        ]
        triggers = [*stays("interest_stays", "a declaration is never changed or removed")]

    def __str__(self) -> str:
        return f"{self.batch_id}: {self.reviewer_id}"


class BatchInterest(models.Model):
    """One interest for a whole batch: in a pilot unit, a central SOE, or an enterprise by its code."""

    declaration = models.ForeignKey(BatchDeclaration, models.PROTECT, related_name="interests")
    batch = models.ForeignKey("programme.Batch", models.PROTECT, related_name="+")
    reviewer = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name=_("person"))
    kind = models.CharField(_("kind"), max_length=12, choices=InterestKind.choices)
    unit = models.ForeignKey("programme.PilotUnit", models.PROTECT, null=True, blank=True, related_name="+")
    soe = models.ForeignKey("programme.CentralSOE", models.PROTECT, null=True, blank=True, related_name="+")
    credit_code = models.CharField(_("unified social credit code"), max_length=18, blank=True)
    reason = models.CharField(_("reason"), max_length=500, blank=True)

    class Meta:
        verbose_name = _("interest for a batch")
        verbose_name_plural = _("interests for a batch")
        ordering = ["pk"]
        indexes = [models.Index(fields=["batch", "reviewer"])]
        constraints = [
            models.CheckConstraint(
                name="batch_interest_in_one_thing",
                condition=Q(unit__isnull=False, soe=None, credit_code="")
                | Q(unit=None, soe__isnull=False, credit_code="")
                | (Q(unit=None, soe=None) & Q(credit_code__regex=CREDIT_CODE)),
                violation_error_message=_("Name a city, a central SOE or an enterprise by its credit code."),
            ),
            RowSecurity(
                name="batch_interest_rows",
                read=f"(reviewer_id = {USER} or {OFFICES})",
                insert=(
                    f"(reviewer_id = {USER} and exists (select 1 from reviews_batchdeclaration d"
                    " where d.id = declaration_id and d.reviewer_id = reviews_batchinterest.reviewer_id"
                    " and d.batch_id = reviews_batchinterest.batch_id))"
                ),
            ),
        ]
        triggers = [
            *stays("interest_stays", "a declaration is never changed or removed"),
            *noting("batch_interest_notes_conflicts", "n.reviewer_id"),
        ]

    def __str__(self) -> str:
        return str(self.unit or self.soe or self.credit_code)


class ConflictWaiver(models.Model):
    """A derived conflict that does not stand, with the reason; it counts once a second officer has confirmed it."""

    conflict = models.OneToOneField("reviews.Conflict", models.PROTECT, related_name="waiver")
    application = models.ForeignKey("applications.Application", models.PROTECT, related_name="+")
    reason = models.TextField(_("reason"), max_length=2000)
    proposed_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    proposed_at = models.DateTimeField(_("proposed"), default=clock.now)
    confirmed_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+")
    confirmed_at = models.DateTimeField(_("confirmed"), null=True, blank=True)

    class Meta:
        verbose_name = _("override of a conflict")
        verbose_name_plural = _("overrides of conflicts")
        ordering = ["pk"]
        constraints = [
            models.CheckConstraint(
                name="waiver_says_why",
                condition=~Q(reason=""),
                violation_error_message=_("Say why the conflict does not stand."),
            ),
            models.CheckConstraint(
                name="waiver_by_two",
                condition=Q(confirmed_by=None, confirmed_at=None)
                | (Q(confirmed_by__isnull=False, confirmed_at__isnull=False) & ~Q(confirmed_by=F("proposed_by"))),
                violation_error_message=_("A second officer confirms: someone other than who proposed it."),
            ),
            RowSecurity(
                name="conflict_waiver_rows",
                read=f"({OFFICES} and {UNCONFLICTED})",
                insert=f"({OFFICER} and {UNCONFLICTED} and proposed_by_id = {USER})",
                update=f"({OFFICER} and {UNCONFLICTED})",
            ),
        ]
        triggers = [
            pgtrigger.Trigger(
                name="waiver_of_a_derived_conflict",
                when=pgtrigger.Before,
                operation=pgtrigger.Insert | pgtrigger.Update | pgtrigger.Delete,
                func=f"""
                    if tg_op = 'DELETE' then
                        {refuse("waiver_stays", "an override is never removed")}
                    end if;
                    if tg_op = 'INSERT' and (new.confirmed_by_id is not null or not exists (
                           select 1 from reviews_conflict c where c.id = new.conflict_id and c.is_derived
                              and c.application_id = new.application_id
                              and c.code not in ('own_province', 'batch', 'declared')
                              and c.reviewer_id <> new.proposed_by_id)) then
                        {refuse("waiver_of_a_derived_conflict", "what a rule derived is overridden, by others")}
                    end if;
                    if tg_op = 'UPDATE' and (old.confirmed_by_id is not null
                           or (new.conflict_id, new.application_id, new.reason, new.proposed_by_id, new.proposed_at)
                              is distinct from
                              (old.conflict_id, old.application_id, old.reason, old.proposed_by_id, old.proposed_at)
                           or new.confirmed_by_id is distinct from (select scope_user())
                           or exists (select 1 from reviews_conflict c where c.id = new.conflict_id
                                         and c.reviewer_id = new.confirmed_by_id)) then
                        {refuse("waiver_stays", "an override is confirmed once, in person, and never changed")}
                    end if;
                    return new;
                """,
            )
        ]

    def __str__(self) -> str:
        return self.reason[:60]
