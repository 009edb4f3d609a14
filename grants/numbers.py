"""Numbers of official documents (发文字号): 工信部规函〔2025〕122号. Pure: text in, text out.

Source: 《党政机关公文格式》 GB/T 9704—2012, 7.2.5: agency characters, year in six-sided brackets, number without zeros
before it and without 第, then 号. A remark in brackets may follow.
"""

from __future__ import annotations

import re
import unicodedata
from typing import Final

FORM: Final = r"^[一-龥]{2,20}〔20[0-9]{2}〕[1-9][0-9]{0,5}号(（[^（）]+）)?$"
_SLIPPED: Final = re.compile(r"(.*?)[\[(（【〔［](\d{4})[\])）】〕］](\d+)号(.*)")


def normal(text: str) -> str:
    """The number without common slips: other brackets, blanks, full-width digits. What is wrong otherwise stays."""
    squeezed = "".join(text.split())
    found = _SLIPPED.fullmatch(squeezed)
    if found is None:
        return squeezed
    agency, year, number, remark = found.groups()
    return f"{agency}〔{unicodedata.normalize('NFKC', year)}〕{unicodedata.normalize('NFKC', number)}号{remark}"


def is_well_formed(text: str) -> bool:
    """Whether a number has its form."""
    return re.fullmatch(FORM, text) is not None
