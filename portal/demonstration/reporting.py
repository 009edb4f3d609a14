"""Quarterly reports of the paying round, by the commands: enterprises move on, one is returned, one is late."""

from __future__ import annotations

from datetime import datetime, timedelta
from decimal import Decimal
from typing import TYPE_CHECKING, Final

from applications.enums import Side
from applications.models import Enterprise
from grants.domain import reporting
from grants.enums_performance import IndicatorCode
from grants.models import Award, EnterpriseProgress, IndicatorActual, QuarterReport
from grants.performance import lights
from grants.queries.performance import OpenQuarter, open_quarters
from portal.core import clock
from portal.demonstration.invent import MARK, MILLION, dice
from portal.demonstration.provinces import body
from portal.demonstration.stage import acting
from portal.programme.models import Batch

if TYPE_CHECKING:
    from portal.demonstration.build import Ground

# The last quarters that are told, and whose report of the last one is missing, returned, or waits for the province.
QUARTERS: Final = 3
LATE, RETURNED, WAITING = 2, 4, 5
OWN: Final = "350200"  # the cast's own unit has the report of the last quarter open
SUMMARY: Final = f"{MARK}本季度重点推进设备更新和数字化改造，在建项目按计划实施，企业改造进度总体平稳。"
PROBLEMS: Final = f"{MARK}部分中小企业改造资金筹措较慢，建议加强金融对接。"
BEHIND: Final = f"{MARK}部分项目设备到货延期，已调整实施计划，预计下季度追平。"
WRONG: Final = f"{MARK}设备投资数据与统计部门口径不一致，请核实后重新报送。"


def report_all(batch: Batch, on: Ground) -> None:
    """The last quarters of every award that is paid."""
    today = clock.today()
    with acting(on.miit, clock.now()) as by:
        quarters = open_quarters(by.scope, on=today)
        awards = {row.pk: row for row in Award.objects.filter(batch=batch).select_related("unit")}
    by_award: dict[int, list[OpenQuarter]] = {}
    for one in quarters:
        if one.award in awards:
            by_award.setdefault(one.award, []).append(one)
    for place, (key, found) in enumerate(sorted(by_award.items())):
        _unit(awards[key], found[-QUARTERS:], place, on)


def _unit(award: Award, quarters: list[OpenQuarter], place: int, on: Ground) -> None:
    for number, one in enumerate(quarters):
        is_last = number == len(quarters) - 1
        if is_last and (place == LATE or award.unit_id == OWN):
            return
        _report(award, one, number, on, end=_end(place) if is_last else "verify")


def _end(place: int) -> str:
    return {RETURNED: "return", WAITING: "wait"}.get(place, "verify")


def _report(award: Award, one: OpenQuarter, number: int, on: Ground, *, end: str) -> None:
    code = f"ZF{award.unit_id}"
    drafter, signatory = (on.people[code, role][0] for role in ("drafter", "signatory"))
    at = clock.end_of_day(one.ends_on) + timedelta(days=4)
    with acting(drafter, at) as by:
        report = reporting.begin_report(by=by, award=award, year=one.year, quarter=one.quarter)
        _move(report, number)
        what = _told(report, number)
        reporting.write_report(by=by, report=report, what=what)
    with acting(signatory, at + timedelta(days=2)) as by:
        reporting.sign_report(by=by, report=report)
    if end != "wait":
        _decide(report, on, at + timedelta(days=5), end)


def _decide(report: QuarterReport, on: Ground, at: datetime, end: str) -> None:
    officer = on.people[body(Side.INDUSTRY, report.province_id), "provincial_officer"][0]
    with acting(officer, at) as by:
        if end == "return":
            reporting.return_report(by=by, report=report, why=WRONG)
        else:
            reporting.verify_report(by=by, report=report)


def _move(report: QuarterReport, number: int) -> None:
    """Some enterprises finish what was under way."""
    rows = Enterprise.objects.filter(application=report.award.application_id).exclude(digital_state="transformed")
    EnterpriseProgress.objects.bulk_create(
        EnterpriseProgress(
            report=report,
            enterprise=row,
            digital_state="transformed",
            has_rd_tools=True,
            process_rate=min(Decimal(100), (row.process_rate or Decimal(40)) + 6),
            energy_level="benchmark" if row.energy_level else "",
        )
        for row in rows.order_by("credit_code")[number * 3 : number * 3 + 3]
    )


def _told(report: QuarterReport, number: int) -> reporting.ReportInput:
    chance = dice("report", report.unit_id, number)
    base = Decimal(chance.randint(400, 900)) * MILLION
    now = base * (104 + 4 * number + chance.randint(0, 6)) / 100
    said = {}
    for row in IndicatorActual.objects.filter(report=report):
        value = row.value
        if not row.is_counted:
            value = row.baseline + (row.expected - row.baseline) * chance.randint(60, 115) / 100
        elif row.code == IndicatorCode.EQUIPMENT_INVESTMENT:
            value = (now / base - 1) * 100
        share = lights.reached(row.baseline, row.expected, row.goal, value)
        behind = share is None or share < report.green_from
        typed = None if row.is_counted or value is None else value.quantize(Decimal("0.01"))
        said[row.pk] = reporting.ActualInput(typed, BEHIND if behind else "")
    return reporting.ReportInput(1, SUMMARY, PROBLEMS, now, base, said)
