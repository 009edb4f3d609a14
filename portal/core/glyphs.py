"""Which signs the document fonts can show; the rest is marked, as printers do, with 〓 and named in a note.

A dossier may hold a sign outside the fonts (an emoji, a Tibetan or Uyghur word, a rare name); an archive PDF refuses
it. So it is replaced before the document is set, and the reader is told which sign stood there.
"""

from __future__ import annotations

import struct
import unicodedata
from functools import lru_cache
from pathlib import Path
from typing import Any, Final

import pylopdf_fonts_zh_cn as fonts

GETA: Final = "〓"
_KEPT: Final = {"\n", "\u200b"}


@lru_cache(maxsize=1)
def covered() -> frozenset[int]:
    """Code points that both document fonts have a sign for."""
    sans, serif = (_signs(Path(path)) for path in (fonts.sans_path(), fonts.serif_path()))
    return frozenset(sans & serif)


def _signs(path: Path) -> set[int]:
    """The code points in the font's map of characters (OpenType `cmap`, formats 4 and 12)."""
    data = path.read_bytes()
    count = struct.unpack_from(">H", data, 4)[0]
    tables = {data[12 + 16 * i : 16 + 16 * i]: struct.unpack_from(">I", data, 20 + 16 * i)[0] for i in range(count)}
    start = tables[b"cmap"]
    found: set[int] = set()
    for i in range(struct.unpack_from(">H", data, start + 2)[0]):
        place = start + struct.unpack_from(">I", data, start + 8 + 8 * i)[0]
        kind = struct.unpack_from(">H", data, place)[0]
        if kind == 12:
            groups = struct.unpack_from(">I", data, place + 12)[0]
            for group in range(groups):
                first, last, glyph = struct.unpack_from(">III", data, place + 16 + 12 * group)
                found.update(range(first + (glyph == 0), last + 1))
        elif kind == 4:
            half = struct.unpack_from(">H", data, place + 6)[0] // 2
            ends = struct.unpack_from(f">{half}H", data, place + 14)
            starts = struct.unpack_from(f">{half}H", data, place + 16 + 2 * half)
            for first, last in zip(starts, ends, strict=True):
                found.update(range(first, last + 1) if first != 0xFFFF else ())
    return found


def printable(value: Any, missing: set[str]) -> Any:
    """The value with every text in it made printable; signs without a glyph are added to `missing`."""
    if isinstance(value, str):
        return _printable(value, missing)
    if isinstance(value, dict):
        return {key: printable(item, missing) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return [printable(item, missing) for item in value]
    return value


def _printable(text: str, missing: set[str]) -> str:
    known = covered()
    if all(ord(sign) in known for sign in text) and not any("\ue000" <= sign <= "\uf8ff" for sign in text):
        return text
    out = []
    for sign in unicodedata.normalize("NFC", text):
        kind = unicodedata.category(sign)
        if sign in _KEPT or (ord(sign) in known and kind not in {"Co", "Cf"}):
            out.append(sign)
        elif sign == "\t":
            out.append(" ")
        elif kind not in {"Cc", "Cf"}:
            missing.add(sign)
            out.append(GETA)
    return "".join(out)
