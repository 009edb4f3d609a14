"""The sheet of indicators: those of the programme by their names, and the unit's own; a value for each year."""

from __future__ import annotations

import unicodedata
from dataclasses import dataclass
from decimal import Decimal
from typing import Any, ClassVar, Final

from applications import limits
from applications.enums import TargetCode
from applications.sheets.columns import Cell, Column, FigureColumn, Said
from applications.sheets.sheet import Ground, Row, Sheet

YEARS: Final = 5
# Before the name of an indicator of the unit's own, so that it is never taken for one of the programme's.
OWN: Final = "own:"
NAMES: Final = {
    TargetCode.DIGITAL_TOOLS.value: (
        "应用数字化研发设计工具的企业比例",
        "Enterprises that use digital R&D and design tools",
    ),
    TargetCode.PROCESS_CONTROL.value: ("关键工序数控化率", "Key processes that are numerically controlled"),
    TargetCode.EQUIPMENT_INVESTMENT.value: (
        "工业设备投资规模较2023年增长",
        "Growth of industrial equipment investment against 2023",
    ),
    TargetCode.ENERGY.value: ("达到能效标杆水平的产能比例", "Capacity at the benchmark level of energy efficiency"),
}


@dataclass(frozen=True)
class IndicatorColumn(Column):
    """The name of an indicator; one of the programme's is known by its Chinese or English name."""

    def read(self, cell: Cell, said: Said) -> str:
        """The code of the programme's indicator, else the own name behind its mark."""
        text = str(super().read(cell, said))
        asked = unicodedata.normalize("NFKC", text).casefold()
        for code, names in NAMES.items():
            if asked in {unicodedata.normalize("NFKC", name).casefold() for name in names}:
                return code
        return OWN + text

    def write(self, value: Any) -> Cell:
        """The Chinese name."""
        return NAMES[value][0] if value in NAMES else str(value).removeprefix(OWN)


class UnitColumn(Column):
    """In what an indicator is counted; the sign of per cent in any width is the one sign."""

    is_text: ClassVar[bool] = True

    def read(self, cell: Cell, said: Said) -> str:
        """The unit. Raises Wrong."""
        text = str(super().read(cell, said))
        return limits.UNIT_OF_RATES if unicodedata.normalize("NFKC", text) == limits.UNIT_OF_RATES else text


_CEILING: Final = Decimal("999999999999.99")
_ORDINAL: Final = ("申报当年", "第2年", "第3年", "第4年", "第5年")


def _figure(key: str, zh: str, en: str, **more: Any) -> FigureColumn:
    """A value in the unit of its row; the unit's own indicators may lie below zero."""
    return FigureColumn(key, zh, en, floor=-_CEILING, ceiling=_CEILING, percent=True, **more)


COLUMNS: Final = (
    IndicatorColumn(
        "indicator",
        "指标名称",
        "Indicator",
        required=True,
        most=120,
        example="关键工序数控化率",
        hint_zh="规定指标请勿改名；自选指标另起一行",
        hint_en="Leave the programme's names as they are; own ones on lines of their own",
        width=36,
    ),
    Column("formula", "计算方法（自选指标）", "Formula (own indicators)", most=300, width=30),
    UnitColumn("unit", "单位", "Unit", most=20, default=limits.UNIT_OF_RATES, example="%"),
    _figure("baseline", "基期值", "Baseline", example=58.5),
    *(_figure(f"year_{number}", f"{name}目标", f"End of year {number + 1}") for number, name in enumerate(_ORDINAL)),
    _figure("goal", "期末目标值", "Goal at the end", example=80),
)
VALUES: Final = ("baseline", *(f"year_{number}" for number in range(YEARS)), "goal")


def _across(row: Row, ground: Ground) -> list[tuple[str, str, dict[str, Any]]]:
    own = str(row.get("indicator", "")).startswith(OWN)
    found: list[tuple[str, str, dict[str, Any]]] = []
    if own and not row.get("formula"):
        found.append(("formula", "needs_formula", {}))
    found += [(name, "missing", {}) for name in ("baseline", "goal") if name in row and row[name] is None]
    return [*found, *_beyond_limits(row)]


def _beyond_limits(row: Row) -> list[tuple[str, str, dict[str, Any]]]:
    """What an indicator of the programme may not be: it is a rate, with the bounds that its form has."""
    most = limits.largest(str(row.get("indicator", "")))
    if most is None:
        return []
    found: list[tuple[str, str, dict[str, Any]]] = []
    if row.get("unit", limits.UNIT_OF_RATES) != limits.UNIT_OF_RATES:
        found.append(("unit", "counted_in_per_cent", {}))
    given = [(name, row[name]) for name in VALUES if row.get(name) is not None]
    found += [(name, "below_zero", {}) for name, value in given if value < 0]
    found += [(name, "too_large", {"most": f"{most:f}"}) for name, value in given if value > most]
    return found


def _is_rate(column: Column, row: Row) -> bool:
    """Whether the figures of this row are counted in per cent, as its unit says."""
    return isinstance(column, FigureColumn) and row.get("unit", limits.UNIT_OF_RATES) == limits.UNIT_OF_RATES


def _is_blank(row: Row) -> bool:
    """A programme's indicator that nobody filled in says nothing."""
    return row.get("indicator") in NAMES and all(row.get(name) is None for name in VALUES)


INDICATORS: Final = Sheet(
    "indicators",
    "指标表",
    "Indicators",
    COLUMNS,
    "indicator",
    _across,
    most=200,
    fixed=True,
    is_blank=_is_blank,
    is_rate=_is_rate,
)
