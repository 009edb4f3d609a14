"""The funding plan: money by source and year, tied to projects."""

from __future__ import annotations

from typing import Final

import pgtrigger
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from applications.enums_sections import FundingSource
from applications.limits import YEARS_AFTER, YEARS_AHEAD
from applications.models.guards import frozen, refuse, rows
from portal.core.money import YuanField

_SPAN: Final = f"between b.year - {YEARS_AHEAD} and b.year + {YEARS_AFTER}"


class FundingLine(models.Model):
    """Money of one source in one year for one project (yuan); without a project: for the unit as a whole.

    What is paid for no project (infrastructure, public platforms, service providers) is local money: the central
    reward always names its project.
    """

    application = models.ForeignKey("applications.Application", models.PROTECT, related_name="funding")
    # A line has no meaning without its project: it goes with it.
    project = models.ForeignKey(
        "applications.Project", models.CASCADE, null=True, blank=True, related_name="funding", verbose_name=_("project")
    )
    year = models.PositiveSmallIntegerField(_("year"))
    source = models.CharField(_("source"), max_length=8, choices=FundingSource.choices)
    amount = YuanField(_("amount (yuan)"))

    class Meta:
        verbose_name = _("line of the funding plan")
        verbose_name_plural = _("lines of the funding plan")
        ordering = ["project", "year", "source"]
        constraints = [
            models.UniqueConstraint(
                name="funding_line_once",
                fields=["application", "project", "year", "source"],
                nulls_distinct=False,
                violation_error_message=_("This source is already in this year of the project."),
            ),
            models.CheckConstraint(
                name="funding_amount_above_zero",
                condition=Q(amount__gt=0),
                violation_error_message=_("An amount of the funding plan is above zero."),
            ),
            models.CheckConstraint(
                name="funding_central_names_project",
                condition=~Q(source=FundingSource.CENTRAL) | Q(project__isnull=False),
                violation_error_message=_("The central reward goes to projects: name the project."),
            ),
            rows("funding_line_rows", "applications_fundingline"),
        ]
        triggers = [
            frozen("'funding'"),
            pgtrigger.Trigger(
                name="funding_line_fits",
                when=pgtrigger.Before,
                operation=pgtrigger.Insert | pgtrigger.Update,
                func=f"""
                    if not exists (
                        select 1 from applications_application a join programme_batch b on b.id = a.batch_id
                         where a.id = new.application_id and new.year {_SPAN})
                       or new.project_id is not null and not exists (
                        select 1 from applications_project p
                         where p.id = new.project_id and p.application_id = new.application_id) then
                        {refuse("funding_line_fits", "the year is none of the plan, or the project another dossier's")}
                    end if;
                    return new;
                """,
            ),
            # The sum is asked once the statement has written all its lines.
            pgtrigger.Trigger(
                name="funding_central_within_support",
                when=pgtrigger.After,
                operation=pgtrigger.Insert | pgtrigger.Update,
                condition=pgtrigger.Q(new__source="central"),
                func=f"""
                    if not funding_is_within(new.project_id) then
                        {refuse("funding_central_within_support", "more central money than the project asks for")}
                    end if;
                    return null;
                """,
            ),
        ]

    def __str__(self) -> str:
        return f"{self.year} {self.get_source_display()}"
