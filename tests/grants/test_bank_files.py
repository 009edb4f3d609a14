"""Reading statements: CSV in both languages and encodings, camt.053 of several versions, hostile XML."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest
from django.utils import translation

from grants.bank.camt import read_camt
from grants.bank.csv_file import COLUMNS, read_csv
from tests import bank_files as make

ROWS = [
    ["6222", "2026-11-02", "R1", "", "60.00", "940.00", "甲公司", "6228", "支付1"],
    ["6222", "2026/11/03", "R2", "1,000.50", "", "1940.50", "", "", ""],
]
ZH = [column.zh for column in COLUMNS]
EN = [column.en for column in COLUMNS]


@pytest.mark.parametrize("heads", [ZH, EN, [name.upper() for name in EN]])
@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030"])
def test_a_csv_is_read_in_both_languages_and_encodings(heads, encoding):
    found = read_csv(make.csv_file([heads, *ROWS], encoding=encoding))
    assert found.problems == []
    (one,) = found.statements
    assert (one.account, one.begins, one.ends) == ("6222", date(2026, 11, 2), date(2026, 11, 3))
    assert (one.opening, one.sum, one.closing) == (Decimal("1000.00"), Decimal("940.50"), Decimal("1940.50"))
    assert [movement.direction for movement in one.movements] == ["debit", "credit"]
    assert one.movements[0].name == "甲公司"


@pytest.mark.parametrize(
    ("row", "column", "changes"),
    [
        (2, "Date", {1: "2026-13-01"}),
        (2, "Date", {1: "2999-01-01"}),
        (2, "Debit", {4: "1.234"}),
        (2, "Debit", {4: "=1+1"}),
        (2, "Credit", {3: "60.00"}),
        (2, "Credit", {4: ""}),
        (2, "Credit", {4: "-60.00"}),
        (3, "Balance", {5: "940.01"}),
        (2, "Balance", {5: ""}),
        (2, "Bank reference", {2: ""}),
        (2, "Debit", {4: "10000000000000000.00"}),
        (2, "Balance", {5: "99999999999999999999"}),
        (3, "Bank reference", {2: "R2"}),
        (3, "Account", {0: "6223"}),
        (2, "Counterparty", {6: "x" * 161}),
        (2, "Remittance information", {8: "a\x07b"}),
        (2, "Account", {0: "6.22202E+15"}),
        (2, "Bank reference", {2: "2.02611E+12"}),
        (2, "Counterparty account", {7: "6.228E+18"}),
        (2, "Date", {1: "2026-1-32"}),
        (2, "Date", {1: "202612"}),
    ],
)
def test_what_is_wrong_stands_with_row_and_column(row, column, changes):
    rows = [list(ROWS[0]), list(ROWS[1])]
    for place, value in changes.items():
        rows[0][place] = value
    with translation.override("en"):
        found = read_csv(make.csv_file([EN, *rows]))
    assert (row, column) in {(one.row, one.column) for one in found.problems}
    assert found.statements == []


@pytest.mark.parametrize(
    "day",
    ["2026/1/5", "2026-1-5", "2026年1月5日", "20260105", "2026-01-05 08:30:00", "2026/1/5 8:30", "２０２６－１－５"],
)
def test_days_are_read_as_spreadsheets_and_banks_write_them(day):
    rows = [["６２２２", day, *ROWS[0][2:]]]
    (one,) = read_csv(make.csv_file([ZH, *rows])).statements
    assert (one.begins, one.account) == (date(2026, 1, 5), "6222")


def test_a_missing_or_doubled_column_is_named():
    with translation.override("zh-hans"):
        found = read_csv(make.csv_file([[*ZH[:-1], ZH[0]], *ROWS]))
    assert {(one.row, one.column) for one in found.problems} == {(1, "摘要"), (1, "本方账号")}


@pytest.mark.parametrize("content", [b"", b"\n\n", b"\xff\xfe\x00", "账号\n".encode("utf-16")])
def test_what_is_no_csv_is_refused(content):
    found = read_csv(content)
    assert found.problems
    assert found.statements == []


def test_the_same_lines_have_the_same_identity_and_others_another():
    (one,) = read_csv(make.csv_file([ZH, *ROWS])).statements
    (same,) = read_csv(make.csv_file([EN, *ROWS], encoding="gb18030")).statements
    (other,) = read_csv(make.csv_file([ZH, ROWS[0]])).statements
    assert one.identity == same.identity != other.identity
    assert one.keys() == ["r:R1", "r:R2"]


@pytest.mark.parametrize("version", ["02", "04", "08", "13"])
def test_camt_is_read_in_its_versions(version):
    found = read_camt(make.camt([make.Entry("60.00", "支付1", name="甲公司", reference="R1")], version=version))
    assert found.problems == []
    (one,) = found.statements
    assert (one.number, one.account) == ("STMT-1", "3500001")
    assert (one.opening, one.sum, one.closing) == (Decimal("1000.00"), Decimal("-60.00"), Decimal("940.00"))
    (movement,) = one.movements
    assert (movement.direction, movement.name, movement.text, movement.reference) == ("debit", "甲公司", "支付1", "R1")


def test_camt_without_references_keeps_equal_lines_apart():
    twice = [make.Entry("5.00", "手续费", reference=""), make.Entry("5.00", "手续费", reference="")]
    (one,) = read_camt(make.camt(twice)).statements
    (again,) = read_camt(make.camt([*twice, make.Entry("6.00", "x", reference="")], number="STMT-2")).statements
    assert len(set(one.keys())) == 2
    assert set(one.keys()) < set(again.keys())


def test_camt_of_another_number_or_period_is_another_statement():
    entries = [make.Entry("5.00", "x")]
    (one,) = read_camt(make.camt(entries)).statements
    (same,) = read_camt(make.camt(entries, version="08")).statements
    (other,) = read_camt(make.camt(entries, number="STMT-2")).statements
    assert one.identity == same.identity != other.identity


def test_pending_entries_are_no_movements():
    found = read_camt(make.camt([make.Entry("5.00", "x", status="PDNG"), make.Entry("6.00", "y")]))
    assert [one.amount for one in found.statements[0].movements] == [Decimal("6.00")]


def test_parts_of_a_collected_entry_count_one_by_one():
    content = make.camt([make.Entry("5.00", "x", parts=["2.00", "3.00"])])
    (one,) = read_camt(content).statements
    assert [movement.amount for movement in one.movements] == [Decimal("2.00"), Decimal("3.00")]
    assert len(set(one.keys())) == 2
    found = read_camt(make.camt([make.Entry("5.00", "x", parts=["2.00", "2.00"])]))
    assert [problem.column for problem in found.problems] == ["NtryDtls"]


BOMB = '<!DOCTYPE x [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;">]>'
OUTSIDE = '<!DOCTYPE x [<!ENTITY a SYSTEM "file:///etc/passwd">]>'
REMOTE = '<!DOCTYPE x SYSTEM "http://127.0.0.1:1/x.dtd">'


@pytest.mark.parametrize("head", [BOMB, OUTSIDE, REMOTE, "<!doctype x>"])
@pytest.mark.parametrize("encoding", ["utf-8", "utf-16"])
def test_document_types_and_entities_are_refused(head, encoding):
    text = make.camt([make.Entry("5.00", "&a;" if "a" in head and "ENTITY" in head else "x")]).decode()
    hostile = text.replace("?>", f"?>{head}", 1).replace("UTF-8", encoding)
    found = read_camt(hostile.encode(encoding))
    assert found.statements == []
    assert [one.column for one in found.problems] in (["DOCTYPE"], [""])


@pytest.mark.parametrize(
    ("content", "column"),
    [
        (b"<a/>", "Document"),
        (b"<a", ""),
        (make.camt([make.Entry("5.00", "x")], version="01"), "Document"),
        (make.camt([make.Entry("0.00", "x")]), "Amt"),
        (make.camt([make.Entry("5.005", "x")]), "Amt"),
        (make.camt([make.Entry("5.00", "x", currency="EUR")]), "Amt"),
        (make.camt([make.Entry("5.00", "x", day="2026-02-30")]), "BookgDt/Dt"),
        (make.camt([make.Entry("1E2", "x")]), "Amt"),
        (make.camt([make.Entry("5.00", "x", day="0001-01-01T00:00:00+14:00")]), "BookgDt/Dt"),
        (make.camt([make.Entry("5.00", "x", day="0001-01-01")]), "BookgDt/Dt"),  # matching reckons back from it
        (make.camt([], number=""), "Id"),
    ],
)
def test_what_is_no_statement_is_refused_by_element(content, column):
    found = read_camt(content)
    assert found.statements == []
    assert column in {one.column for one in found.problems}
