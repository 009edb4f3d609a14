"""The sheet of enterprises: fifteen columns, known again by the unified social credit code."""

from __future__ import annotations

from typing import Any, Final

from applications.enums import DigitalState, EnergyLevel
from applications.sheets.columns import (
    ChoiceColumn,
    CodeColumn,
    Column,
    IndustryColumn,
    YearColumn,
    rate_column,
    wan_column,
    yes_column,
)
from applications.sheets.sheet import Ground, Row, Sheet
from portal.core.punctuation import listed

DIGITAL: Final = {
    DigitalState.NOT_BEGUN.value: ("未开始", "not begun"),
    DigitalState.UNDER_WAY.value: ("改造中", "under way"),
    DigitalState.TRANSFORMED.value: ("已完成", "transformed"),
}
ENERGY: Final = {
    EnergyLevel.BENCHMARK.value: ("达到标杆水平", "at the benchmark level"),
    EnergyLevel.BASELINE.value: ("基准水平以上", "between baseline and benchmark"),
    EnergyLevel.BELOW.value: ("低于基准水平", "below the baseline"),
}
COLUMNS: Final = (
    CodeColumn(
        "credit_code",
        "统一社会信用代码",
        "Unified social credit code",
        required=True,
        example="91110000600037341L",
        hint_zh="18位，列格式为文本",
        hint_en="18 signs, column formatted as text",
        width=24,
    ),
    Column("name", "企业名称", "Name of the enterprise", required=True, example="示例制造有限公司", width=32),
    IndustryColumn(
        "industry",
        "行业代码",
        "Industry (GB/T 4754)",
        required=True,
        example="C36",
        hint_zh="聚焦行业的大类或中类代码",
        hint_en="Division or group of a focus industry",
    ),
    wan_column("revenue", "上年营业收入", "Revenue of last year", required=True, example=52300),
    yes_column("is_chain_leader", "链主企业", "Chain leader", example="否"),
    yes_column("is_leading", "龙头企业", "Leading enterprise", example="是"),
    yes_column("is_champion", "制造业单项冠军", "Manufacturing champion", example="否"),
    yes_column("is_little_giant", "专精特新“小巨人”", "Specialised little giant", example="是"),
    ChoiceColumn(
        "digital_state",
        "数字化改造状态",
        "Digital transformation",
        values=DIGITAL,
        required=True,
        example="改造中",
    ),
    YearColumn("digital_year", "计划完成改造年份", "Transformed by the end of", example=2027),
    yes_column("has_rd_tools", "已应用数字化研发设计工具", "Uses digital R&D and design tools", example="是"),
    YearColumn("rd_tools_year", "计划应用研发设计工具年份", "Uses R&D tools by the end of"),
    rate_column("process_rate", "关键工序数控化率（现状）", "Key processes numerically controlled, now", example=58.5),
    rate_column("process_goal", "关键工序数控化率（期末）", "Key processes numerically controlled, end", example=80),
    ChoiceColumn(
        "energy_level",
        "能效水平",
        "Energy efficiency",
        values=ENERGY,
        example="基准水平以上",
        hint_zh="国家未发布能效水平的领域留空",
        hint_en="Blank where the state publishes no levels",
        width=18,
    ),
)


def _across(row: Row, ground: Ground) -> list[tuple[str, str, dict[str, Any]]]:
    found: list[tuple[str, str, dict[str, Any]]] = []
    industry = row.get("industry")
    if industry is not None:
        if industry not in ground.industries:
            found.append(("industry", "industry_unknown", {}))
        elif not ground.in_focus(industry):
            found.append(("industry", "industry_not_in_focus", {"focus": listed(ground.focus) or "–"}))
    rate, goal = row.get("process_rate"), row.get("process_goal")
    if rate is not None and goal is not None and goal < rate:
        found.append(("process_goal", "goal_below_rate", {}))
    return found


ENTERPRISES: Final = Sheet("enterprises", "企业名单", "Enterprises", COLUMNS, "credit_code", _across)
