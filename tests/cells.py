"""Cells of workbooks that are texts although they say a number, an amount or a day."""

from __future__ import annotations

import io
import re
from typing import Any, Final

from python_calamine import CalamineWorkbook

# Digits alone from six on, or with a nought first, are a code: of a unit, a bank, a telephone.
_NUMBER: Final = re.compile(r"[-+]?(0|[1-9]\d{0,4}|[1-9]\d{0,2}(,\d{3})+)(\.\d+)?\s?(%|元|万元)?|[-+]?\d{6,}\.\d+")
_DAY: Final = re.compile(r"\d{4}([-/.])\d{1,2}\1\d{1,2}([ T]\d\d:\d\d\S*)?|\d{4}年\d{1,2}月\d{1,2}日?")


def odd_texts(content: bytes) -> list[tuple[str, str, str]]:
    """Sheet, heading and text of each such cell; a cover, which says in words what the file is, aside."""
    book = CalamineWorkbook.from_filelike(io.BytesIO(content))
    found = []
    for name in book.sheet_names:
        rows = book.get_sheet_by_name(name).to_python()
        if name in ("Cover", "封面"):
            continue
        for number, row in enumerate(rows):
            for place, value in enumerate(row):
                if isinstance(value, str) and (_NUMBER.fullmatch(value.strip()) or _DAY.fullmatch(value.strip())):
                    found.append((name, _heading(rows[:number], place), value))
    return found


def _heading(above: list[Any], place: int) -> str:
    """The nearest line above whose cell is words."""
    texts = (str(row[place]) for row in reversed(above) if len(row) > place and isinstance(row[place], str))
    return next((text for text in texts if text and not _NUMBER.fullmatch(text.strip())), "")
