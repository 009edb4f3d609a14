"""Rows of the dossier's own sections: texts, yearly figures, clusters and parks, risks."""

from __future__ import annotations

import pgtrigger
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from applications.enums_sections import SECTION_OF_TEXT, ClusterKind, Degree, RiskKind, Standing, StatementCode
from applications.models.guards import frozen, refuse, rows
from portal.core.money import YuanField

# Texts belong to the section of their code (enums_sections.SECTION_OF_TEXT).
_TEXTS = " ".join(f"when '{code}' then '{section}'" for code, section in SECTION_OF_TEXT.items())
_TEXT = f"case coalesce(new.code, old.code) {_TEXTS} end"


class Statement(models.Model):
    """A text of the dossier that stands by itself; the section it belongs to follows from its code."""

    application = models.ForeignKey("applications.Application", models.PROTECT, related_name="statements")
    code = models.CharField(_("text"), max_length=24, choices=StatementCode.choices)
    text = models.TextField(_("text"), max_length=4000)

    class Meta:
        verbose_name = _("statement")
        verbose_name_plural = _("statements")
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(
                name="statement_once",
                fields=["application", "code"],
                violation_error_message=_("This text is already in the dossier."),
            ),
            models.CheckConstraint(
                name="statement_says_something",
                condition=~Q(text=""),
                violation_error_message=_("Write the text, or leave it out."),
            ),
            rows("statement_rows", "applications_statement"),
        ]
        triggers = [frozen(_TEXT)]

    def __str__(self) -> str:
        return self.get_code_display()


class FoundationYear(models.Model):
    """The industry of the unit in one year before the batch. Money in yuan; growth in per cent, as published."""

    application = models.ForeignKey("applications.Application", models.PROTECT, related_name="foundation")
    year = models.PositiveSmallIntegerField(_("year"))
    output = YuanField(_("output of the enterprises above designated size (yuan)"))
    growth = models.DecimalField(_("growth of output (%)"), max_digits=6, decimal_places=2)
    investment = YuanField(_("technological-transformation investment (yuan)"))
    enterprises = models.PositiveIntegerField(_("enterprises above designated size"))

    class Meta:
        verbose_name = _("year of the foundation")
        verbose_name_plural = _("years of the foundation")
        ordering = ["year"]
        constraints = [
            models.UniqueConstraint(
                name="foundation_year_once",
                fields=["application", "year"],
                violation_error_message=_("This year is already in the dossier."),
            ),
            models.CheckConstraint(
                name="foundation_year_amounts_not_below_zero",
                condition=Q(output__gte=0, investment__gte=0),
                violation_error_message=_("Output and investment are not below zero."),
            ),
            models.CheckConstraint(
                name="foundation_year_growth_is_a_rate",
                condition=Q(growth__gte=-100, growth__lte=1000),
                violation_error_message=_("Growth lies between −100 and 1,000 per cent."),
            ),
            rows("foundation_year_rows", "applications_foundationyear"),
        ]
        triggers = [
            frozen("'foundation'"),
            pgtrigger.Trigger(
                name="foundation_year_is_past",
                when=pgtrigger.Before,
                operation=pgtrigger.Insert | pgtrigger.Update,
                func=f"""
                    if not exists (
                        select 1 from applications_application a join programme_batch b on b.id = a.batch_id
                         where a.id = new.application_id and new.year between b.year - 5 and b.year - 1) then
                        {refuse("foundation_year_is_past", "the foundation is told by the years before the batch")}
                    end if;
                    return new;
                """,
            ),
        ]

    def __str__(self) -> str:
        return str(self.year)


class Cluster(models.Model):
    """A cluster or park of the unit and its part in the pilot. Money in yuan. `version` counts its edits."""

    application = models.ForeignKey("applications.Application", models.PROTECT, related_name="clusters")
    name = models.CharField(pgettext_lazy("of a thing", "name"), max_length=160)
    kind = models.CharField(_("kind"), max_length=24, choices=ClusterKind.choices)
    standing = models.CharField(_("recognised as"), max_length=12, choices=Standing.choices)
    industry = models.ForeignKey("programme.Industry", models.PROTECT, related_name="+", verbose_name=_("industry"))
    enterprises = models.PositiveIntegerField(_("enterprises above designated size"))
    output = YuanField(_("output in the last year (yuan)"))
    role = models.TextField(_("part in the pilot"), max_length=2000)
    version = models.PositiveIntegerField(_("version"), default=1)

    class Meta:
        verbose_name = _("cluster or park")
        verbose_name_plural = _("clusters and parks")
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(
                name="cluster_name_once",
                fields=["application", "name"],
                violation_error_message=_("A cluster or park of this name is already in the dossier."),
            ),
            models.CheckConstraint(
                name="cluster_output_not_below_zero",
                condition=Q(output__gte=0),
                violation_error_message=_("The output is not below zero."),
            ),
            rows("cluster_rows", "applications_cluster"),
        ]
        triggers = [frozen("'clusters'")]

    def __str__(self) -> str:
        return self.name


class Risk(models.Model):
    """A risk of the pilot: how likely, how grave, what is done about it and by whom. `version` counts its edits."""

    application = models.ForeignKey("applications.Application", models.PROTECT, related_name="risks")
    kind = models.CharField(_("kind"), max_length=16, choices=RiskKind.choices)
    title = models.CharField(_("risk"), max_length=160)
    likelihood = models.PositiveSmallIntegerField(_("likelihood"), choices=Degree.choices)
    gravity = models.PositiveSmallIntegerField(_("gravity"), choices=Degree.choices)
    measure = models.TextField(_("what is done about it"), max_length=2000)
    responsible = models.CharField(_("who answers for it"), max_length=160)
    version = models.PositiveIntegerField(_("version"), default=1)

    class Meta:
        verbose_name = _("risk")
        verbose_name_plural = _("risks")
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(
                name="risk_title_once",
                fields=["application", "title"],
                violation_error_message=_("This risk is already in the dossier."),
            ),
            models.CheckConstraint(
                name="risk_degrees_between_1_and_3",
                condition=Q(likelihood__gte=1, likelihood__lte=3, gravity__gte=1, gravity__lte=3),
                violation_error_message=_("Likelihood and gravity are low, middle or high."),
            ),
            rows("risk_rows", "applications_risk"),
        ]
        triggers = [frozen("'safety'")]

    def __str__(self) -> str:
        return self.title
