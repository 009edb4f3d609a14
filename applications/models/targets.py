"""Indicators of a dossier: those of the programme and the unit's own, with a value for each year."""

from __future__ import annotations

import pgtrigger
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from applications.enums import TargetCode
from applications.limits import LARGEST_GROWTH, LARGEST_RATE, UNIT_OF_RATES
from applications.models.guards import frozen, refuse, rows


def _is_rate() -> Q:
    """In per cent, from nothing to the whole; a growth may be more (`applications.limits`)."""
    growth = Q(code=TargetCode.EQUIPMENT_INVESTMENT, baseline__lte=LARGEST_GROWTH, goal__lte=LARGEST_GROWTH)
    whole = Q(baseline__lte=LARGEST_RATE, goal__lte=LARGEST_RATE)
    return Q(unit=UNIT_OF_RATES, baseline__gte=0, goal__gte=0) & (whole | growth)


class Target(models.Model):
    """An indicator with its baseline and its goal at the end of the period.

    code: one of the programme's, whose formula the programme gives; `own` for the unit's, which has name and formula.
    """

    application = models.ForeignKey("applications.Application", models.PROTECT, related_name="targets")
    code = models.CharField(_("indicator"), max_length=24, choices=TargetCode.choices)
    name = models.CharField(pgettext_lazy("of a thing", "name"), max_length=120, blank=True)
    formula = models.CharField(_("formula"), max_length=300, blank=True)
    baseline = models.DecimalField(_("baseline"), max_digits=14, decimal_places=2)
    goal = models.DecimalField(_("goal"), max_digits=14, decimal_places=2)
    unit = models.CharField(_("unit"), max_length=20, default="%")

    class Meta:
        verbose_name = _("target")
        verbose_name_plural = _("targets")
        ordering = ["code", "name"]
        constraints = [
            models.UniqueConstraint(
                name="target_once",
                fields=["application", "code", "name"],
                violation_error_message=_("This indicator is already in the dossier."),
            ),
            models.CheckConstraint(
                name="target_own_has_name_and_formula",
                condition=(Q(code=TargetCode.OWN) & ~Q(name="") & ~Q(formula=""))
                | (~Q(code=TargetCode.OWN) & Q(name="", formula="")),
                violation_error_message=_("An indicator of the unit's own needs a name and a formula."),
            ),
            models.CheckConstraint(
                name="target_has_unit",
                condition=~Q(unit=""),
                violation_error_message=_("Say in what the indicator is counted."),
            ),
            models.CheckConstraint(
                name="target_of_programme_is_a_rate",
                condition=Q(code=TargetCode.OWN) | _is_rate(),
                violation_error_message=_(
                    "An indicator of the programme is in per cent: not below zero and, but for a growth, at most 100."
                ),
            ),
            rows("target_rows", "applications_target"),
        ]
        triggers = [frozen("'targets'")]

    def __str__(self) -> str:
        return self.name or self.get_code_display()


class TargetYear(models.Model):
    """The value an indicator is to have at the end of one year."""

    application = models.ForeignKey("applications.Application", models.PROTECT, related_name="+")
    # A year has no meaning without its indicator: it goes with it.
    target = models.ForeignKey("applications.Target", models.CASCADE, related_name="years")
    year = models.PositiveSmallIntegerField(_("year"))
    value = models.DecimalField(_("value"), max_digits=14, decimal_places=2)

    class Meta:
        verbose_name = _("yearly value")
        verbose_name_plural = _("yearly values")
        ordering = ["target", "year"]
        constraints = [
            models.UniqueConstraint(
                name="target_year_once",
                fields=["target", "year"],
                violation_error_message=_("This year is already in the indicator."),
            ),
            rows("target_year_rows", "applications_targetyear"),
        ]
        triggers = [
            frozen("'targets'"),
            pgtrigger.Trigger(
                name="target_year_fits",
                when=pgtrigger.Before,
                operation=pgtrigger.Insert | pgtrigger.Update,
                func=f"""
                    if not exists (
                        select 1 from applications_target t
                          join applications_application a on a.id = t.application_id
                          join programme_batch b on b.id = a.batch_id
                         where t.id = new.target_id and a.id = new.application_id
                           and new.year between b.year - 5 and b.year + 9) then
                        {refuse("target_year_fits", "the year or the indicator does not fit")}
                    end if;
                    if exists (
                        select 1 from applications_target t
                         where t.id = new.target_id and t.code <> '{TargetCode.OWN}'
                           and new.value not between 0 and case t.code
                               when '{TargetCode.EQUIPMENT_INVESTMENT}' then {LARGEST_GROWTH} else {LARGEST_RATE} end)
                    then
                        {refuse("target_of_programme_is_a_rate", "an indicator of the programme is a rate")}
                    end if;
                    return new;
                """,
            ),
        ]

    def __str__(self) -> str:
        return f"{self.year}: {self.value}"
