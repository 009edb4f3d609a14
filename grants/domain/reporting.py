"""Acts on quarterly reports: begin, write, sign, verify, return."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

from django.core.files.uploadedfile import UploadedFile
from django.urls import reverse
from django.utils.functional import lazy
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from grants.domain.papers import KINDS
from grants.enums_performance import IndicatorCode
from grants.models import Award, IndicatorActual, QuarterReport, ReportEvidence
from grants.models.performance import quarter_words
from grants.queries import unit_that_follows
from grants.states_performance import REPORT
from portal.accounts.enums import Role
from portal.core import clock
from portal.core.commands import command
from portal.core.errors import DomainError, Stale
from portal.core.files import XLSX, keep
from portal.core.scope import Actor
from portal.notifications.inbox import notify, recipients, recipients_of

# Evidence of an indicator: a statement with a seal, a picture, a table.
EVIDENCE = (*KINDS, XLSX)
# What a person types, and not the portal counts.
TYPED = (IndicatorCode.OWN, IndicatorCode.EQUIPMENT_INVESTMENT)
# The highest value an indicator holds.
MOST = Decimal("999999999999.99")


@dataclass(frozen=True)
class ActualInput:
    """What is said of one indicator. value: of those alone which are typed; file: new evidence, or None."""

    value: Decimal | None = None
    note: str = ""
    file: UploadedFile | None = None


@dataclass(frozen=True)
class ReportInput:
    """What a unit writes. version: the one that was read; actuals: by the number of the indicator's row."""

    version: int
    summary: str = ""
    problems: str = ""
    investment_now: Decimal | None = None
    investment_base: Decimal | None = None
    actuals: Mapping[int, ActualInput] = field(default_factory=dict)


def begin_report(*, by: Actor, award: Award, year: int, quarter: int) -> QuarterReport:
    """Begin the report of a quarter with the indicators of the plan. Raises NotAllowed; DomainError when not due."""
    with command(by, "grants.begin_report", award, lock=False) as act:
        row = QuarterReport(award=award, year=year, quarter=quarter, written_by_id=by.id, written_at=clock.now())
        # Place, days and figures are the database's own work.
        row.province_id, row.unit_id, row.ends_on, row.due_on = (
            award.province_id,
            award.unit_id,
            clock.today(),
            clock.today(),
        )
        row.green_from = row.yellow_from = Decimal(0)
        row.save(force_insert=True)
        row.refresh_from_db()
        return act.record(row)


def write_report(*, by: Actor, report: QuarterReport, what: ReportInput) -> QuarterReport:
    """Keep what the unit wrote; rates and shares follow from it.

    Raises NotAllowed; DomainError when no growth follows from the two figures of investment; Stale when somebody else
    saved meanwhile.
    """
    with command(by, "grants.write_report", report) as act:
        if report.version != what.version:
            raise Stale("changed_meanwhile", _("Somebody else saved this report meanwhile. Compare, then save again."))
        _check_growth(what.investment_now, what.investment_base)
        for row in IndicatorActual.objects.filter(report=report).order_by("place"):
            if row.pk in what.actuals:
                _keep_actual(by, report, row, what.actuals[row.pk])
        report.summary, report.problems = what.summary.strip(), what.problems.strip()
        report.investment_now, report.investment_base = what.investment_now, what.investment_base
        report.version += 1
        report.written_by_id, report.written_at = by.id, clock.now()
        names = ["summary", "problems", "investment_now", "investment_base", "version", "written_by", "written_at"]
        report.save(update_fields=names)
        return act.record(report)


def _check_growth(now: Decimal | None, base: Decimal | None) -> None:
    if base is not None and base <= 0:
        text = _("The figure of 2023 is above zero: the growth follows from it.")
        raise DomainError("investment_base_above_zero", text, "investment_base")
    if now is not None and base is not None and (now / base - 1) * 100 > MOST:
        text = _("No such growth is possible. Write both figures in yuan.")
        raise DomainError("investment_growth_possible", text, "investment_base")


