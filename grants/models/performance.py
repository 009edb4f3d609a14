"""Performance of a unit: a report each quarter, its indicators, what became of its enterprises, and its files.

The database writes what is not typed: the indicators of the plan that stands, what is expected by the end of the
quarter, rates of the enterprises, the share that was reached, and the snapshot of what was signed.
"""

from __future__ import annotations

from decimal import Decimal
from typing import Final

import pgtrigger
from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext, pgettext_lazy
from django.utils.translation import gettext_lazy as _

from applications.enums import DigitalState, EnergyLevel, ImportState
from applications.models.guards import refuse, stays
from applications.states import IMPORT
from grants.enums_performance import IndicatorCode, ReportState
from grants.models.award import Award
from grants.models.checked import PLACE, Placed
from grants.performance import lights
from grants.states_performance import REPORT
from portal.core.models import StoredFile, file_checks
from portal.core.money import YuanField
from portal.core.rls import USER, RowSecurity, has_role

_MINE: Final = "unit_id = any((select money_units())::text[])"
_OPEN: Final = (ReportState.DRAFT, ReportState.RETURNED)
_OF_MINE: Final = f"({has_role('drafter')} and report_id in (select r.id from grants_quarterreport r where r.{_MINE}))"
_DRAFTS: Final = f"({has_role('drafter')} and report_post({USER}, 'drafter', unit_id, province_id))"
# A file comes to a report of the unit that is still written, and lies where the report lies.
_FILES: Final = (
    f"(uploaded_by_id = {USER} and {_DRAFTS} and (report_id, province_id, unit_id) in"
    " (select r.id, r.province_id, r.unit_id from grants_quarterreport r where r.state in ('draft', 'returned')))"
)


class QuarterReport(Placed):
    """The report of a unit on one quarter of its award.

    due_on, green_from, yellow_from: by the rules of the batch when the report was begun. investment_now: industrial
    equipment investment since the beginning of the year; investment_base: that of the same months of 2023. figures:
    what the database counts of the enterprises. plan: number of the version of the plan (0: the dossier).
    """

    award = models.ForeignKey(Award, models.PROTECT, related_name="reports", verbose_name=_("award"))
    year = models.PositiveSmallIntegerField(_("year"))
    quarter = models.PositiveSmallIntegerField(_("quarter"))
    ends_on = models.DateField(_("last day of the quarter"), editable=False)
    due_on = models.DateField(_("due"), editable=False)
    green_from = models.DecimalField(_("green from (%)"), max_digits=5, decimal_places=2, editable=False)
    yellow_from = models.DecimalField(_("yellow from (%)"), max_digits=5, decimal_places=2, editable=False)
    plan = models.PositiveSmallIntegerField(_("version of the plan"), default=0, editable=False)
    state = models.CharField(_("state"), max_length=10, choices=ReportState.choices, default=ReportState.DRAFT)
    summary = models.TextField(_("what was done in the quarter"), blank=True, max_length=4000)
    problems = models.TextField(_("difficulties and what is asked for"), blank=True, max_length=4000)
    investment_now = YuanField(_("industrial equipment investment since January (yuan)"), null=True, blank=True)
    investment_base = YuanField(_("the same months of 2023 (yuan)"), null=True, blank=True)
    figures = models.JSONField(_("figures"), default=dict, editable=False)
    version = models.PositiveIntegerField(_("version"), default=1)
    written_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name=_("written by")
    )
    written_at = models.DateTimeField(pgettext_lazy("moment", "written"))
    signed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("signed by")
    )
    signed_at = models.DateTimeField(_("signed"), null=True, blank=True)
    verified_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("looked at by"),
    )
    verified_at = models.DateTimeField(_("looked at"), null=True, blank=True)
    returned_why = models.TextField(_("why it was returned"), blank=True, max_length=1000)

    class Meta:
        verbose_name = _("quarterly report")
        verbose_name_plural = _("quarterly reports")
        ordering = ["-year", "-quarter", "unit"]
        indexes = [
            models.Index(fields=["province", "state"], name="report_of_province"),
            models.Index(fields=["unit"], name="report_of_unit"),
            models.Index(fields=["state", "award", "-year", "-quarter"], name="report_latest"),
        ]
        constraints = [
            models.UniqueConstraint(
                name="report_once_per_quarter",
                fields=["award", "year", "quarter"],
                violation_error_message=_("The report of this quarter is begun already."),
            ),
            models.CheckConstraint(
                name="report_quarter_is_one",
                condition=Q(quarter__range=(1, 4)),
                violation_error_message=_("A year has four quarters."),
            ),
            models.CheckConstraint(
                name="report_investment_not_below_zero",
                condition=(Q(investment_now=None) | Q(investment_now__gte=0))
                & (Q(investment_base=None) | Q(investment_base__gt=0)),
                violation_error_message=_("Investment is not below zero, and that of 2023 is above it."),
            ),
            models.CheckConstraint(
                name="report_verifier_is_another",
                condition=~Q(verified_by=F("signed_by")) & ~Q(verified_by=F("written_by")),
                violation_error_message=_("Whoever wrote or signed a report does not verify it."),
            ),
            models.CheckConstraint(
                name="report_returned_with_reason",
                condition=~Q(state=ReportState.RETURNED) | ~Q(returned_why=""),
                violation_error_message=_("Say why it is returned, so that the unit can mend it."),
            ),
            models.CheckConstraint(
                name="report_is_signed",
                condition=Q(state__in=_OPEN) | Q(signed_by__isnull=False, signed_at__isnull=False),
                violation_error_message=_("A submitted report names who signed it and when."),
            ),
            RowSecurity(
                name="quarter_report_rows",
                read=f"(({PLACE}) and (state <> 'draft' or {_MINE}))",
                insert=f"(written_by_id = {USER} and {_DRAFTS})",
                update=(
                    f"(report_post({USER}, 'drafter', unit_id, province_id)"
                    f" or report_post({USER}, 'signatory', unit_id, province_id)"
                    f" or report_post({USER}, 'provincial_officer', unit_id, province_id))"
                ),
            ),
        ]
        triggers = [REPORT.guard()]

    def __str__(self) -> str:
        return f"{self.unit} {self.period}"

    @property
    def period(self) -> str:
        """The quarter in words."""
        return quarter_words(self.year, self.quarter)

    @property
    def is_open(self) -> bool:
        """Whether the unit still writes it."""
        return self.state in _OPEN


