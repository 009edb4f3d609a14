"""Rows of the dossier: focus industries and projects."""

from __future__ import annotations

import pgtrigger
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from applications.enums import Mode, SupportMethod
from applications.limits import YEARS_AFTER, YEARS_AHEAD
from applications.models.guards import frozen, refuse, rows
from portal.core.money import ZERO, YuanField


class FocusIndustry(models.Model):
    """An industry the unit focuses on, with its share of the unit's output and the reasons."""

    application = models.ForeignKey("applications.Application", models.PROTECT, related_name="industries")
    industry = models.ForeignKey("programme.Industry", models.PROTECT, related_name="+", verbose_name=_("industry"))
    share_of_output = models.DecimalField(_("share of the unit's output (%)"), max_digits=5, decimal_places=2)
    why = models.TextField(_("why this industry: what its share rests on"), max_length=2000)
    concentration = models.TextField(_("concentration"), max_length=2000, blank=True)
    strategy = models.TextField(_("place in the national strategy"), max_length=2000, blank=True)
    local_base = models.TextField(_("local base"), max_length=2000, blank=True)

    class Meta:
        verbose_name = _("focus industry")
        verbose_name_plural = _("focus industries")
        ordering = ["industry_id"]
        constraints = [
            models.UniqueConstraint(
                name="focus_industry_once",
                fields=["application", "industry"],
                violation_error_message=_("This industry is already in the dossier."),
            ),
            models.CheckConstraint(
                name="focus_industry_share_between_0_and_100",
                condition=Q(share_of_output__gt=0, share_of_output__lte=100),
                violation_error_message=_("The share lies above 0 and at most at 100 per cent."),
            ),
            rows("focus_industry_rows", "applications_focusindustry"),
        ]
        triggers = [frozen("'industries'")]

    def __str__(self) -> str:
        return str(self.industry)


class Project(models.Model):
    """A transformation project; money in yuan. `version` counts its edits."""

    application = models.ForeignKey("applications.Application", models.PROTECT, related_name="projects")
    name = models.CharField(_("name of the project"), max_length=160)
    mode = models.CharField(_("mode"), max_length=8, choices=Mode.choices)
    industry = models.ForeignKey("programme.Industry", models.PROTECT, related_name="+", verbose_name=_("industry"))
    enterprise_name = models.CharField(_("leading enterprise"), max_length=160)
    total_investment = YuanField(_("total investment (yuan)"))
    equipment_investment = YuanField(_("of this equipment (yuan)"), default=ZERO)
    transformation_investment = YuanField(_("of this technological transformation (yuan)"), default=ZERO)
    support_asked = YuanField(_("support asked (yuan)"), default=ZERO)
    method = models.CharField(_("method of support"), max_length=20, choices=SupportMethod.choices, blank=True)
    other_national_money = models.BooleanField(_("has other national money"), default=False)
    other_money_note = models.CharField(_("which other money"), max_length=300, blank=True)
    starts_on = models.DateField(_("begins"))
    ends_on = models.DateField(_("ends"))
    is_landmark = models.BooleanField(_("landmark project"), default=False)
    site = models.CharField(_("site"), max_length=200, blank=True)
    safety_record = models.TextField(_("safety and environment record"), max_length=2000, blank=True)
    version = models.PositiveIntegerField(_("version"), default=1)

    class Meta:
        verbose_name = _("project")
        verbose_name_plural = _("projects")
        ordering = ["pk"]
        indexes = [models.Index(fields=["site"], name="project_of_site", condition=~Q(site=""))]
        constraints = [
            models.UniqueConstraint(
                name="project_name_once",
                fields=["application", "name"],
                violation_error_message=_("A project of this name is already in the dossier."),
            ),
            models.CheckConstraint(
                name="project_amounts_fit",
                condition=Q(total_investment__gt=0, equipment_investment__gte=0, support_asked__gte=0)
                & Q(equipment_investment__lte=F("total_investment"))
                & Q(transformation_investment__gte=0, transformation_investment__lte=F("total_investment")),
                violation_error_message=_("The total is above zero and contains equipment and transformation."),
            ),
            models.CheckConstraint(
                name="project_ends_after_it_begins",
                condition=Q(ends_on__gte=F("starts_on")),
                violation_error_message=_("The project ends before it begins."),
            ),
            models.CheckConstraint(
                name="project_not_supported_twice",
                condition=Q(other_national_money=False) | Q(support_asked=0),
                violation_error_message=_("A project with other national money may not be supported again."),
            ),
            models.CheckConstraint(
                name="project_support_has_method",
                condition=Q(support_asked=0) | ~Q(method=""),
                violation_error_message=_("Say how the project would be supported."),
            ),
            rows("project_rows", "applications_project"),
        ]
        triggers = [
            frozen("'projects'"),
            pgtrigger.Trigger(
                name="project_within_rules",
                when=pgtrigger.Before,
                operation=pgtrigger.Insert | pgtrigger.Update,
                declare=[("rules", "record")],
                func=f"""
                    select r.project_support_share as share, r.landmark_investment as landmark, b.year into rules
                      from applications_application a join programme_batch b on b.id = a.batch_id
                      join programme_ruleset r on r.id = b.rule_set_id
                     where a.id = new.application_id;
                    if not found or new.support_asked > new.total_investment * rules.share then
                        {refuse("project_support_within_share", "support is above its share of the investment")}
                    end if;
                    if new.is_landmark and new.total_investment <= rules.landmark then
                        {refuse("project_landmark_is_large", "a landmark project is larger")}
                    end if;
                    if extract(year from new.starts_on) < rules.year - {YEARS_AHEAD}
                       or extract(year from new.ends_on) > rules.year + {YEARS_AFTER} then
                        {refuse("project_within_span", "a day of the project lies in no year the plan knows")}
                    end if;
                    if new.support_asked > 0 and exists (
                        select 1 from applications_projectmoney m
                         where m.project_id = new.id and m.level = 'national') then
                        {refuse("project_not_supported_twice", "the project has other national money")}
                    end if;
                    return new;
                """,
            ),
            pgtrigger.Trigger(
                name="project_support_covers_central",
                when=pgtrigger.After,
                operation=pgtrigger.UpdateOf("support_asked"),  # type: ignore[no-untyped-call]
                func=f"""
                    if new.support_asked < old.support_asked and not funding_is_within(new.id) then
                        {refuse("funding_central_within_support", "more central money than the project asks for")}
                    end if;
                    return null;
                """,
            ),
        ]

    def __str__(self) -> str:
        return self.name
