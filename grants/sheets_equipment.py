"""The sheet of an acceptance's equipment: the template that is taken away, and a file that is brought back."""

from __future__ import annotations

import re
from dataclasses import dataclass
from decimal import Decimal
from typing import Any, Final

from django.core.files.uploadedfile import UploadedFile
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from applications.imports import judging, reading
from applications.imports.judging import Verdict
from applications.sheets import problems
from applications.sheets.columns import Cell, Column, FigureColumn, Said, half_width
from applications.sheets.problems import Wrong
from applications.sheets.sheet import Ground, Row, Sheet
from grants.sheets_taken import refuse_unfit
from portal.core.errors import DomainError
from portal.core.money import ungrouped

MOST: Final = 500
TEXTS: Final = {"no_whole": gettext_lazy("Write a whole number above zero, at most nine digits.")}
problems.register(TEXTS)


@dataclass(frozen=True)
class WholeColumn(Column):
    """A number of pieces."""

    def read(self, cell: Cell, said: Said) -> int:
        """Read the number; a spreadsheet's 3.0 is three. Raises Wrong."""
        try:
            text = ungrouped(half_width(cell, said)) if isinstance(cell, str) else repr(cell)
        except ValueError as error:
            raise Wrong("no_whole") from error
        if isinstance(cell, bool) or not re.fullmatch(r"[1-9]\d{0,8}(\.0*)?", text):
            raise Wrong("no_whole")
        return int(Decimal(text))


def _nothing_across(row: Row, ground: Ground) -> list[tuple[str, str, dict[str, Any]]]:
    return []


EQUIPMENT: Final = Sheet(
    name="equipment",
    zh="设备清单",
    en="Equipment list",
    columns=(
        Column("line", "序号", "Number", required=True, most=10, example="1", width=8),
        Column("name", "设备名称", "Equipment", required=True, most=120, example="数控加工中心", width=30),
        Column("model", "型号", "Model", most=80, example="VMC850", width=18),
        WholeColumn("quantity", "数量", "Quantity", required=True, example="12", width=10),
        FigureColumn(
            "price",
            "总价（元）",
            "Price together (yuan)",
            required=True,
            ceiling=Decimal("999999999999999.99"),
            example=8640000.00,
            width=20,
        ),
        Column("supplier", "供应商", "Supplier", most=160, example="示例机床有限公司", width=30),
    ),
    key="line",
    across=_nothing_across,
    most=MOST,
)


def read_equipment(upload: UploadedFile) -> Verdict:
    """Judge a file with an equipment list, XLSX or CSV; nothing is kept.

    Raises DomainError beside `file`: too large, another kind, damaged, without the template's headings, too long.
    """
    refuse_unfit(upload)
    found = reading.read(upload, EQUIPMENT)  # type: ignore[arg-type]  # a file that is read and sought
    if len(found.rows) > MOST:
        raise DomainError("sheet_too_large", _("At most %(most)s lines.") % {"most": MOST}, "file")
    return judging.judge(found, EQUIPMENT, Ground(frozenset(), ()))