def quarter_words(year: int, quarter: int) -> str:
    """A quarter in the reader's language."""
    return gettext("Q%(quarter)s %(year)s") % {"quarter": quarter, "year": year}


class IndicatorActual(Placed):
    """One indicator of the plan in one report: what was to be reached, and what was.

    expected: on the straight line to the next yearly target, at the end of the quarter; year_target: of the year.
    value: as it stands at the end of the quarter; typed, or counted where `is_counted`. reached: per cent of the way.
    """

    report = models.ForeignKey(QuarterReport, models.PROTECT, related_name="indicators", verbose_name=_("report"))
    place = models.PositiveSmallIntegerField(_("place"), default=0)
    key = models.CharField(_("key"), max_length=160)
    code = models.CharField(_("indicator"), max_length=24, choices=IndicatorCode.choices)
    name = models.CharField(pgettext_lazy("of a thing", "name"), max_length=120, blank=True)
    measure = models.CharField(_("unit"), max_length=20, default="%")
    is_counted = models.BooleanField(_("counted by the portal"), default=False)
    baseline = models.DecimalField(_("baseline"), max_digits=14, decimal_places=2)
    expected = models.DecimalField(_("expected by now"), max_digits=14, decimal_places=2)
    year_target = models.DecimalField(_("target of the year"), max_digits=14, decimal_places=2)
    goal = models.DecimalField(_("goal"), max_digits=14, decimal_places=2)
    path = models.JSONField(_("targets by year"), default=dict)
    value = models.DecimalField(_("actual value"), max_digits=14, decimal_places=2, null=True, blank=True)
    reached = models.DecimalField(
        _("share of the way covered (%)"), max_digits=9, decimal_places=2, null=True, editable=False
    )
    note = models.CharField(_("why it is off the target"), max_length=1000, blank=True)
    evidence = models.ForeignKey(
        "grants.ReportEvidence", models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("evidence")
    )

    class Meta:
        verbose_name = _("indicator of a report")
        verbose_name_plural = _("indicators of reports")
        ordering = ["report", "place"]
        indexes = [models.Index(fields=["province"]), models.Index(fields=["unit"])]
        constraints = [
            models.UniqueConstraint(
                name="indicator_once_per_report",
                fields=["report", "key"],
                violation_error_message=_("This indicator is in the report already."),
            ),
            RowSecurity(name="indicator_actual_rows", read=PLACE, update=_DRAFTS),
        ]

    def __str__(self) -> str:
        return self.label

    @property
    def label(self) -> str:
        """The indicator in words."""
        return self.name or str(self.get_code_display())

    @property
    def light(self) -> str:
        """The traffic light by the rule of the report."""
        return lights.light(self.reached, green=self.report.green_from, yellow=self.report.yellow_from)

    @property
    def target_path(self) -> lights.Path:
        """The path of the targets."""
        years = {int(year): Decimal(value) for year, value in self.path["years"].items()}
        return lights.Path(self.baseline, self.goal, years, self.path["first"], self.path["last"])


