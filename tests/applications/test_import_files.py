"""Files people bring: each bad one has its own sentence, and none takes memory or time that it should not."""

from __future__ import annotations

import io
import resource
import time
from dataclasses import replace
from datetime import date, datetime

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from applications.imports import intake, judging, reading
from applications.sheets.enterprises import ENTERPRISES
from applications.sheets.sheet import Ground
from portal.core.errors import DomainError
from tests import sheets, uploads
from tests.factories_roster import credit_code

GROUND = Ground(frozenset({"C36", "C361", "C39", "C13"}), ("C36", "C39"))


def judged(content: bytes) -> judging.Verdict:
    return judging.judge(reading.read(io.BytesIO(content), ENTERPRISES), ENTERPRISES, GROUND)


def only(content: bytes) -> tuple[str, str]:
    """The one problem: its cell and its code."""
    verdict = judged(content)
    assert [(one.cell, one.code) for one in verdict.problems] == [
        (verdict.problems[0].cell, verdict.problems[0].code)
    ], verdict.problems
    assert verdict.problems[0].text
    return verdict.problems[0].cell, verdict.problems[0].code


def test_a_good_line_is_read():
    verdict = judged(sheets.workbook(sheets.line(1), sheets.line(2, industry=361)))
    assert (verdict.all_problems, verdict.all_remarks, len(verdict.good)) == (0, 0, 2)
    first = verdict.good[0]
    assert (first["credit_code"], str(first["revenue"]), first["digital_year"]) == (credit_code(1), "52305000.00", 2027)
    assert (first["is_chain_leader"], first["is_champion"], first["energy_level"]) == (True, False, "benchmark")
    assert verdict.good[1]["industry"] == "C361"


@pytest.mark.parametrize(
    ("change", "cell", "code"),
    [
        ({"credit_code": ""}, "A2", "missing"),
        ({"credit_code": 913502001234567890}, "A2", "code_as_number"),
        ({"credit_code": "91350200MA1"}, "A2", "code_length"),
        ({"credit_code": "9135020OMA0000001X"}, "A2", "code_signs"),
        ({"credit_code": credit_code(1)[:-1] + ("0" if credit_code(1)[-1] != "0" else "1")}, "A2", "code_digit"),
        ({"name": ""}, "B2", "missing"),
        ({"name": "长" * 161}, "B2", "too_long"),
        ({"name": "两\n行"}, "B2", "odd_signs"),
        ({"name": True}, "B2", "not_text"),
        ({"industry": "C99"}, "C2", "industry_unknown"),
        ({"industry": "汽车"}, "C2", "industry_unknown"),
        ({"industry": "C13"}, "C2", "industry_not_in_focus"),
        ({"name": "\u200b"}, "B2", "missing"),
        ({"name": "甲\u202e乙"}, "B2", "odd_signs"),
        ({"revenue": "五千万"}, "D2", "no_number"),
        ({"revenue": "5230万元"}, "D2", "no_number"),
        ({"revenue": -1}, "D2", "below_zero"),
        ({"revenue": "0.0000001"}, "D2", "too_fine"),
        ({"revenue": "99999999999999"}, "D2", "too_large"),
        ({"revenue": "#N/A"}, "D2", "cell_error"),
        ({"is_chain_leader": "也许"}, "E2", "not_in_list"),
        ({"digital_state": ""}, "I2", "missing"),
        ({"digital_state": "好"}, "I2", "not_in_list"),
        ({"digital_year": 27}, "J2", "no_year"),
        ({"digital_year": 2027.5}, "J2", "no_year"),
        ({"process_rate": 158.5}, "M2", "too_large"),
        ({"process_rate": "58,5x"}, "M2", "no_number"),
        ({"process_goal": 10}, "N2", "goal_below_rate"),
    ],
)
def test_each_wrong_cell_is_named(change, cell, code):
    assert only(sheets.workbook(sheets.line(1, **change))) == (cell, code)


def test_all_problems_of_a_row_are_named_at_once():
    verdict = judged(sheets.workbook(sheets.line(1, name="", revenue="x", process_rate=-1), sheets.line(2)))
    assert [one.cell for one in verdict.problems] == ["B2", "D2", "M2"]
    assert len(verdict.good) == 1


def test_the_same_code_twice_names_the_first_row():
    verdict = judged(sheets.workbook(sheets.line(1), sheets.line(2), sheets.line(1)))
    problem = verdict.problems[0]
    assert (problem.cell, problem.code, problem.params) == ("A4", "twice", {"row": 2})


