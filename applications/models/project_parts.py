"""What belongs to one project: enterprises taking part, other public money, approvals, milestones."""

from __future__ import annotations

import pgtrigger
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from applications.enums import ApprovalKind, ApprovalState, MoneyLevel
from applications.models.guards import frozen, refuse, rows
from portal.core.money import YuanField


def _fits() -> pgtrigger.Trigger:
    """A part belongs to the dossier of its project."""
    return pgtrigger.Trigger(
        name="project_part_fits",
        when=pgtrigger.Before,
        operation=pgtrigger.Insert | pgtrigger.Update,
        func=f"""
            if not exists (select 1 from applications_project p
                            where p.id = new.project_id and p.application_id = new.application_id) then
                {refuse("project_part_fits", "the project belongs to another dossier")}
            end if;
            return new;
        """,
    )


class ProjectEnterprise(models.Model):
    """An enterprise of the roster that takes part in a project. It stays in the roster while it does."""

    application = models.ForeignKey("applications.Application", models.PROTECT, related_name="+")
    # A part has no meaning without its project: it goes with it.
    project = models.ForeignKey("applications.Project", models.CASCADE, related_name="taking_part")
    enterprise = models.ForeignKey("applications.Enterprise", models.PROTECT, related_name="projects")

    class Meta:
        verbose_name = _("enterprise taking part")
        verbose_name_plural = _("enterprises taking part")
        ordering = ["project", "enterprise"]
        constraints = [
            models.UniqueConstraint(
                name="project_enterprise_once",
                fields=["project", "enterprise"],
                violation_error_message=_("This enterprise is already named in the project."),
            ),
            rows("project_enterprise_rows", "applications_projectenterprise"),
        ]
        triggers = [
            frozen("'projects'"),
            _fits(),
            pgtrigger.Trigger(
                name="project_enterprise_of_roster",
                when=pgtrigger.Before,
                operation=pgtrigger.Insert | pgtrigger.Update,
                func=f"""
                    if not exists (select 1 from applications_enterprise e
                                    where e.id = new.enterprise_id and e.application_id = new.application_id) then
                        {refuse("project_enterprise_of_roster", "the enterprise is of another roster")}
                    end if;
                    return new;
                """,
            ),
        ]

    def __str__(self) -> str:
        return str(self.enterprise)


class ProjectMoney(models.Model):
    """Other public money of a project: whose, which fund, how much (yuan). National money excludes support."""

    application = models.ForeignKey("applications.Application", models.PROTECT, related_name="+")
    project = models.ForeignKey("applications.Project", models.CASCADE, related_name="money")
    level = models.CharField(_("level"), max_length=12, choices=MoneyLevel.choices)
    fund = models.CharField(_("fund and document"), max_length=160)
    amount = YuanField(_("amount (yuan)"))

    class Meta:
        verbose_name = _("other public money")
        verbose_name_plural = _("other public money")
        ordering = ["project", "pk"]
        constraints = [
            models.CheckConstraint(
                name="project_money_above_zero",
                condition=Q(amount__gt=0) & ~Q(fund="") & Q(level__in=MoneyLevel.values),
                violation_error_message=_("Say level, fund and an amount above zero."),
            ),
            rows("project_money_rows", "applications_projectmoney"),
        ]
        triggers = [
            frozen("'projects'"),
            _fits(),
            # The project is locked, so that support cannot be asked for at the same moment.
            pgtrigger.Trigger(
                name="project_money_excludes_support",
                when=pgtrigger.Before,
                operation=pgtrigger.Insert | pgtrigger.Update,
                condition=pgtrigger.Q(new__level="national"),
                func=f"""
                    if project_support(new.project_id) is distinct from 0 then
                        {refuse("project_not_supported_twice", "the project asks for support")}
                    end if;
                    return new;
                """,
            ),
        ]

    def __str__(self) -> str:
        return self.fund


class ProjectApproval(models.Model):
    """An approval a project needs: which, how far it is, its number and day."""

    application = models.ForeignKey("applications.Application", models.PROTECT, related_name="+")
    project = models.ForeignKey("applications.Project", models.CASCADE, related_name="approvals")
    kind = models.CharField(_("approval"), max_length=12, choices=ApprovalKind.choices)
    state = models.CharField(_("state"), max_length=12, choices=ApprovalState.choices)
    number = models.CharField(_("number of the document"), max_length=80, blank=True)
    day = models.DateField(_("day"), null=True, blank=True)

    class Meta:
        verbose_name = _("approval")
        verbose_name_plural = _("approvals")
        ordering = ["project", "pk"]
        constraints = [
            models.CheckConstraint(
                name="project_approval_granted_with_number",
                condition=~Q(state=ApprovalState.GRANTED) | (~Q(number="") & Q(day__isnull=False)),
                violation_error_message=_("An approval that was granted has a number and a day."),
            ),
            models.CheckConstraint(
                name="project_approval_is_known",
                condition=Q(kind__in=ApprovalKind.values, state__in=ApprovalState.values),
                violation_error_message=_("Choose one of the values of the list."),
            ),
            rows("project_approval_rows", "applications_projectapproval"),
        ]
        triggers = [frozen("'projects'"), _fits()]

    def __str__(self) -> str:
        return self.get_kind_display()


class ProjectMilestone(models.Model):
    """What is reached in a project by a day of its period."""

    application = models.ForeignKey("applications.Application", models.PROTECT, related_name="+")
    project = models.ForeignKey("applications.Project", models.CASCADE, related_name="milestones")
    day = models.DateField(_("by"))
    what = models.CharField(_("what is reached"), max_length=200)

    class Meta:
        verbose_name = _("milestone")
        verbose_name_plural = _("milestones")
        ordering = ["project", "day", "pk"]
        constraints = [
            models.CheckConstraint(
                name="project_milestone_says_what",
                condition=~Q(what=""),
                violation_error_message=_("Say what is reached."),
            ),
            rows("project_milestone_rows", "applications_projectmilestone"),
        ]
        triggers = [frozen("'projects'"), _fits()]

    def __str__(self) -> str:
        return self.what
