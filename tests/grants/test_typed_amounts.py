"""An amount means the same wherever it is typed, pasted or brought in a file: a comma parts thousands or is refused."""

from __future__ import annotations

from decimal import Decimal
from types import SimpleNamespace

import pytest
from django.forms import ValidationError

from applications.forms.fields import YuanFormField
from applications.sheets.columns import wan_column
from applications.sheets.problems import Wrong
from grants.forms.assessing import _line
from grants.forms.fields import MoneyField
from grants.sheets import YuanColumn
from grants.sheets_equipment import EQUIPMENT
from grants.sheets_lines import LINES
from portal.audit.findings.forms import AmountField
from portal.audit.instruments.conditions import _value
from portal.audit.instruments.forms_fields import NumberField

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