class EnterpriseProgress(models.Model):
    """What became of one enterprise of the roster by the end of the quarter, where the unit reports it anew."""

    report = models.ForeignKey(QuarterReport, models.PROTECT, related_name="progress", verbose_name=_("report"))
    enterprise = models.ForeignKey(
        "applications.Enterprise", models.PROTECT, related_name="progress", verbose_name=_("enterprise")
    )
    digital_state = models.CharField(_("digital transformation"), max_length=12, choices=DigitalState.choices)
    has_rd_tools = models.BooleanField(_("uses digital R&D and design tools"), default=False)
    process_rate = models.DecimalField(
        _("key processes numerically controlled (%)"), max_digits=5, decimal_places=2, null=True, blank=True
    )
    energy_level = models.CharField(_("energy efficiency"), max_length=10, choices=EnergyLevel.choices, blank=True)

    class Meta:
        verbose_name = _("progress of an enterprise")
        verbose_name_plural = _("progress of enterprises")
        constraints = [
            models.UniqueConstraint(
                name="progress_once_per_report",
                fields=["report", "enterprise"],
                violation_error_message=_("This enterprise is reported in this quarter already."),
            ),
            models.CheckConstraint(
                name="progress_states_are_known",
                condition=Q(digital_state__in=DigitalState.values) & Q(energy_level__in=["", *EnergyLevel.values]),
                violation_error_message=_("Choose one of the values of the list."),
            ),
            models.CheckConstraint(
                name="progress_rate_between_0_and_100",
                condition=Q(process_rate=None) | Q(process_rate__range=(0, 100)),
                violation_error_message=_("A rate lies between 0 and 100 per cent."),
            ),
            RowSecurity(
                name="enterprise_progress_rows",
                read="report_id in (select r.id from grants_quarterreport r)",
                insert=_OF_MINE,
                update=_OF_MINE,
            ),
        ]

    def __str__(self) -> str:
        return str(self.enterprise_id)


class ReportEvidence(StoredFile, Placed):
    """A file that proves the value of an indicator. Never changed, never removed."""

    seen_at = ("grants:quarter_report", "report_id")
    report = models.ForeignKey(QuarterReport, models.PROTECT, related_name="evidence", verbose_name=_("report"))

    class Meta:
        verbose_name = _("evidence of a report")
        verbose_name_plural = _("evidence of reports")
        constraints = [
            *file_checks("report_evidence"),
            RowSecurity(name="report_evidence_rows", read=PLACE, insert=_FILES),
        ]


class ProgressFile(StoredFile, Placed):
    """A workbook with states of enterprises, brought for a report: judged first, taken over on purpose."""

    seen_at = ("grants:progress_file", "id")
    report = models.ForeignKey(QuarterReport, models.PROTECT, related_name="files", verbose_name=_("report"))
    state = models.CharField(_("state"), max_length=10, choices=ImportState.choices, default=ImportState.BROUGHT)
    found = models.JSONField(_("what was found"), default=dict)
    seen = models.CharField(max_length=64, blank=True)
    run = models.UUIDField(null=True, blank=True)
    ended_at = models.DateTimeField(_("ended"), null=True, blank=True)

    class Meta:
        verbose_name = _("file with states of enterprises")
        verbose_name_plural = _("files with states of enterprises")
        ordering = ["-pk"]
        constraints = [
            *file_checks("progress_file"),
            RowSecurity(
                name="progress_file_rows",
                read=_MINE,
                insert=f"(state = 'brought' and {_FILES})",
                update=_DRAFTS,
            ),
        ]
        triggers = [
            IMPORT.guard(),
            pgtrigger.Trigger(
                name="progress_file_is_kept",
                when=pgtrigger.Before,
                operation=pgtrigger.Update,
                func=f"""
                    if (new.report_id, new.sha256, new.storage_key, new.size, new.uploaded_by_id, new.unit_id)
                       is distinct from
                       (old.report_id, old.sha256, old.storage_key, old.size, old.uploaded_by_id, old.unit_id)
                       or old.state in ('taken', 'dropped') then
                        {refuse("progress_file_is_kept", "a file is never changed")}
                    end if;
                    return new;
                """,
            ),
        ]

    @property
    def is_open(self) -> bool:
        """Whether it may still be taken over."""
        return self.state in (ImportState.BROUGHT, ImportState.JUDGED)


class ReportSnapshot(Placed):
    """What a signatory signed, as text with its digest. The database writes it with each submission; it stays."""

    report = models.ForeignKey(QuarterReport, models.PROTECT, related_name="snapshots", verbose_name=_("report"))
    number = models.PositiveSmallIntegerField(_("number"))
    content = models.TextField(_("content"))
    sha256 = models.CharField(_("digest (SHA-256)"), max_length=64)
    signed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name=_("signed by")
    )
    at = models.DateTimeField(_("signed"))

    class Meta:
        verbose_name = _("signed report")
        verbose_name_plural = _("signed reports")
        ordering = ["report", "number"]
        constraints = [
            models.UniqueConstraint(
                name="report_snapshot_once",
                fields=["report", "number"],
                violation_error_message=_("This signature is kept already."),
            ),
            RowSecurity(name="report_snapshot_rows", read=PLACE),
        ]
        triggers = stays("report_snapshot_stays", "what was signed is never changed or removed")

    def __str__(self) -> str:
        return self.sha256
