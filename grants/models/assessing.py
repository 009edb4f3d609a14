"""Evaluations of a unit by itself, panels with their sample and scores, and the rectification of what was found."""

from __future__ import annotations

from typing import Final

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from grants import states_assessing as states
from grants.enums import Band, CheckState, EvaluationKind, EvaluationState, PanelState
from grants.models.award import Assessment, Award, GrantProject
from grants.models.checked import PLACE, Checked, Placed, checks
from portal.core.money import YuanField
from portal.core.rls import NATION, USER, RowSecurity

# Members of a panel on the award read beside those of the place; what the unit still fills in is its own.
MEMBER: Final = "award_id = any((select assessing_awards())::bigint[])"
SENT: Final = f"(unit_id = any((select money_units())::text[]) or (state <> 'draft' and ({PLACE} or {MEMBER})))"
MIIT: Final = f"money_judge({USER}, 'MIIT')"
TOLD: Final = f"({NATION} or {MEMBER} or ({PLACE} and assessing_told(id)))"


def of_unit(role: str) -> str:
    """SQL: the caller holds the role in the government of the row's unit, or of the unit that follows it."""
    return f"assessing_unit({USER}, '{role}', unit_id)"


def of(table: str, parent: str, key: str, *more: str) -> str:
    """SQL: the caller sees the parent row (its own policy decides), and it is as `more` says."""
    asked = " and ".join((f"p.id = {table}.{key}", *more))
    return f"exists (select 1 from {parent} p where {asked})"


class Evaluation(Placed):
    """What a unit says of itself by the form of the rule set, for a year, the mid-term or the end.

    Signed, it is frozen: total, band and the version of the plan that stood on `as_of` are written by the database.
    """

    award = models.ForeignKey(Award, models.PROTECT, related_name="evaluations", verbose_name=_("award"))
    kind = models.CharField(_("kind"), max_length=8, choices=EvaluationKind.choices)
    year = models.PositiveSmallIntegerField(_("year"))
    as_of = models.DateField(_("as of"))
    state = models.CharField(_("state"), max_length=10, choices=EvaluationState.choices, default=EvaluationState.DRAFT)
    summary = models.TextField(_("what was achieved, in short"), blank=True, max_length=2000)
    total = models.DecimalField(_("total"), max_digits=5, decimal_places=2, null=True, blank=True, editable=False)
    band = models.CharField(_("band"), max_length=10, choices=Band.choices, blank=True, editable=False)
    plan = models.ForeignKey(
        "applications.PlanVersion",
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        editable=False,
        verbose_name=_("version of the plan"),
    )
    created_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    created_at = models.DateTimeField(_("begun"))
    signed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("signed by")
    )
    signed_at = models.DateTimeField(_("signed"), null=True, blank=True)
    verified_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("verified by")
    )
    verified_at = models.DateTimeField(_("verified"), null=True, blank=True)
    comment = models.TextField(_("comment of the province"), blank=True, max_length=2000)

    class Meta:
        verbose_name = pgettext_lazy("assessment", "self-evaluation")
        verbose_name_plural = pgettext_lazy("assessment", "self-evaluations")
        ordering = ["-year", "kind"]
        constraints = [
            models.UniqueConstraint(
                name="evaluation_once",
                fields=["award", "kind", "year"],
                violation_error_message=_("There is a self-evaluation of this kind for this year already."),
            ),
            models.CheckConstraint(
                name="evaluation_signed_whole",
                condition=Q(state=EvaluationState.DRAFT, signed_by=None, signed_at=None, total=None, band="")
                | (
                    ~Q(state=EvaluationState.DRAFT)
                    & Q(signed_by__isnull=False, signed_at__isnull=False, total__isnull=False)
                    & ~Q(band="")
                ),
                violation_error_message=_("What is signed names who signed it, its total and its band."),
            ),
            RowSecurity(
                name="evaluation_rows",
                read=SENT,
                insert=f"(created_by_id = {USER} and {of_unit('drafter')})",
                update=f"({of_unit('drafter')} or {of_unit('signatory')} or assessing_province({USER}, province_id))",
            ),
        ]
        triggers = [states.EVALUATION.guard()]

    def __str__(self) -> str:
        return f"{self.unit} {self.year}"


