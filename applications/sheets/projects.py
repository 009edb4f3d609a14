"""The sheet of projects, known again by their name. Public money, approvals and milestones stay in the pages."""

from __future__ import annotations

from decimal import ROUND_DOWN, Decimal
from typing import Any, Final

from applications import limits
from applications.enums import Mode, SupportMethod
from applications.sheets.columns import (
    ChoiceColumn,
    CodesColumn,
    Column,
    DayColumn,
    IndustryColumn,
    wan_column,
    yes_column,
)
from applications.sheets.sheet import Ground, Row, Sheet
from portal.core.money import FEN, in_wan
from portal.core.punctuation import listed

MODES: Final = {
    Mode.POINT.value: ("点（单个企业）", "point"),
    Mode.LINE.value: ("线（产业链）", "line"),
    Mode.AREA.value: ("面（集群或园区）", "area"),
}
METHODS: Final = {
    SupportMethod.INVESTMENT_SUBSIDY.value: ("投资补助", "investment subsidy"),
    SupportMethod.LOAN_INTEREST.value: ("贷款贴息", "loan-interest subsidy"),
    SupportMethod.GUARANTEE_FEE.value: ("担保费补贴", "guarantee-fee subsidy"),
}
_ALSO: Final = {"点": "point", "线": "line", "面": "area"}
ZERO: Final = Decimal("0.00")
COLUMNS: Final = (
    Column("name", "项目名称", "Name of the project", required=True, example="示例智能工厂项目", width=34),
    ChoiceColumn("mode", "改造方式", "Mode", required=True, values=MODES, also=_ALSO, example="点（单个企业）"),
    IndustryColumn("industry", "行业代码", "Industry (GB/T 4754)", required=True, example="C36"),
    Column(
        "enterprise_name",
        "牵头企业",
        "Leading enterprise",
        required=True,
        example="示例制造有限公司",
        width=30,
    ),
    CodesColumn(
        "codes",
        "参与企业信用代码",
        "Codes of enterprises taking part",
        default=(),
        example="91110000600037341L",
        hint_zh="须在企业名单中，用分号隔开",
        hint_en="All of the roster, with semicolons between them",
        width=30,
    ),
    wan_column("total_investment", "总投资", "Total investment", required=True, example=62000),
    wan_column("equipment_investment", "其中设备投资", "Of this equipment", default=ZERO, example=41000),
    wan_column("transformation_investment", "其中技术改造投资", "Of this technological transformation", default=ZERO),
    wan_column("support_asked", "申请支持金额", "Support asked", default=ZERO, example=6000),
    ChoiceColumn("method", "支持方式", "Method of support", values=METHODS, example="投资补助"),
    yes_column("other_national_money", "已获其他中央资金", "Has other national money", example="否"),
    Column("other_money_note", "其他中央资金说明", "Which other national money", most=300, width=24),
    DayColumn("starts_on", "开始日期", "Begins", required=True, example="2026-01-01"),
    DayColumn("ends_on", "结束日期", "Ends", required=True, example="2027-12-31"),
    yes_column("is_landmark", "标志性项目", "Landmark project", example="是"),
    Column("site", "建设地点", "Site", most=200, width=24),
    Column("safety_record", "安全环保情况", "Safety and environment record", most=2000, lines=True, width=30),
)


def _across(row: Row, ground: Ground) -> list[tuple[str, str, dict[str, Any]]]:
    found: list[tuple[str, str, dict[str, Any]]] = []
    industry = row.get("industry")
    if industry is not None:
        if industry not in ground.industries:
            found.append(("industry", "industry_unknown", {}))
        elif industry not in ground.focus:
            found.append(("industry", "industry_not_in_focus", {"focus": listed(ground.focus) or "–"}))
    total = row.get("total_investment")
    parts = ("equipment_investment", "transformation_investment")
    found += [(name, "part_above_total", {}) for name in parts if total is not None and (row.get(name) or ZERO) > total]
    if total is not None and total == 0:
        found.append(("total_investment", "missing", {}))
    if row.get("starts_on") and row.get("ends_on") and row["ends_on"] < row["starts_on"]:
        found.append(("ends_on", "ends_early", {}))
    if row.get("support_asked") and not row.get("method"):
        found.append(("method", "no_method", {}))
    codes = row.get("codes") or ()
    if limits.has_too_many(row.get("mode"), codes):
        found.append(("codes", "too_many_enterprises", {}))
    found += [("codes", "not_an_enterprise", {"code": code}) for code in codes if code not in ground.codes]
    return [*found, *_outside(row, ground), *_against_rules(row, ground)]


def _outside(row: Row, ground: Ground) -> list[tuple[str, str, dict[str, Any]]]:
    """Days in years of which the plan of this batch cannot speak."""
    if ground.span is None:
        return []
    years = dict(zip(("least", "most"), ground.span, strict=True))
    days = [(name, row[name]) for name in ("starts_on", "ends_on") if row.get(name) is not None]
    return [(name, "outside_span", years) for name, day in days if not limits.is_within(day, ground.span)]


def _against_rules(row: Row, ground: Ground) -> list[tuple[str, str, dict[str, Any]]]:
    """What the database would refuse by name, said in figures. Amounts in yuan; the sentence in ten thousand yuan."""
    found: list[tuple[str, str, dict[str, Any]]] = []
    total, asked = row.get("total_investment"), row.get("support_asked") or ZERO
    if total is not None and ground.support_share is not None and asked > total * ground.support_share:
        most = in_wan((total * ground.support_share).quantize(FEN, ROUND_DOWN))
        found.append(("support_asked", "support_above_share", {"most": most}))
    if asked and (row.get("other_national_money") or row.get("name") in ground.national):
        found.append(("support_asked", "supported_twice", {}))
    if row.get("other_national_money") and not row.get("other_money_note"):
        found.append(("other_money_note", "missing", {}))
    if row.get("is_landmark") and total is not None and ground.landmark is not None and total <= ground.landmark:
        found.append(("is_landmark", "landmark_small", {"least": in_wan(ground.landmark)}))
    return found


PROJECTS: Final = Sheet("projects", "项目清单", "Projects", COLUMNS, "name", _across, most=2_000)
