"""Finding an industry of GB/T 4754 by its code, its Chinese name, pinyin (whole or initials) or its English name."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable
from functools import lru_cache
from typing import TYPE_CHECKING, Final

from portal.core.lazily import lazily
from portal.programme.enums import Level
from portal.programme.models import Industry

if TYPE_CHECKING:
    import pypinyin
else:
    pypinyin = lazily("pypinyin")

MOST: Final = 20


@lru_cache(maxsize=1024)
def syllables(name: str) -> tuple[str, ...]:
    """The syllables of a Chinese name, without tones; signs between words fall away."""
    return tuple(part for part in pypinyin.lazy_pinyin(name) if part.isascii() and part.isalnum())


def _rank(row: Industry, text: str, joined: str) -> int | None:
    """How well an industry fits, 0 the best; None when it does not. text: as typed; joined: without blanks."""
    bare = row.code.removeprefix("C").casefold()
    if joined in (row.code.casefold(), bare):
        return 0
    if bare.startswith(joined) or row.code.casefold().startswith(joined):
        return 1
    if joined in row.name_zh:
        return 2 if row.name_zh.startswith(joined) else 3
    if joined.isascii() and joined.isalpha():
        parts = syllables(row.name_zh)
        if "".join(parts).startswith(joined):
            return 4
        initials = "".join(part[0] for part in parts)
        if len(joined) > 1 and initials.startswith(joined):
            return 5
        if len(joined) > 2 and any("".join(parts[at:]).startswith(joined) for at in range(1, len(parts))):
            return 6
        if len(joined) > 2 and joined in initials:
            return 9
    words = row.name_en.casefold()
    if all(any(word.startswith(piece) for word in words.replace("-", " ").split()) for piece in text.split()):
        return 7
    return 8 if len(text) > 2 and text in words else None


def find(rows: Iterable[Industry], typed: str) -> list[Industry]:
    """The industries that fit what was typed, the best first, divisions before their groups; at most twenty."""
    text = unicodedata.normalize("NFKC", typed).casefold().strip()[:60]
    joined = "".join(text.split()).replace("'", "")
    if not joined:
        return []
    found = [
        (rank, row.level != Level.DIVISION, row.code, row)
        for row in rows
        if row.level != Level.SECTION and (rank := _rank(row, text, joined)) is not None
    ]
    return [row for *_order, row in sorted(found, key=lambda one: one[:3])][:MOST]
