"""An amount means the same wherever it is typed, pasted or brought in a file: a comma parts thousands or is refused."""

from __future__ import annotations

import io
from decimal import Decimal
from types import SimpleNamespace

import pytest
from django.forms import ValidationError

from applications.forms.fields import YuanFormField
from applications.imports import judging, reading
from applications.sheets.columns import wan_column
from applications.sheets.problems import Wrong
from applications.sheets.sheet import Ground
from grants.forms.assessing import _line
from grants.forms.fields import MoneyField
from grants.progress import PROGRESS
from grants.sheets import INVOICES, YuanColumn
from grants.sheets_equipment import EQUIPMENT
from grants.sheets_lines import LINES
from portal.audit.findings.forms import AmountField
from portal.audit.instruments.conditions import _value
from portal.audit.instruments.forms_fields import NumberField
from tests import sheets
from tests.factories_roster import credit_code

READERS = {
    "money": lambda text: MoneyField().clean(text),
    "dossier": lambda text: YuanFormField().clean(text),
    "finding": lambda text: AmountField().clean(text),
    "analysis": lambda text: NumberField().clean(text),
    "condition": lambda text: _value(SimpleNamespace(kind="yuan"), "gt", text),
    "issue lines": lambda text: LINES.by_key["amount"].value(text, []),
    "equipment list": lambda text: EQUIPMENT.by_key["price"].value(text, []),
    "sheet in 万元": lambda text: wan_column("amount", "金额", "Amount").value(text, []) / 10_000,
    "invoices": lambda text: YuanColumn("amount", "金额", "Amount").value(text, []),
    "equipment": lambda text: _line(f"Lathe\tX1\t1\t{text}\tMaker").price,
}


@pytest.mark.parametrize("reader", READERS)
@pytest.mark.parametrize("text", ["1,5", "12,50", "1234,56", "1,234,56", "1.234,56", "12,50.00", "，5", "300,000,00"])
def test_a_comma_that_parts_no_thousands_is_refused(reader, text):
    """In a file 12,50 became 1,250 yuan, a hundred times what was meant."""
    with pytest.raises((ValidationError, Wrong, ValueError)):
        READERS[reader](text)


@pytest.mark.parametrize("reader", READERS)
@pytest.mark.parametrize("text", ["50%", "５０％"])
def test_a_share_is_no_amount(reader, text):
    """In the lines of an issue document 50% was read as fifty yuan."""
    with pytest.raises((ValidationError, Wrong, ValueError)):
        READERS[reader](text)


@pytest.mark.parametrize("reader", READERS)
@pytest.mark.parametrize("text", ["1234.5", "1,234.50", "１，２３４．５０", " 1 234.5 ", "1\u00a0234.50"])
def test_separators_blanks_and_full_width_are_understood(reader, text):
    assert READERS[reader](text) == Decimal("1234.50")


@pytest.mark.parametrize(
    ("sheet", "key", "row"),
    [
        (EQUIPMENT, "price", {"line": "1", "name": "lathe", "quantity": 1}),
        (EQUIPMENT, "quantity", {"line": "1", "name": "lathe", "price": 1}),
        (INVOICES, "amount", {"number": "26352000000000000001", "dated": "2026-06-01", "seller": "x"}),
        (LINES, "amount", {"unit": "350200"}),
    ],
)
def test_a_cell_in_per_cent_is_no_amount(sheet, key, row):
    """Excel keeps 50 % as 0.5: half a yuan."""

    def share(book, page):
        place = [column.key for column in sheet.columns].index(key)
        page.write_number(1, place, 0.5, book.add_format({"num_format": "0%"}))

    found = reading.read(io.BytesIO(sheets.workbook(row, sheet=sheet, change=share)), sheet)
    said = judging.judge(found, sheet, Ground(frozenset(), ())).problems
    assert [(one.code, one.row, one.value) for one in said if one.key == key] == [("share", 2, "50%")]


def test_a_rate_of_the_progress_is_read_as_it_is_shown():
    def share(book, page):
        page.write_number(1, 4, 0.635, book.add_format({"num_format": "0.0%"}))

    row = {"credit_code": credit_code(1), "digital_state": "已完成"}
    found = reading.read(io.BytesIO(sheets.workbook(row, sheet=PROGRESS, change=share)), PROGRESS)
    verdict = judging.judge(found, PROGRESS, Ground(frozenset(), (), frozenset({credit_code(1)})))
    assert [row["process_rate"] for row in verdict.good] == [Decimal("63.50")]
    assert [(one.code, one.key) for one in verdict.remarks] == [("share_read", "process_rate")]


def test_signs_that_no_text_holds_do_not_reach_the_page():
    row = {"number": "26352000000000000001ZZZ", "dated": "2026-06-01", "seller": "x", "amount": "1"}
    content = sheets.with_part(
        sheets.workbook(row, sheet=INVOICES), "xl/sharedStrings.xml", lambda body: body.replace(b"ZZZ", b"_x0000_")
    )
    said = judging.judge(reading.read(io.BytesIO(content), INVOICES), INVOICES, Ground(frozenset(), ())).problems
    assert "number" in {one.key for one in said}
    assert not any("\0" in str(one.to_json()) or "\\x00" in str(one.to_json()) for one in said)
