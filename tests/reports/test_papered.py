"""What stands in a document becomes figures and days in its workbook, and only where it is some."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest

from portal.reports.catalogue import Column
from portal.reports.papered import tables_of
from portal.reports.writers.shown import shown


@pytest.mark.parametrize(
    ("typed", "value"),
    [
        ("2026-03-01", date(2026, 3, 1)),
        ("1,234.50", Decimal("1234.50")),
        ("0.75", Decimal("0.75")),
        ("2026-02-30", "2026-02-30"),  # no day: it ended the report in a failure
        ("2026-03-01 25:00", "2026-03-01 25:00"),
        ("２０２６-０３-０１", "２０２６-０３-０１"),
        ("2026.10", "2026.10"),  # a month or a version, which became 2,026.1
        ("1234567890123456.78", "1234567890123456.78"),  # a spreadsheet keeps fifteen digits
    ],
)
def test_what_people_typed_stays_what_it_says(typed, value):
    table = {"kind": "table", "caption": "甲", "columns": [{"label": "乙"}], "rows": [[typed]]}
    section = {"title": "丙", "blocks": [{"kind": "facts", "rows": [["丁", typed]]}, table]}
    first, second = tables_of({"title": "戊", "facts": [], "sections": [section]})
    assert first.rows[0] == ["丙", "丁", value]
    assert second.rows == [[value]]


@pytest.mark.parametrize(
    ("value", "kind", "words"),
    [
        (12345, "text", "12345"),  # the number of an object in the trail was 12,345
        (Decimal("1234.50"), "text", "1,234.50"),
        (12345, "plain", "12345"),
        (12345, "number", "12,345"),
        (Decimal("1234.50"), "wan", "1,234.5"),
    ],
)
def test_a_number_among_words_is_no_count(value, kind, words):
    assert shown(value, Column("甲", kind)) == words
