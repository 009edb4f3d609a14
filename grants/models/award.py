"""Awards: what the final list gives each unit; the projects it supports; the final assessment."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from grants import states
from grants.enums import CheckState, Result
from grants.models.checked import PLACE, Checked, Placed, above_zero, checks, counted_once, post
from grants.numbers import FORM
from portal.core.money import YuanField
from portal.core.rls import USER, RowSecurity

if TYPE_CHECKING:
    from grants.models.paying import FundingHold

_MAKES = f"(maker_id = {USER} and {post('finance_maker', 'ministry')})"


class Award(Checked):
    """The reward of one selected unit, entered and confirmed by the Ministry of Finance.

    Batch, unit and province are filled in from the application. document_no: of the agreement or of the letter that
    approves the plan. amount: changed by a confirmed AwardChange only. assessment_passed_on: set by a confirmed final
    assessment that was passed; it opens the second tranche.
    """

    application = models.ForeignKey(
        "applications.Application", models.PROTECT, related_name="awards", verbose_name=_("application")
    )
    batch = models.ForeignKey("programme.Batch", models.PROTECT, related_name="awards", verbose_name=_("batch"))
    amount = YuanField(_("amount (yuan)"))
    assessment_passed_on = models.DateField(_("final assessment passed on"), null=True, blank=True)

    class Meta:
        verbose_name = _("award")
        verbose_name_plural = _("awards")
        ordering = ["province", "unit", "pk"]
        indexes = [
            models.Index(fields=["batch", "state"]),
            models.Index(fields=["province", "unit"]),
            models.Index(fields=["unit"]),
        ]
        constraints = [
            counted_once(
                "award_once_per_application",
                ["application"],
                _("This unit has an award already. A refused one may be entered anew."),
            ),
            above_zero("award"),
            models.CheckConstraint(
                name="award_number_has_its_form",
                condition=Q(document_no__regex=FORM),
                violation_error_message=_("Write the number like 工信部规函〔2025〕122号: agency, year, number."),
            ),
            *checks("award"),
            RowSecurity(name="award_rows", read=PLACE, insert=_MAKES, update=post("finance_checker", "ministry")),
        ]
        triggers = [states.AWARD.guard()]

    def __str__(self) -> str:
        return f"{self.unit} {self.document_no}"


class GrantProject(Placed):
    """A project of the approved plan with the support approved for it; what the plan said is kept with it.

    stopped: the hold that stops its payments, where a page has looked for it.
    plan_id: its number in the plan, filled in by the database: that of the dossier's project, or below zero for one
    that a change added (`version` is the version that did). Only a version of the plan changes it.
    """

    stopped: FundingHold | None
    award = models.ForeignKey(Award, models.PROTECT, related_name="projects", verbose_name=_("award"))
    project = models.ForeignKey(
        "applications.Project",
        models.PROTECT,
        null=True,
        blank=True,
        related_name="grants",
        verbose_name=_("project of the dossier"),
    )
    version = models.ForeignKey(
        "applications.PlanVersion",
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("added by version"),
    )
    plan_id = models.BigIntegerField(_("number in the plan"), editable=False, default=0)
    name = models.CharField(_("name of the project"), max_length=160)
    enterprise_name = models.CharField(_("leading enterprise"), max_length=160)
    total_investment = YuanField(_("total investment (yuan)"))
    approved_support = YuanField(_("approved support (yuan)"))

    class Meta:
        verbose_name = _("supported project")
        verbose_name_plural = _("supported projects")
        ordering = ["award", "pk"]
        indexes = [models.Index(fields=["province", "unit"])]
        constraints = [
            models.CheckConstraint(
                name="support_not_below_zero",
                condition=Q(approved_support__gte=0),
                violation_error_message=_("The support is not below zero."),
            ),
            models.UniqueConstraint(
                name="support_once_per_project",
                fields=["award", "plan_id"],
                violation_error_message=_("This project is supported already."),
            ),
            models.CheckConstraint(
                name="support_of_dossier_or_change",
                condition=Q(project__isnull=False, project=F("plan_id"), version=None)
                | Q(project=None, version__isnull=False, plan_id__lt=0),
                violation_error_message=_("A supported project stands in the dossier, or a change added it."),
            ),
            RowSecurity(
                name="grant_project_rows",
                read=PLACE,
                insert=f"money_post({USER}, 'finance_checker', 'ministry', province_id, unit_id, null)",
            ),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def ended_at(self) -> datetime | None:
        """When a change took the project out of the plan; no query where `end` was joined."""
        end: ProjectEnd | None = getattr(self, "end", None)
        return end.at if end else None


class ProjectEnd(Placed):
    """A supported project that an approved change took out of the plan: no payment follows. The database writes it."""

    grant_project = models.OneToOneField(
        GrantProject, models.PROTECT, related_name="end", verbose_name=_("supported project")
    )
    version = models.ForeignKey(
        "applications.PlanVersion", models.PROTECT, related_name="+", verbose_name=_("version of the plan")
    )
    at = models.DateTimeField(_("ended"))

    class Meta:
        verbose_name = _("end of a supported project")
        verbose_name_plural = _("ends of supported projects")
        constraints = [RowSecurity(name="project_end_rows", read=PLACE)]

    def __str__(self) -> str:
        return str(self.grant_project)


class SupportRevision(Placed):
    """What a version of the plan made of a project's support (yuan before and after). The database writes it."""

    grant_project = models.ForeignKey(
        GrantProject, models.PROTECT, related_name="revisions", verbose_name=_("supported project")
    )
    version = models.ForeignKey(
        "applications.PlanVersion", models.PROTECT, related_name="+", verbose_name=_("version of the plan")
    )
    before = YuanField(_("support before (yuan)"))
    after = YuanField(_("support after (yuan)"))
    at = models.DateTimeField(_("changed"))

    class Meta:
        verbose_name = _("change of support")
        verbose_name_plural = _("changes of support")
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(
                name="support_revision_once",
                fields=["grant_project", "version"],
                violation_error_message=_("A version of the plan changes a support once."),
            ),
            RowSecurity(name="support_revision_rows", read=PLACE),
        ]

    def __str__(self) -> str:
        return f"{self.grant_project}: {self.after}"


