"""Why two names are taken to be the same: what was left out, what they share, what differs. Pure."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from difflib import SequenceMatcher
from typing import Final

# The database's `name_core` leaves out the same.
_SIGNS: Final = dict.fromkeys(map(ord, "()[]·.,-—_ 　省市县区"))
_FORMS: Final = re.compile("(集团|股份|有限|责任|公司|总厂|项目|工程|建设)+")


def core(name: str) -> str:
    """What of a name tells it apart: without place words, legal form and signs."""
    return _FORMS.sub("", unicodedata.normalize("NFKC", name).lower().translate(_SIGNS))


@dataclass(frozen=True)
class Piece:
    """A part of a name, and whether the other has it too."""

    text: str
    shared: bool


def side_by_side(one: str, other: str) -> tuple[list[Piece], list[Piece]]:
    """Both cores in pieces: what they share, in order, and what only one has."""
    left, right = core(one), core(other)
    here: list[Piece] = []
    there: list[Piece] = []
    for tag, a, b, c, d in SequenceMatcher(None, left, right, autojunk=False).get_opcodes():
        if a < b:
            here.append(Piece(left[a:b], tag == "equal"))
        if c < d:
            there.append(Piece(right[c:d], tag == "equal"))
    return here, there
