"""Signs of punctuation in Chinese pages that Chinese does not have."""

from __future__ import annotations

import re
from html import unescape
from typing import Final

# Not read: what programs read, and what is written in another language.
_UNREAD: Final = re.compile(r"<(script|style|pre|textarea)\b.*?</\1>|<!--.*?-->", re.DOTALL)
_BLOCK: Final = re.compile(
    r"</?(?:p|div|li|ul|ol|dt|dd|td|th|tr|h\d|section|nav|option|label|summary|button|br)\b[^>]*>"
)
_HAN: Final = "\u3400-\u9fff\u3001-\u301f\uff00-\uffef“”"
# A Western comma, colon or semicolon beside Chinese, and a blank after a Chinese sign.
_WRONG: Final = re.compile(rf".{{0,20}}(?:[{_HAN}][,:;](?=\s|$)|[,:;] +(?=[{_HAN}])|[：，、；]\x20).{{0,20}}")


def western(page: str) -> list[str]:
    """Where a page glues Chinese words with Western signs."""
    text = re.sub(r"<[^>]*>", "", _BLOCK.sub("\n", _UNREAD.sub("\n", page)))
    lines = (" ".join(line.split()) for line in unescape(text).splitlines())
    return [found[0] for line in lines for found in _WRONG.finditer(line)]
