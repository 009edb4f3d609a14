"""Reviewers, the interests they declare, and the conflicts that keep them away."""

from __future__ import annotations

import pgtrigger
from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from applications.models.guards import refuse, stays
from portal.core import clock
from portal.core.rls import USER, RowSecurity
from reviews.enums import ConflictCode, InterestKind, ReviewerGroup
from reviews.models.guards import MIIT_OFFICER, OFFICER, OFFICES, ask, holds


class ReviewerProfile(models.Model):
    """What is known of a reviewer, for assignment: where from, which fields, how much work."""

    user = models.OneToOneField(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="reviewer_profile", verbose_name=_("person")
    )
    group = models.CharField(_("group"), max_length=6, choices=ReviewerGroup.choices)
    home_province = models.ForeignKey(
        "programme.Province", models.PROTECT, related_name="+", verbose_name=_("home province")
    )
    employer = models.CharField(_("employer"), max_length=160)
    employer_soe = models.ForeignKey(
        "programme.CentralSOE",
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("central SOE that employs the reviewer"),
    )
    sectors = ArrayField(models.CharField(max_length=6), default=list, blank=True, verbose_name=_("fields"))
    max_load = models.PositiveSmallIntegerField(_("most applications"), default=30)
    is_active = models.BooleanField(_("available"), default=True)

    class Meta:
        verbose_name = _("reviewer")
        verbose_name_plural = _("reviewers")
        ordering = ["group", "user"]
        constraints = [
            models.CheckConstraint(
                name="reviewer_load_within_reason",
                condition=Q(max_load__gte=1, max_load__lte=400),
                violation_error_message=_("A reviewer takes between 1 and 400 applications."),
            ),
            RowSecurity(
                name="reviewer_profile_rows",
                read=f"(user_id = {USER} or {OFFICES})",
                insert=OFFICER,
                update=OFFICER,
            ),
        ]
        triggers = [
            holds(
                "profile_fits_the_post",
                f"""
                    if tg_op = 'UPDATE' and new.user_id <> old.user_id then
                        {refuse("profile_fits_the_post", "a profile stays with its person")}
                    end if;
                    {ask("reviews_profile_problem(new.user_id, new.group)")}
                """,
            )
        ]

    def __str__(self) -> str:
        return str(self.user)


class Interest(models.Model):
    """What a person declared about one application: an interest, or none. Never changed; a later one adds to it."""

    application = models.ForeignKey("applications.Application", models.PROTECT, related_name="+")
    reviewer = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name=_("person"))
    has_interest = models.BooleanField(_("interest"))
    kind = models.CharField(_("kind"), max_length=12, choices=InterestKind.choices, blank=True)
    reason = models.TextField(_("reason"), max_length=2000, blank=True)
    declared_at = models.DateTimeField(_("declared"), default=clock.now)

    class Meta:
        verbose_name = _("declaration of interest")
        verbose_name_plural = _("declarations of interest")
        ordering = ["pk"]
        indexes = [models.Index(fields=["application", "reviewer"])]
        constraints = [
            models.CheckConstraint(
                name="interest_says_which",
                condition=Q(has_interest=False, kind="") | (Q(has_interest=True) & ~Q(kind="")),
                violation_error_message=_("Say what kind of interest it is."),
            ),
            RowSecurity(
                name="interest_rows",
                read=f"(reviewer_id = {USER} or {OFFICES})",
                insert=f"(reviewer_id = {USER} and exists (select 1 from applications_application a"
                f" where a.id = application_id))",
            ),
        ]
        triggers = [
            *stays("interest_stays", "a declaration is never changed or removed"),
            # The conflict follows in the same statement: no code can forget it.
            pgtrigger.Trigger(
                name="interest_makes_a_conflict",
                when=pgtrigger.After,
                operation=pgtrigger.Insert,
                condition=pgtrigger.Q(new__has_interest=True),
                func="""
                    insert into reviews_conflict (application_id, reviewer_id, code, reason, is_derived, at)
                    values (new.application_id, new.reviewer_id, 'declared', new.reason, false, new.declared_at)
                    on conflict do nothing;
                    return null;
                """,
            ),
        ]

    def __str__(self) -> str:
        return self.get_kind_display() or str(_("no interest"))


class Conflict(models.Model):
    """Why a person keeps away from an application; from here on the database shows it nothing of it."""

    application = models.ForeignKey("applications.Application", models.PROTECT, related_name="+")
    reviewer = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name=_("person"))
    code = models.CharField(_("ground"), max_length=12, choices=ConflictCode.choices)
    reason = models.TextField(_("reason"), max_length=2000, blank=True)
    is_derived = models.BooleanField(_("derived by rule"), default=False)
    at = models.DateTimeField(_("time"), default=clock.now)

    class Meta:
        verbose_name = _("conflict of interest")
        verbose_name_plural = _("conflicts of interest")
        ordering = ["pk"]
        indexes = [models.Index(fields=["reviewer", "application"])]
        constraints = [
            models.UniqueConstraint(
                name="conflict_once",
                fields=["application", "reviewer", "code"],
                violation_error_message=_("This conflict is already recorded."),
            ),
            RowSecurity(
                name="conflict_rows",
                read=f"(reviewer_id = {USER} or {OFFICES})",
                insert=f"((reviewer_id = {USER} and not is_derived) or {MIIT_OFFICER})",
            ),
        ]
        triggers = [
            *stays("conflict_stays", "a conflict is never changed or removed"),
            pgtrigger.Trigger(
                name="conflict_recuses",
                when=pgtrigger.After,
                operation=pgtrigger.Insert,
                func="""
                    perform reviews_recuse(new.application_id, new.reviewer_id);
                    return null;
                """,
            ),
        ]

    def __str__(self) -> str:
        return self.get_code_display()