def _keep_actual(by: Actor, report: QuarterReport, row: IndicatorActual, what: ActualInput) -> None:
    changed = {"note": what.note.strip()}
    if not row.is_counted:
        changed["value"] = what.value  # type: ignore[assignment]
    if what.file is not None:
        stored = keep(what.file, kinds=EVIDENCE, field=f"file_{row.pk}")
        place = {"province_id": report.province_id, "unit_id": report.unit_id}
        kept = ReportEvidence.objects.create(**stored.fields(by=by), report=report, **place)
        changed["evidence_id"] = kept.pk  # type: ignore[assignment]
    if any(getattr(row, name) != value for name, value in changed.items()):
        IndicatorActual.objects.filter(pk=row.pk).update(**changed)


def lacks(report: QuarterReport, actuals: list[Any]) -> list[str]:
    """What has to be filled in before the report can be signed, in words."""
    found = [] if report.summary else [_("What was done in the quarter is not told.")]
    if report.ends_on >= clock.today():
        found.append(_("The quarter is not over."))
    for row in actuals:
        if row.value is None and (row.code in TYPED or not row.note):
            text = _("%(indicator)s: the value is missing.")
            if row.code == IndicatorCode.EQUIPMENT_INVESTMENT:
                text = _("%(indicator)s: both investment figures are needed.")
            elif row.is_counted:
                text = _("%(indicator)s: no enterprise says anything of it. Report your enterprises, or say why not.")
            found.append(text % {"indicator": row.label})
        elif row.light != "green" and not row.note:
            found.append(_("%(indicator)s: say why it is off its path.") % {"indicator": row.label})
    return found


def sign_report(*, by: Actor, report: QuarterReport) -> QuarterReport:
    """Sign and submit: what stands is kept as it is and goes to the province. Raises NotAllowed, WrongState.

    Raises DomainError with all that is missing.
    """
    with command(by, "grants.sign_report", report) as act:
        missing = lacks(report, list(IndicatorActual.objects.filter(report=report).select_related("report")))
        if missing:
            raise DomainError("report_is_complete", " ".join(missing))
        act.to(report, REPORT)
        report.signed_by_id, report.signed_at = by.id, clock.now()
        report.save(update_fields=["state", "signed_by", "signed_at"])
        _tell(
            _of_province(report),
            gettext_lazy("The report of %(unit)s on %(period)s waits for you to verify it."),
            by,
            report,
        )
        return act.record(report)


def verify_report(*, by: Actor, report: QuarterReport) -> QuarterReport:
    """Verify a signed report; nothing in it changes any more. Raises NotAllowed, WrongState."""
    return _decide(by, report, "grants.verify_report", "")


def return_report(*, by: Actor, report: QuarterReport, why: str) -> QuarterReport:
    """Return a signed report with a reason. Raises NotAllowed, WrongState; DomainError without a reason."""
    return _decide(by, report, "grants.return_report", why)


def _decide(by: Actor, report: QuarterReport, name: str, why: str) -> QuarterReport:
    with command(by, name, report) as act:
        if name.endswith("return_report") and not why.strip():
            raise DomainError("reason", _("Say why it is returned, so that the unit can mend it."), "why")
        act.to(report, REPORT)
        report.verified_by_id, report.verified_at, report.returned_why = by.id, clock.now(), why.strip()
        report.save(update_fields=["state", "verified_by", "verified_at", "returned_why"])
        text = gettext_lazy("The province verified the report of %(unit)s on %(period)s.")
        if why.strip():
            text = gettext_lazy("The province returned the report of %(unit)s on %(period)s: %(why)s")
        _tell(_of_unit(report), text, by, report)
        return act.record(report, why.strip())


def _of_province(report: QuarterReport) -> list[int]:
    return recipients(Role.PROVINCIAL_OFFICER, code=f"GX{report.province_id}")


def _of_unit(report: QuarterReport) -> list[int]:
    units = filter(None, (report.unit_id, unit_that_follows(report.unit_id)))
    found = recipients_of(Role.DRAFTER, Role.SIGNATORY, units=units)
    return sorted(set().union(*found.values()))


def _tell(people: list[int], text: Any, by: Actor, report: QuarterReport) -> None:
    period = lazy(quarter_words, str)(report.year, report.quarter)
    url = reverse("grants:quarter_report", args=[report.pk])
    notify(people, text, by=by, url=url, unit=report.unit, period=period, why=report.returned_why)