def test_full_width_signs_are_understood_and_said():
    wide = credit_code(1).translate({ord(c): ord(c) + 0xFEE0 for c in "0123456789"})
    verdict = judged(
        sheets.workbook(sheets.line(1, credit_code=wide, revenue="５２３０．５", digital_year="２０２７年"))
    )
    assert (verdict.all_problems, verdict.good[0]["credit_code"]) == (0, credit_code(1))
    assert [(one.cell, one.code) for one in verdict.remarks] == [
        ("A2", "full_width"),
        ("D2", "full_width"),
        ("J2", "full_width"),
    ]


def test_a_formula_is_a_problem_of_its_cell():
    def formula(book, page):
        page.write_formula(1, 3, "=1000*2", None, 2000)

    assert only(sheets.workbook(sheets.line(1, revenue=""), change=formula)) == ("D2", "formula")


def test_merged_cells_are_a_problem_of_their_place():
    def merge(book, page):
        page.merge_range(1, 1, 2, 1, "两家")

    verdict = judged(sheets.workbook(sheets.line(1), sheets.line(2, name=""), change=merge))
    assert ("B2", "merged") in [(one.cell, one.code) for one in verdict.problems]
    assert verdict.problems[0].params == {"cells": "B2:B3"}


def test_of_many_formulas_each_row_is_bad_and_those_of_other_columns_are_none():
    lines = [sheets.line(number) for number in range(1, 301)]

    def formulas(column):
        return lambda _book, page: [page.write_formula(row, column, "=1+1", None, 2) for row in range(1, 301)]

    verdict = judged(sheets.workbook(*lines, change=formulas(3)))
    assert (verdict.all_problems, len(verdict.bad_rows), verdict.good) == (300, 300, [])
    assert verdict.problems[-1].cell == "D301"
    verdict = judged(sheets.workbook(*lines, change=formulas(20)))
    assert (verdict.all_problems, len(verdict.good)) == (0, 300)


def test_no_row_of_a_merged_range_is_good():
    """Only its first row holds the value: of an optional column the others would be read as blank."""

    def merge(book, page):
        page.merge_range(1, 7, 2, 7, "是")

    verdict = judged(sheets.workbook(*map(sheets.line, (1, 2, 3)), change=merge))
    assert (sorted(verdict.bad_rows), [row["name"] for row in verdict.good]) == ([2, 3], ["示例3厂"])


def test_a_column_that_stands_twice_is_refused():
    def again(book, page):
        page.write(0, 16, "上年营业收入（万元）")
        page.write(1, 16, 1)

    assert refused(sheets.workbook(sheets.line(1), change=again)) == "column_twice"


def test_of_a_column_the_file_lacks_what_stands_stays():
    lacking = replace(ENTERPRISES, columns=tuple(one for one in ENTERPRISES.columns if one.key != "process_rate"))
    verdict = judged(sheets.workbook(sheets.line(1, name="新名"), sheets.line(2), sheet=lacking))
    standing = judged(sheets.workbook(sheets.line(1))).good[0]
    assert [(one.code, one.key) for one in verdict.remarks] == [("column_absent", "process_rate")]
    found = judging.compare(verdict.good, {standing["credit_code"]: standing}, ENTERPRISES, verdict.absent)
    assert [row["process_rate"] for row in found.rows] == [standing["process_rate"], None]
    assert [field[0] for field in found.listed[0]["fields"]] == ["name"]


def refused(content: bytes) -> str:
    with pytest.raises(DomainError) as error:
        judged(content)
    assert str(error.value)
    return error.value.code


def test_hidden_sheets():
    def other(book, page):
        book.add_worksheet("暗").hide()

    def itself(book, page):
        book.add_worksheet("说明").activate()
        page.hide()

    verdict = judged(sheets.workbook(sheets.line(1), change=other))
    assert [(one.code, one.params) for one in verdict.remarks] == [("hidden_sheet", {"name": "暗"})]
    assert refused(sheets.workbook(sheets.line(1), change=itself)) == "sheet_hidden"


def test_hidden_rows_are_read_and_said():
    verdict = judged(
        sheets.workbook(sheets.line(1), change=lambda _book, page: page.set_row(1, None, None, {"hidden": True}))
    )
    assert (len(verdict.good), [one.code for one in verdict.remarks]) == (1, ["hidden_rows"])


def test_two_sheets_with_the_headings_are_refused():
    def second(book, page):
        copy = book.add_worksheet("副本")
        for place, column in enumerate(ENTERPRISES.columns):
            copy.write_string(0, place, column.zh)

    assert refused(sheets.workbook(sheets.line(1), change=second)) == "sheet_twice"


def test_a_workbook_of_something_else_is_refused():
    assert refused(uploads.xlsx()) == "sheet_missing"


def test_a_missing_column_is_named():
    content = sheets.with_part(
        sheets.workbook(sheets.line(1)), "xl/sharedStrings.xml", lambda body: body.replace("企业名称".encode(), b"x")
    )
    assert refused(content) == "column_missing"


