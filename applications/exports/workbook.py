"""The workbook of a sheet: rows under locked headings in both languages, lists to choose from, how to fill it in."""

from __future__ import annotations

import itertools
from collections.abc import Iterable
from datetime import date, datetime
from decimal import Decimal
from typing import IO, Any, Final

import xlsxwriter

from applications.sheets.columns import ChoiceColumn, CodeColumn, CodesColumn, Column, DayColumn, FigureColumn
from applications.sheets.sheet import Row, Sheet

Entry = tuple[str, str, str]
_INDUSTRIES: Final = ("行业代码", "行业名称", "Industry")
LISTS: Final = "列表 Lists"
GUIDE: Final = "填写说明 Guide"
# Cells below what stands are unlocked and formatted so far; a larger list is pasted in all the same.
ROOM: Final = 2_000
_GUIDE: Final = (
    (
        "每行一条记录，标 * 的列必填。请勿改动前两行标题；粘贴时请选择“仅粘贴值”。",
        "One row for each record; columns with * are needed. Leave both rows of headings alone; paste values only.",
    ),
    (
        "不要合并单元格，不要使用公式，不要隐藏工作表。导入前先预览，确认后才写入。",
        "No merged cells, no formulas, no hidden sheets. An import shows what it would do before anything is stored.",
    ),
    (
        "再次导入时按首列识别记录并更新；文件中没有的记录保持不变。",
        "A repeated import knows records again by the first column and updates them; records not in the file stay.",
    ),
)


def write(
    file: IO[bytes],
    sheet: Sheet,
    rows: Iterable[Row],
    *,
    industries: Iterable[Entry],
    more: Iterable[tuple[Entry, Iterable[Entry]]] = (),
) -> int:
    """Write the rows (values by column key) as a workbook; gives their number.

    industries: (code, 中文, English). more: further lists which cells name, each under its three headings.
    """
    book = xlsxwriter.Workbook(
        file, {"constant_memory": True, "strings_to_formulas": False, "strings_to_urls": False, "in_memory": False}
    )
    looks = _looks(book)
    page = book.add_worksheet(f"{sheet.zh} {sheet.en}"[:31])
    _headings(page, sheet, looks)
    count = 0
    for line, row in enumerate(rows, start=2):
        for place, column in enumerate(sheet.columns):
            _cell(page, line, place, column.write(row[column.key]), looks[_look(column)])
        count += 1
    _choices(page, sheet, max(count + ROOM, 200), sheet.fixed)
    _guide(book.add_worksheet(GUIDE), sheet, looks)
    _lists(book.add_worksheet(LISTS), [(_INDUSTRIES, industries), *more], looks)
    book.close()
    return count


def _looks(book: Any) -> dict[str, Any]:
    head = {"bold": True, "text_wrap": True, "valign": "top", "bg_color": "#E8EEF6", "border": 1, "locked": True}
    return {
        "head": book.add_format(head),
        "quiet": book.add_format(head | {"bold": False, "font_color": "#4A5568"}),
        "text": book.add_format({"num_format": "@", "locked": False}),
        # A spreadsheet would show 30,000. where none of the places has to stand.
        "whole": book.add_format({"num_format": "#,##0", "locked": False}),
        "figure": book.add_format({"num_format": "#,##0.00####", "locked": False}),
        "day": book.add_format({"num_format": "yyyy-mm-dd", "locked": False}),
        "plain": book.add_format({"locked": False}),
        "wrap": book.add_format({"text_wrap": True, "valign": "top"}),
    }


def _look(column: Column) -> str:
    if isinstance(column, FigureColumn):
        return "figure" if column.places or column.scale > 1 else "whole"
    if isinstance(column, DayColumn):
        return "day"
    text = column.is_text or isinstance(column, (CodeColumn, CodesColumn)) or type(column) is Column
    return "text" if text else "plain"


def _headings(page: Any, sheet: Sheet, looks: dict[str, Any]) -> None:
    page.freeze_panes(2, 2)
    page.protect("", {"format_columns": True, "sort": True, "autofilter": True, "insert_rows": True} | _FREE)
    for place, column in enumerate(sheet.columns):
        page.set_column(place, place, column.width, looks[_look(column)])
    page.set_row(0, 32)
    page.set_row(1, 32)
    for place, column in enumerate(sheet.columns):
        star = "*" if column.required else ""
        page.write_string(0, place, column.zh + star, looks["head"])
    for place, column in enumerate(sheet.columns):
        page.write_string(1, place, column.en, looks["quiet"])


_FREE: Final = {"delete_rows": True, "format_cells": True, "format_rows": True}


def _cell(page: Any, line: int, place: int, value: Any, look: Any) -> None:
    if value == "" or value is None:
        return
    if isinstance(value, datetime):
        raise TypeError("A sheet holds days, no moments.")
    if isinstance(value, date):
        page.write_datetime(line, place, datetime(value.year, value.month, value.day), look)  # noqa: DTZ001
    elif isinstance(value, (int, float, Decimal)):
        page.write_number(line, place, value, look)
    else:
        page.write_string(line, place, value, look)


def _choices(page: Any, sheet: Sheet, last: int, fixed: bool) -> None:
    """Lists to choose from, below the headings."""
    for place, column in enumerate(sheet.columns):
        if column.choices and not fixed:
            page.data_validation(
                2,
                place,
                last,
                place,
                {
                    "validate": "list",
                    "source": list(column.choices),
                    "error_title": "不在列表中 Not in the list",
                    "error_message": "请从下拉列表中选择。 Choose from the list.",
                },
            )


def _guide(page: Any, sheet: Sheet, looks: dict[str, Any]) -> None:
    page.set_column(0, 1, 34, looks["wrap"])
    page.set_column(2, 3, 48, looks["wrap"])
    line = 0
    for zh, en in _GUIDE:
        page.write_string(line, 0, zh, looks["wrap"])
        page.write_string(line, 2, en, looks["wrap"])
        line += 1
    line += 1
    for place, text in enumerate(("列 / 示例", "Column / example", "填写要求", "What belongs here")):
        page.write_string(line, place, text, looks["head"])
    for column in sheet.columns:
        line += 1
        example = "" if column.example in ("", None) else f"：{column.example}"
        page.write_string(line, 0, column.zh + example, looks["wrap"])
        page.write_string(line, 1, column.en, looks["wrap"])
        page.write_string(line, 2, _wanted(column, "zh"), looks["wrap"])
        page.write_string(line, 3, _wanted(column, "en"), looks["wrap"])


def _wanted(column: Column, language: str) -> str:
    zh = language == "zh"
    words = ["必填" if zh else "needed"] if column.required else ["选填" if zh else "optional"]
    hint = column.hint_zh if zh else column.hint_en
    if hint:
        words.append(hint)
    if isinstance(column, ChoiceColumn):
        words.append(" / ".join(names[0 if zh else 1] for names in column.values.values()))
    return ("；" if zh else "; ").join(words)


def _lists(page: Any, lists: list[tuple[Entry, Iterable[Entry]]], looks: dict[str, Any]) -> None:
    """Lists side by side. Rows are written through at once, so all lists go down line by line."""
    columns = [(heads, *rows) for heads, rows in lists]
    for number in range(len(columns)):
        page.set_column(number * 4, number * 4, 10)
        page.set_column(number * 4 + 1, number * 4 + 2, 44)
    for line, entries in enumerate(itertools.zip_longest(*columns, fillvalue=())):
        for number, entry in enumerate(entries):
            for place, text in enumerate(entry):
                page.write_string(line, number * 4 + place, text, *([looks["head"]] if line == 0 else []))
