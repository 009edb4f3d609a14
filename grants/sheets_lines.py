"""The lines of an issue document as a sheet: the template that is taken away, and a file that is brought back."""

from __future__ import annotations

import dataclasses
from collections.abc import Sequence
from decimal import Decimal
from typing import Any, Final

from django.core.files.uploadedfile import UploadedFile
from django.utils.translation import gettext_lazy

from applications.imports import judging, reading
from applications.imports.judging import Verdict
from applications.sheets.columns import Column, FigureColumn
from applications.sheets.sheet import Ground, Row, Sheet
from grants.queries.issue_papers import Open
from grants.sheets_taken import refuse_unfit

# What is wrong with a line, for `applications.sheets.problems`.
TEXTS: Final = {
    "unit_not_open": gettext_lazy(
        "No unit of this code has anything left in this tranche. Compare it with the template."
    ),
    "above_left": gettext_lazy("This unit has %(left)s yuan left in this tranche. Lower the amount."),
}
COLUMNS: Final = (
    Column("unit", "单位代码", "Unit code", required=True, most=20, width=14),
    Column("province", "省份", "Province", width=18),
    Column("name", "试点单位", "Pilot unit", width=24),
    FigureColumn("left", "本批可下达（元）", "Left of the tranche (yuan)", width=22),
    FigureColumn(
        "amount",
        "本次下达（元）",
        "Issued now (yuan)",
        width=22,
        hint_zh="不下达的单位留空",
        hint_en="Leave it empty for a unit that gets nothing now",
    ),
)


def _nothing_across(row: Row, ground: Ground) -> list[tuple[str, str, dict[str, Any]]]:
    return []


LINES: Final = Sheet("issue-lines", "资金分配表", "Allocation", COLUMNS, "unit", _nothing_across, most=500, fixed=True)


def rows_of(lines: Sequence[Open]) -> list[Row]:
    """The template's rows: every open unit with what is left, and that as what is issued."""
    return [
        {
            "unit": one.award.unit_id,
            "province": one.award.province.name_zh,
            "name": one.award.unit.name_zh,
            "left": one.left,
            "amount": one.left,
        }
        for one in lines
    ]


def read_lines(upload: UploadedFile, lines: Sequence[Open]) -> Verdict:
    """Judge a file of lines, XLSX or CSV; nothing is kept. Its good rows name unit and amount.

    Raises DomainError beside `file`: too large, another kind, damaged, without the template's headings.
    """
    refuse_unfit(upload)
    left = {one.award.unit_id: one.left for one in lines}

    def across(row: Row, ground: Ground) -> list[tuple[str, str, dict[str, Any]]]:
        unit, amount = row.get("unit"), row.get("amount")
        if unit is not None and unit not in left:
            return [("unit", "unit_not_open", {})]
        if unit is not None and amount is not None and amount > left[unit]:
            return [("amount", "above_left", {"left": f"{left[unit]:,.2f}"})]
        return []

    sheet = dataclasses.replace(LINES, across=across)
    return judging.judge(reading.read(upload, sheet), sheet, Ground(frozenset(), ()))  # type: ignore[arg-type]


def amounts(verdict: Verdict, lines: Sequence[Open]) -> dict[int, Decimal]:
    """What a good file gives each award, by its number; units without an amount are left out."""
    given = {row["unit"]: row["amount"] for row in verdict.good if row["amount"]}
    return {one.award.pk: given[one.award.unit_id] for one in lines if one.award.unit_id in given}