def test_a_column_of_ones_own_is_passed_over_and_said():
    verdict = judged(sheets.workbook(sheets.line(1), change=lambda _book, page: page.write(0, 20, "备注")))
    assert [(one.code, one.params) for one in verdict.remarks] == [("other_column", {"name": "备注"})]


def test_dates_where_no_date_belongs():
    def day(book, page):
        page.write_datetime(1, 9, datetime(2027, 1, 1), book.add_format({"num_format": "yyyy-mm-dd"}))  # noqa: DTZ001

    assert only(sheets.workbook(sheets.line(1, digital_year=""), change=day)) == ("J2", "no_year")
    assert only(sheets.csv(sheets.line(1, digital_year=date(2027, 1, 1).isoformat()))) == ("J2", "no_year")


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030"])
def test_csv_as_spreadsheets_write_it(encoding):
    verdict = judged(sheets.csv(sheets.line(1), sheets.line(2), encoding=encoding))
    assert (verdict.all_problems, [row["name"] for row in verdict.good]) == (0, ["示例1厂", "示例2厂"])


def test_broken_csv_is_refused():
    assert refused(sheets.csv(sheets.line(1)) + b'\r\n"open') == "file_broken"
    assert refused("统一社会信用代码,企业名称\r\n".encode("utf-16")) == "file_kind"
    assert refused(sheets.csv(sheets.line(1)) + b"\r\n\xff\xff\xfe") == "file_encoding"


@pytest.mark.parametrize(
    ("change", "code"),
    [
        (lambda body: body[: len(body) // 2], "file_broken"),
        (lambda body: body.replace(b'<c r="A2"', b'<c r="A&#50;', 1), "file_broken"),
        (lambda body: body.replace(b"?>", b'?><!DOCTYPE x [<!ENTITY a "b">]>', 1), "file_broken"),
        (lambda body: body.replace(b'r="A2"', b'r="2A"', 1), "file_broken"),
        (lambda _body: b"", "file_broken"),
    ],
)
def test_broken_xml_is_refused(change, code):
    assert refused(sheets.with_part(sheets.workbook(sheets.line(1)), sheets.SHEET_PART, change)) == code


def peak() -> int:
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss  # kilobytes


@pytest.mark.parametrize("make", [sheets.far_cell, sheets.repeated_text])
def test_what_would_fill_the_memory_is_refused_before(make):
    content = make(sheets.workbook(sheets.line(1)))
    before, began = peak(), time.perf_counter()
    assert refused(content) == "sheet_too_large"
    assert peak() - before < 60_000
    assert time.perf_counter() - began < 10


def taken(content: bytes, name: str = "list.xlsx") -> str:
    with pytest.raises(DomainError) as error:
        intake.take_in(SimpleUploadedFile(name, content))
    assert error.value.field == "file"
    return error.value.code


def test_files_of_other_kinds_are_refused_by_content(tmp_path, settings):
    settings.MEDIA_ROOT = tmp_path
    assert taken(uploads.pdf()) == "file_kind"
    assert taken(uploads.png()) == "file_kind"
    assert taken(uploads.docx()) == "file_kind"
    assert taken(b"") == "file_empty"
    assert taken(b"  \r\n ") == "file_empty"
    assert taken(b"just words") == "file_kind"
    assert taken(b"<html>,</html>", "x.csv") == "file_kind"
    assert taken(b'{"a": 1, "b": 2}', "x.csv") == "file_kind"
    assert taken(b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 600) == "file_encrypted"
    assert taken(uploads.package({"a.txt": b"x"})) in {"file_kind", "file_broken"}


def test_macros_bombs_and_giants_are_refused(tmp_path, settings):
    settings.MEDIA_ROOT = tmp_path
    good = sheets.workbook(sheets.line(1))
    types = "[Content_Types].xml"
    macro = sheets.with_part(good, types, lambda body: body.replace(b"sheet.main+xml", b"sheet.macroEnabled.main+xml"))
    assert taken(macro) == "file_active"
    bomb = sheets.with_part(good, sheets.SHEET_PART, lambda body: body + b" " * (30 * 2**20))
    assert taken(bomb) == "file_bomb"
    giant = SimpleUploadedFile("x.xlsx", b"PK")
    giant.size = 200 * 2**20
    with pytest.raises(DomainError) as error:
        intake.take_in(giant)
    assert error.value.code == "file_too_large"
    kept = intake.take_in(SimpleUploadedFile("企业.xlsx", good))
    assert kept.content_type.endswith("spreadsheetml.sheet")
    assert intake.take_in(SimpleUploadedFile("x.csv", sheets.csv(sheets.line(1)))).content_type == "text/csv"


def test_too_many_rows_are_refused():
    assert refused(b"\r\n".join([sheets.csv(sheets.line(1)), *([b"1,2"] * 26_000)])) == "sheet_too_large"