class EvaluationScore(models.Model):
    """Points a unit gives itself for one indicator of the form, with the reason."""

    evaluation = models.ForeignKey(Evaluation, models.PROTECT, related_name="scores")
    code = models.CharField(_("indicator"), max_length=40)
    points = models.DecimalField(_("points"), max_digits=5, decimal_places=2)
    reason = models.TextField(_("reason"), max_length=1000)

    class Meta:
        verbose_name = pgettext_lazy("assessment", "points of an indicator")
        verbose_name_plural = pgettext_lazy("assessment", "points of indicators")
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(
                name="evaluation_score_once",
                fields=["evaluation", "code"],
                violation_error_message=_("This indicator has its points already."),
            ),
            models.CheckConstraint(
                name="evaluation_score_says_why",
                condition=~Q(reason=""),
                violation_error_message=_("Say what the points rest on."),
            ),
            RowSecurity(
                name="evaluation_score_rows",
                read=of("grants_evaluationscore", "grants_evaluation", "evaluation_id"),
                insert=of("grants_evaluationscore", "grants_evaluation", "evaluation_id", of_unit("drafter")),
                update=of("grants_evaluationscore", "grants_evaluation", "evaluation_id", of_unit("drafter")),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.code}: {self.points}"


class Panel(Placed):
    """A panel on one award (评价工作组): opened by MIIT with a published seed, which draws the projects it looks at.

    as_of: the day whose plan it measures against. The database draws the sample, fixes the plan's version and, when it
    is closed, computes the mean of the members and its band.
    """

    award = models.ForeignKey(Award, models.PROTECT, related_name="panels", verbose_name=_("award"))
    kind = models.CharField(_("kind"), max_length=8, choices=EvaluationKind.choices)
    as_of = models.DateField(_("as of"))
    due_on = models.DateField(_("members score until"))
    seed = models.CharField(_("seed"), max_length=200)
    source = models.CharField(_("where the seed was published"), max_length=300)
    state = models.CharField(_("state"), max_length=10, choices=PanelState.choices, default=PanelState.OPEN)
    total = models.DecimalField(_("total"), max_digits=5, decimal_places=2, null=True, blank=True, editable=False)
    band = models.CharField(_("band"), max_length=10, choices=Band.choices, blank=True, editable=False)
    plan = models.ForeignKey(
        "applications.PlanVersion",
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        editable=False,
        verbose_name=_("version of the plan"),
    )
    opened_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    opened_at = models.DateTimeField(_("opened"))
    closed_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+")
    closed_at = models.DateTimeField(pgettext_lazy("moment", "closed"), null=True, blank=True)

    class Meta:
        verbose_name = pgettext_lazy("assessment", "panel")
        verbose_name_plural = pgettext_lazy("assessment", "panels")
        ordering = ["-pk"]
        constraints = [
            models.UniqueConstraint(
                name="panel_one_at_a_time",
                fields=["award"],
                condition=Q(state=PanelState.OPEN),
                violation_error_message=_("A panel is at work on this award already."),
            ),
            models.CheckConstraint(
                name="panel_has_a_published_seed",
                condition=~Q(seed="") & ~Q(source=""),
                violation_error_message=_("Give the seed and where it was published."),
            ),
            models.CheckConstraint(
                name="panel_closed_whole",
                condition=Q(state=PanelState.OPEN, closed_by=None, closed_at=None, total=None, band="")
                | (
                    Q(state=PanelState.CLOSED, closed_by__isnull=False, closed_at__isnull=False, total__isnull=False)
                    & ~Q(band="")
                ),
                violation_error_message=_("A closed panel has its total and its band."),
            ),
            RowSecurity(
                name="panel_rows",
                read=TOLD,
                insert=f"(opened_by_id = {USER} and {MIIT})",
                update=MIIT,
            ),
        ]
        triggers = [states.PANEL.guard()]

    def __str__(self) -> str:
        return f"{self.unit} {self.get_kind_display()}"


class PanelMember(models.Model):
    """A named member of a panel: a reviewer, an expert or an officer without interest in the unit."""

    panel = models.ForeignKey(Panel, models.PROTECT, related_name="members")
    person = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name=pgettext_lazy("panel", "member")
    )

    class Meta:
        verbose_name = pgettext_lazy("panel", "member")
        verbose_name_plural = pgettext_lazy("panel", "members")
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(
                name="panel_member_once",
                fields=["panel", "person"],
                violation_error_message=_("This person is on the panel already."),
            ),
            RowSecurity(
                name="panel_member_rows",
                read=of("grants_panelmember", "grants_panel", "panel_id"),
                insert=MIIT,
            ),
        ]

    def __str__(self) -> str:
        return str(self.person)


