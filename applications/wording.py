"""Two texts side by side: what one says more or other than the other, in pieces that people can see."""

from __future__ import annotations

import re
from dataclasses import dataclass
from difflib import SequenceMatcher
from typing import Final

# A word, a figure, one Chinese sign, or one sign of any other kind.
_PIECE: Final = re.compile(r"[A-Za-z]+|\d[\d,.]*|\s+|.", re.DOTALL)
# Above this many pieces two paragraphs are shown whole: comparing them finely takes longer than anyone waits.
_FINE: Final = 3000


@dataclass(frozen=True)
class Piece:
    """A piece of text; `other`: the other text does not have it here."""

    text: str
    other: bool


def compared(old: str, new: str) -> tuple[list[Piece], list[Piece]]:
    """Both texts in pieces: first by lines, then inside lines that differ. Put together they are the texts again."""
    before, after = _lines(old), _lines(new)
    left: list[Piece] = []
    right: list[Piece] = []
    for kind, a, b, c, d in SequenceMatcher(None, before, after, autojunk=False).get_opcodes():
        mine, theirs = "".join(before[a:b]), "".join(after[c:d])
        if kind == "equal":
            _add(left, mine, other=False)
            _add(right, theirs, other=False)
        else:
            _fine(mine, theirs, left, right)
    return left, right


def _lines(text: str) -> list[str]:
    return text.replace("\r\n", "\n").splitlines(keepends=True)


def _fine(old: str, new: str, left: list[Piece], right: list[Piece]) -> None:
    before, after = _PIECE.findall(old), _PIECE.findall(new)
    if len(before) > _FINE or len(after) > _FINE:
        _add(left, old, other=True)
        _add(right, new, other=True)
        return
    for kind, a, b, c, d in SequenceMatcher(None, before, after, autojunk=False).get_opcodes():
        _add(left, "".join(before[a:b]), other=kind != "equal")
        _add(right, "".join(after[c:d]), other=kind != "equal")


def _add(pieces: list[Piece], text: str, *, other: bool) -> None:
    if not text:
        return
    if pieces and pieces[-1].other == other:
        pieces[-1] = Piece(pieces[-1].text + text, other)
    else:
        pieces.append(Piece(text, other))
