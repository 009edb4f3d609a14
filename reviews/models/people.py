"""Reviewers, the interests they declare on an application, and the conflicts that keep them away."""

from __future__ import annotations

import pgtrigger
from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from applications.models.guards import UNLESS_OWNER, refuse, stays
from portal.core import clock
from portal.core.rls import USER, RowSecurity
from reviews.enums import ConflictCode, Expertise, InterestKind, Language, ReviewerGroup
from reviews.models.guards import MIIT_OFFICER, OFFICER, OFFICES, ask, holds, noting, whole_code


def reads() -> list[str]:
    """What a reviewer reads unless something else is said."""
    return [Language.ZH.value]


class ReviewerProfile(models.Model):
    """What is known of a reviewer, for assignment: where from, which fields, how much work.

    fields: {division of GB/T 4754 or a code of Expertise: strength 1 to 3}. employer_code: unified social credit code
    of the present employer; earlier ones stand in FormerEmployer. The reviewer keeps what only the reviewer knows;
    group, loads and availability are the officers' (trigger `profile_is_half_ones_own`).
    """

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
    employer_code = models.CharField(_("credit code of the employer"), max_length=18, blank=True)
    fields = models.JSONField(_("fields"), default=dict, blank=True)
    languages = ArrayField(
        models.CharField(max_length=2, choices=Language.choices), default=reads, verbose_name=_("languages")
    )
    away_from = models.DateField(_("away from"), null=True, blank=True)
    away_to = models.DateField(_("away until"), null=True, blank=True)
    min_load = models.PositiveSmallIntegerField(_("fewest applications"), default=0)
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
            models.CheckConstraint(
                name="reviewer_least_below_most",
                condition=Q(min_load__lte=F("max_load")),
                violation_error_message=_("The fewest applications are not more than the most."),
            ),
            models.CheckConstraint(
                name="reviewer_away_in_order",
                condition=Q(away_from=None, away_to=None) | Q(away_from__lte=F("away_to")),
                violation_error_message=_("Say from which day until which later day."),
            ),
            whole_code("reviewer_employer_code_whole", "employer_code"),
            RowSecurity(
                name="reviewer_profile_rows",
                read=f"(user_id = {USER} or {OFFICES})",
                insert=f"(user_id = {USER} or {OFFICER})",
                update=f"(user_id = {USER} or {OFFICER})",
            ),
        ]
        triggers = [
            pgtrigger.Trigger(
                name="profile_is_half_ones_own",
                when=pgtrigger.Before,
                operation=pgtrigger.Insert | pgtrigger.Update,
                func=f"""
                    if exists (select 1 from jsonb_each(new.fields) f
                                where f.key !~ '^([A-Z][0-9]{{2}}|finance|energy|digital|safety)$'
                                   or f.value not in ('1', '2', '3')) then
                        {refuse("profile_fields_are_known", "a field is a division or an expertise, from 1 to 3")}
                    end if;
                    if {UNLESS_OWNER} and not (select scope_roles()) && array['officer'] and (
                           tg_op = 'INSERT' and (new.min_load, new.max_load, new.is_active) <> (0, 30, true)
                           or tg_op = 'UPDATE' and (new.group, new.min_load, new.max_load, new.is_active)
                              is distinct from (old.group, old.min_load, old.max_load, old.is_active)) then
                        {refuse("profile_is_half_ones_own", "group, loads and availability are set by an officer")}
                    end if;
                    return new;
                """,
            ),
            *noting(
                "profile_notes_conflicts",
                "n.user_id",
                *("user_id", "home_province_id", "employer", "employer_soe_id", "employer_code"),
            ),
            holds(
                "profile_fits_the_post",
                f"""
                    if tg_op = 'UPDATE' and new.user_id <> old.user_id then
                        {refuse("profile_fits_the_post", "a profile stays with its person")}
                    end if;
                    {ask("reviews_profile_problem(new.user_id, new.group)")}
                """,
            ),
        ]

    def __str__(self) -> str:
        return str(self.user)

    @property
    def sectors(self) -> list[str]:
        """The divisions of GB/T 4754 among the fields."""
        return sorted(code for code in self.fields if code not in Expertise.values)


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
            # The conflict follows in the same statement, and those in its line: no code can forget it.
            pgtrigger.Trigger(
                name="interest_makes_a_conflict",
                when=pgtrigger.After,
                operation=pgtrigger.Insert,
                condition=pgtrigger.Q(new__has_interest=True),
                func="""
                    insert into reviews_conflict (application_id, reviewer_id, code, reason, is_derived, at)
                    values (new.application_id, new.reviewer_id, 'declared', new.reason, false, new.declared_at)
                    on conflict do nothing;
                    perform reviews_declared(new.reviewer_id);
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
                level=pgtrigger.Statement,
                when=pgtrigger.After,
                operation=pgtrigger.Insert,
                referencing=pgtrigger.Referencing(new="new_rows"),  # type: ignore[no-untyped-call]
                func="""
                    perform reviews_recuse(array_agg(n.application_id), array_agg(n.reviewer_id)) from new_rows n;
                    return null;
                """,
            ),
        ]

    def __str__(self) -> str:
        return self.get_code_display()