class Assessment(Checked):
    """The final assessment of a unit: recorded by MIIT, confirmed by MOF. Passed, it opens the second tranche.

    panel: the panel it rests on, filled in by the database. rectify_what, rectify_by: what is to be mended until when,
    before it counts as passed. second_limit: what is left of the second tranche where it is reduced (yuan). for_good:
    it failed, no other assessment follows, and the money is demanded back.
    """

    award = models.ForeignKey(Award, models.PROTECT, related_name="assessments", verbose_name=_("award"))
    result = models.CharField(_("result"), max_length=10, choices=Result.choices)
    assessed_on = models.DateField(_("assessed on"))
    panel = models.ForeignKey(
        "grants.Panel",
        models.PROTECT,
        null=True,
        blank=True,
        editable=False,
        related_name="results",
        verbose_name=_("panel"),
    )
    rectify_what = models.TextField(_("what is to be mended"), blank=True, max_length=2000, db_default="")
    rectify_by = models.DateField(_("to be mended by"), null=True, blank=True)
    second_limit = YuanField(_("second tranche at most (yuan)"), null=True, blank=True)
    for_good = models.BooleanField(_("second tranche refused for good"), default=False, db_default=False)

    class Meta:
        verbose_name = _("final assessment")
        verbose_name_plural = _("final assessments")
        ordering = ["-pk"]
        constraints = [
            models.UniqueConstraint(
                name="assessment_one_at_a_time",
                fields=["award"],
                condition=Q(state=CheckState.ENTERED) | Q(state=CheckState.CONFIRMED, result=Result.PASSED),
                violation_error_message=_("A result is waiting already, or the final assessment was passed."),
            ),
            models.CheckConstraint(
                name="assessment_says_what_to_mend",
                condition=Q(result=Result.RECTIFY, rectify_by__gte=F("assessed_on")) & ~Q(rectify_what="")
                | ~Q(result=Result.RECTIFY) & Q(rectify_by=None, rectify_what=""),
                violation_error_message=_("Say what is to be mended and until which later day; only a rectification."),
            ),
            models.CheckConstraint(
                name="assessment_reduces_what_opens",
                condition=Q(second_limit=None) | Q(second_limit__gte=0) & ~Q(result=Result.FAILED),
                violation_error_message=_("Only a second tranche that opens is reduced."),
            ),
            models.CheckConstraint(
                name="assessment_for_good_failed",
                condition=Q(for_good=False) | Q(result=Result.FAILED),
                violation_error_message=_("Only after a failed assessment the second tranche is refused for good."),
            ),
            *checks("assessment"),
            RowSecurity(
                name="assessment_rows",
                read=PLACE,
                insert=f"(maker_id = {USER} and money_judge({USER}, 'MIIT'))",
                update=f"money_judge({USER}, 'MOF')",
            ),
        ]
        triggers = [states.ASSESSMENT.guard()]

    def __str__(self) -> str:
        return f"{self.unit} {self.get_result_display()}"
