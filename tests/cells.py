"""Cells of workbooks that are texts although they say a number, an amount or a day."""

from __future__ import annotations

import io
import re
from typing import Final

from python_calamine import CalamineWorkbook

# Digits alone from six on, or with a nought first, are a code: of a unit, a bank, a telephone.
_NUMBER: Final = re.compile(r"[-+]?(0|[1-9]\d{0,4}|[1-9]\d{0,2}(,\d{3})+)(\.\d+)?\s?(%|元|万元)?|[-+]?\d{6,}\.\d+")
_DAY: Final = re.compile(r"\d{4}([-/.])\d{1,2}\1\d{1,2}([ T]\d\d:\d\d\S*)?|\d{4}年\d{1,2}月\d{1,2}日?")

# The cover and the list of columns say in words what the file is; lists hold codes to be copied into columns of texts.
WORDS: Final = {"Cover", "封面", "Columns", "列说明", "列表 Lists", "填写说明 Guide"}


def odd_texts(content: bytes) -> list[tuple[str, str, str]]:
    """Sheet, heading and text of each such cell."""
    book = CalamineWorkbook.from_filelike(io.BytesIO(content))
    found = []
    for name in book.sheet_names:
        rows = book.get_sheet_by_name(name).to_python()
        if name in WORDS:
            continue
        heads = next((number for number, row in enumerate(rows) if len([cell for cell in row if cell != ""]) > 1), 0)
        for row in rows[heads + 1 :]:
            for place, value in enumerate(row):
                if isinstance(value, str) and (_NUMBER.fullmatch(value.strip()) or _DAY.fullmatch(value.strip())):
                    found.append((name, str(rows[heads][place]), value))
    return found