class SampledProject(models.Model):
    """A project the lot chose, with what the plan said of it when it was drawn. The database writes it."""

    panel = models.ForeignKey(Panel, models.PROTECT, related_name="sample")
    grant_project = models.ForeignKey(GrantProject, models.PROTECT, related_name="+", verbose_name=_("project"))
    place = models.PositiveSmallIntegerField(_("place in the draw"))
    name = models.CharField(_("name of the project"), max_length=160)
    enterprise_name = models.CharField(_("leading enterprise"), max_length=160)
    total_investment = YuanField(_("total investment (yuan)"))
    approved_support = YuanField(_("approved support (yuan)"))

    class Meta:
        verbose_name = pgettext_lazy("assessment", "project of the sample")
        verbose_name_plural = pgettext_lazy("assessment", "projects of the sample")
        ordering = ["panel", "place"]
        constraints = [
            models.UniqueConstraint(
                name="sampled_project_once",
                fields=["panel", "grant_project"],
                violation_error_message=_("This project is in the sample already."),
            ),
            RowSecurity(name="sampled_project_rows", read=of("grants_sampledproject", "grants_panel", "panel_id")),
        ]

    def __str__(self) -> str:
        return self.name


_ONES_OWN: Final = f"(person_id = {USER} or {NATION} or %s)"


class PanelScore(models.Model):
    """Points of one member for one group of the form, with a remark."""

    panel = models.ForeignKey(Panel, models.PROTECT, related_name="scores")
    person = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    code = models.CharField(_("group"), max_length=40)
    points = models.DecimalField(_("points"), max_digits=5, decimal_places=2)
    remark = models.TextField(_("remark"), max_length=1000, blank=True)

    class Meta:
        verbose_name = pgettext_lazy("panel", "points of a member")
        verbose_name_plural = pgettext_lazy("panel", "points of members")
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(
                name="panel_score_once",
                fields=["panel", "person", "code"],
                violation_error_message=_("This member has scored this group already."),
            ),
            RowSecurity(
                name="panel_score_rows",
                read=_ONES_OWN % of("grants_panelscore", "grants_panel", "panel_id", "assessing_told(p.id)"),
                insert=f"person_id = {USER}",
                update=f"person_id = {USER}",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.code}: {self.points}"


class SampleRemark(models.Model):
    """What one member found at one project of the sample."""

    sampled = models.ForeignKey(SampledProject, models.PROTECT, related_name="remarks")
    person = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    text = models.TextField(_("what was found"), max_length=1000)

    class Meta:
        verbose_name = pgettext_lazy("panel", "remark on a project")
        verbose_name_plural = pgettext_lazy("panel", "remarks on projects")
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(
                name="sample_remark_once",
                fields=["sampled", "person"],
                violation_error_message=_("This member has a remark on this project already."),
            ),
            models.CheckConstraint(
                name="sample_remark_says_something",
                condition=~Q(text=""),
                violation_error_message=_("Say what was found at the project."),
            ),
            RowSecurity(
                name="sample_remark_rows",
                read=_ONES_OWN
                % (
                    "exists (select 1 from grants_sampledproject s where s.id = grants_sampleremark.sampled_id"
                    " and assessing_told(s.panel_id))"
                ),
                insert=f"person_id = {USER}",
                update=f"person_id = {USER}",
            ),
        ]

    def __str__(self) -> str:
        return self.text


class Rectification(Checked):
    """What an assessment asked for was mended in time: recorded by MIIT, confirmed by MOF. It opens the tranche."""

    award = models.ForeignKey(Award, models.PROTECT, related_name="rectifications", verbose_name=_("award"))
    assessment = models.ForeignKey(
        Assessment, models.PROTECT, related_name="rectifications", verbose_name=_("final assessment")
    )
    mended_on = models.DateField(_("mended on"))
    note = models.TextField(_("what was mended and how it was checked"), max_length=2000)

    class Meta:
        verbose_name = pgettext_lazy("assessment", "rectification")
        verbose_name_plural = pgettext_lazy("assessment", "rectifications")
        ordering = ["-pk"]
        constraints = [
            models.UniqueConstraint(
                name="rectification_once",
                fields=["assessment"],
                condition=~Q(state=CheckState.REFUSED),
                violation_error_message=_("The rectification is recorded already."),
            ),
            models.CheckConstraint(
                name="rectification_says_what",
                condition=~Q(note=""),
                violation_error_message=_("Say what was mended and how it was checked."),
            ),
            *checks("rectification"),
            RowSecurity(
                name="rectification_rows",
                read=PLACE,
                insert=f"(maker_id = {USER} and {MIIT})",
                update=f"money_judge({USER}, 'MOF')",
            ),
        ]
        triggers = [states.RECTIFICATION.guard()]

    def __str__(self) -> str:
        return f"{self.unit} {self.document_no}"
