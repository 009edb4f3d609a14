"""Values of rows as people read them, in documents and on pages; sums of columns."""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import date, datetime
from decimal import Decimal
from typing import Any, Final

from django.utils.translation import get_language
from django.utils.translation import gettext as _

from portal.core import clock
from portal.reports.catalogue import Column

DASH: Final = "–"
_DIGEST: Final = re.compile(r"[0-9a-f]{64}")
# Words without a blank, the signs after which they break, and how wide their signs are at most (of the size of type).
_LONG: Final = re.compile(r"[!-~]{5,}")
_JOINTS: Final = frozenset("-._/:@=")
_WIDE: Final = frozenset("mwMW@%")
# A word of the language, with what stands around it: papers in English part it by its syllables.
_WORD: Final = re.compile(r"[(“\"']?[A-Za-z][a-z]{,16}[)”\"'.,;:!?]*")


def shown(value: Any, column: Column) -> str:
    """One value: figures with separators, days and moments of Beijing, a dash for nothing."""
    if value is None or value == "":
        return DASH
    if isinstance(value, bool):
        return _("yes") if value else _("no")
    if isinstance(value, datetime):
        return clock.in_words(value)
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, (int, Decimal)):
        return figure(value, column.kind)
    return str(value)


def breakable(text: str, room: float) -> str:
    """A text whose words (codes, addresses) that are wider than `room` may break; digests are set by the template.

    room: the width of the cell, in sizes of its type.
    """
    return text if _DIGEST.fullmatch(text) else _LONG.sub(lambda found: _parted(found[0], room), text)


def _parted(word: str, room: float) -> str:
    if sum(map(_width, word)) <= room or (get_language() == "en" and _WORD.fullmatch(word)):
        return word
    out, since = [], 0.0
    for sign in word:
        since += _width(sign)
        if since > room:
            out.append("\u200b")
            since = _width(sign)
        out.append(sign)
        if sign in _JOINTS:
            out.append("\u200b")
            since = 0.0
    return "".join(out)


def _width(sign: str) -> float:
    return 0.95 if sign in _WIDE else 0.75 if sign.isupper() else 0.6


def figure(value: int | Decimal, kind: str) -> str:
    """A figure as its kind is written: yuan to the fen, ten thousand yuan with the places it has.

    Among words a whole number is a number of something (an entry, a year), and an amount keeps the places it has.
    """
    if kind == "yuan":
        return f"{Decimal(value):,.2f}"
    if kind in ("text", "plain"):
        return str(value) if isinstance(value, int) else f"{value:,f}"
    if isinstance(value, int):
        return f"{value:,}"
    text = f"{value:,f}"
    return text.rstrip("0").rstrip(".") if "." in text else text


class Sums:
    """The sums of the columns that want one."""

    def __init__(self, columns: Sequence[Column]) -> None:
        self.columns = columns
        self.places = [place for place, column in enumerate(columns) if column.total]
        self.found: dict[int, Decimal] = dict.fromkeys(self.places, Decimal(0))

    def add(self, row: Sequence[Any]) -> None:
        """Count a row in."""
        for place in self.places:
            value = row[place]
            if isinstance(value, (int, Decimal)):
                self.found[place] += value

    def cells(self) -> list[str]:
        """One text for each column, the word in the first; nothing when no column wants a sum."""
        if not self.places:
            return []
        found = ["" for _column in self.columns]
        for place in self.places:
            found[place] = figure(self.found[place], self.columns[place].kind)
        if not found[0]:
            found[0] = _("Total")
        return found
