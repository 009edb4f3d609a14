"""The sheet of invoices that a payment request takes from Excel or CSV."""

from __future__ import annotations

import dataclasses
import io
import re
from collections.abc import Collection
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any, ClassVar, Final

import xlsxwriter
from django.utils.translation import gettext_lazy

from applications.sheets import problems
from applications.sheets.columns import Cell, CodeColumn, Column, DayColumn, Said, half_width
from applications.sheets.problems import Wrong
from applications.sheets.sheet import Ground, Row, Sheet
from portal.core.money import ungrouped

TEXTS: Final = {
    "invoice_form": gettext_lazy(
        "An electronic invoice has 20 digits and no code; a paper one a code of 10 or 12 digits and a number of 8."
    ),
    "invoice_as_number": gettext_lazy("Format this column as text: a spreadsheet does not keep 20 digits of a number."),
    "no_yuan": gettext_lazy("Write an amount in yuan above zero with at most two places."),
    "dated_later": gettext_lazy("The day lies in the future."),
    "stands_already": gettext_lazy("This invoice stands in the request already. Take this row out."),
}
problems.register(TEXTS)


@dataclass(frozen=True)
class DigitsColumn(Column):
    """Digits that are no number: the code or number of an invoice."""

    is_text: ClassVar[bool] = True

    def read(self, cell: Cell, said: Said) -> str:
        """Read the digits. Raises Wrong when a spreadsheet made them a number."""
        if not isinstance(cell, str):
            raise Wrong("invoice_as_number")
        return re.sub(r"\s", "", half_width(cell, said))


@dataclass(frozen=True)
class YuanColumn(Column):
    """An amount in yuan."""

    def read(self, cell: Cell, said: Said) -> Decimal:
        """Read the amount, exact to the fen. Raises Wrong."""
        try:
            text = ungrouped(half_width(cell, said)) if isinstance(cell, str) else repr(cell)
        except ValueError as error:
            raise Wrong("no_yuan") from error
        if not re.fullmatch(r"\d{1,15}(\.\d{1,2}|\.\d{2}0*)?", text):
            raise Wrong("no_yuan")
        amount = Decimal(text).quantize(Decimal("0.01"))
        if not amount:
            raise Wrong("no_yuan")
        return amount


def has_its_form(code: str, number: str) -> bool:
    """Whether it is an electronic invoice of 20 digits, or a paper one of code and number."""
    if code:
        return bool(re.fullmatch(r"([0-9]{10}|[0-9]{12})", code) and re.fullmatch(r"[0-9]{8}", number))
    return re.fullmatch(r"[0-9]{20}", number) is not None


def _across(row: Row, ground: Ground) -> list[tuple[str, str, dict[str, Any]]]:
    if "number" in row and not has_its_form(row.get("code", ""), row["number"]):
        return [("number", "invoice_form", {})]
    return []


INVOICES: Final = Sheet(
    name="invoices",
    zh="发票与合同清单",
    en="Invoices and contracts",
    columns=(
        DigitsColumn(
            "code", "发票代码", "Invoice code", hint_zh="全电发票不填", hint_en="Blank for an electronic invoice"
        ),
        DigitsColumn(
            "number",
            "发票号码",
            "Invoice number",
            required=True,
            example="26352000000000000001",
            hint_zh="全电发票 20 位；纸质发票 8 位",
            hint_en="20 digits; of a paper invoice 8",
            width=26,
        ),
        DayColumn("dated", "开票日期", "Date", required=True, example="2026-06-01"),
        Column("seller", "销售方名称", "Seller", required=True, example="示例机床有限公司", width=30),
        CodeColumn(
            "seller_code",
            "销售方信用代码",
            "Credit code of the seller",
            required=True,
            example="91110000600037341L",
            width=24,
        ),
        YuanColumn("amount", "价税合计（元）", "Amount with tax (yuan)", required=True, example="1250000.00"),
        Column("contract_no", "合同编号", "Contract number", example="HT-2026-001", most=80, width=20),
    ),
    key="number",
    beside=("code",),
    across=_across,
    most=2_000,
)


def for_request(there: Collection[str], today: date) -> Sheet:
    """The sheet for a request whose invoices have these digits already (code and number together), as of a day."""

    def across(row: Row, ground: Ground) -> list[tuple[str, str, dict[str, Any]]]:
        found = _across(row, ground)
        if "number" in row and row.get("code", "") + row["number"] in there:
            found.append(("number", "stands_already", {}))
        if "dated" in row and row["dated"] > today:
            found.append(("dated", "dated_later", {}))
        return found

    return dataclasses.replace(INVOICES, across=across)


NO_GROUND: Final = Ground(industries=frozenset(), focus=())


def template() -> bytes:
    """The workbook in which invoices are listed: headings in both languages, and columns that keep their form."""
    file = io.BytesIO()
    with xlsxwriter.Workbook(file) as book:
        head = book.add_format({"bold": True, "text_wrap": True, "valign": "top", "bg_color": "#E8EEF6", "border": 1})
        quiet = book.add_format({"text_wrap": True, "valign": "top", "bg_color": "#E8EEF6", "border": 1})
        text, day = book.add_format({"num_format": "@"}), book.add_format({"num_format": "yyyy-mm-dd"})
        page = book.add_worksheet(INVOICES.zh)
        page.freeze_panes(2, 0)
        for place, column in enumerate(INVOICES.columns):
            look = day if isinstance(column, DayColumn) else None if isinstance(column, YuanColumn) else text
            page.set_column(place, place, column.width, look)
            page.write_string(0, place, column.zh + ("*" if column.required else ""), head)
            page.write_string(1, place, column.en, quiet)
            note = f"{column.hint_zh} {column.hint_en} {column.example}".strip()
            if note:
                page.write_comment(0, place, note)
    return file.getvalue()
