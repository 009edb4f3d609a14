"""The sheet in which a unit reports its enterprises: known again by their code, five things about each."""

from __future__ import annotations

from typing import Any, Final

from django.utils.translation import gettext_lazy as _

from applications.sheets.columns import ChoiceColumn, CodeColumn, Column, rate_column, yes_column
from applications.sheets.enterprises import DIGITAL, ENERGY
from applications.sheets.sheet import Ground, Row, Sheet

STATES: Final = ("digital_state", "has_rd_tools", "process_rate", "energy_level")
COLUMNS: Final = (
    CodeColumn(
        "credit_code",
        "统一社会信用代码",
        "Unified social credit code",
        required=True,
        example="91110000600037341L",
        hint_zh="与批复方案企业名单一致",
        hint_en="As in the roster of the approved plan",
        width=24,
    ),
    Column(
        "name",
        "企业名称",
        "Name of the enterprise",
        example="示例制造有限公司",
        hint_zh="仅供核对，不导入",
        hint_en="For reading only, not taken over",
        width=32,
    ),
    ChoiceColumn(
        "digital_state", "数字化改造状态", "Digital transformation", values=DIGITAL, required=True, example="已完成"
    ),
    yes_column("has_rd_tools", "已应用数字化研发设计工具", "Uses digital R&D and design tools", example="是"),
    rate_column("process_rate", "关键工序数控化率", "Key processes numerically controlled", example=63.5),
    ChoiceColumn("energy_level", "能效水平", "Energy efficiency", values=ENERGY, example="基准水平以上", width=18),
)
PROBLEMS: Final = {
    "not_in_plan": _("The roster of the approved plan has no enterprise of this code. Correct it or take the row out."),
}


def _across(row: Row, ground: Ground) -> list[tuple[str, str, dict[str, Any]]]:
    code = row.get("credit_code")
    return [("credit_code", "not_in_plan", {})] if code is not None and code not in ground.codes else []


PROGRESS: Final = Sheet("progress", "企业进展", "Progress of enterprises", COLUMNS, "credit_code", _across)
