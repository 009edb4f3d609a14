"""Workbooks and CSV files as people bring them for a list, good and bad, made in memory."""

from __future__ import annotations

import io
import re
import zipfile
from typing import Any

import xlsxwriter

from applications.sheets.enterprises import ENTERPRISES
from applications.sheets.sheet import Sheet
from tests.factories_roster import credit_code

LINE: dict[str, Any] = {
    "credit_code": credit_code(1),
    "name": "示例一厂",
    "industry": "C36",
    "revenue": 5230.5,
    "is_chain_leader": "是",
    "is_leading": "否",
    "is_champion": "",
    "is_little_giant": "",
    "digital_state": "改造中",
    "digital_year": 2027,
    "has_rd_tools": "是",
    "rd_tools_year": "",
    "process_rate": 58.5,
    "process_goal": 80,
    "energy_level": "达到标杆水平",
}


def line(number: int, **changes: Any) -> dict[str, Any]:
    """A good line of the sheet of enterprises."""
    return LINE | {"credit_code": credit_code(number), "name": f"示例{number}厂"} | changes


def workbook(*lines: dict[str, Any], sheet: Sheet = ENTERPRISES, name: str = "企业", change: Any = None) -> bytes:
    """A workbook with Chinese headings alone. change(book, page): what else is done to it."""
    file = io.BytesIO()
    book = xlsxwriter.Workbook(file, {"strings_to_formulas": False})
    page = book.add_worksheet(name)
    for place, column in enumerate(sheet.columns):
        page.write_string(0, place, column.zh)
        for at, one in enumerate(lines, start=1):
            value = one.get(column.key, "")
            if value != "":
                page.write(at, place, value)
    if change is not None:
        change(book, page)
    book.close()
    return file.getvalue()


def csv(*lines: dict[str, Any], encoding: str = "utf-8-sig", sheet: Sheet = ENTERPRISES) -> bytes:
    """The same as CSV."""
    heads = ",".join(column.zh for column in sheet.columns)
    rows = [",".join(str(one.get(column.key, "")) for column in sheet.columns) for one in lines]
    return "\r\n".join([heads, *rows]).encode(encoding)


def with_part(content: bytes, part: str, change: Any) -> bytes:
    """The workbook with one part put through `change` (bytes to bytes)."""
    made = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(content)) as old, zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as new:
        for info in old.infolist():
            body = old.read(info)
            new.writestr(info.filename, change(body) if info.filename == part else body)
    return made.getvalue()


SHEET_PART = "xl/worksheets/sheet1.xml"


def far_cell(content: bytes) -> bytes:
    """The workbook with one cell at the very end of the sheet, for which a careless reader would make room."""
    cell = b'<row r="1048576"><c r="XFD1048576"><v>1</v></c></row></sheetData>'
    return with_part(content, SHEET_PART, lambda body: body.replace(b"</sheetData>", cell))


def repeated_text(content: bytes, times: int = 20_000) -> bytes:
    """The workbook with one long shared text in many cells: small when packed, gigabytes for a careless reader."""
    place = 0

    def texts(body: bytes) -> bytes:
        nonlocal place
        place = len(re.findall(rb"<si>", body))
        return body.replace(b"</sst>", b"<si><t>" + b"x" * 32_000 + b"</t></si></sst>")

    def cells(body: bytes) -> bytes:
        rows = b"".join(
            b'<row r="%d"><c r="Z%d" t="s"><v>%d</v></c></row>' % (n, n, place) for n in range(100, 100 + times)
        )
        return body.replace(b"</sheetData>", rows + b"</sheetData>")

    return with_part(with_part(content, "xl/sharedStrings.xml", texts), SHEET_PART, cells)
