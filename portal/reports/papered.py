"""A document of sections as sheets: its texts line by line, each of its tables a sheet of its own."""

from __future__ import annotations

import contextlib
import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import date, datetime
from decimal import Decimal
from typing import Any, Final

from django.utils.translation import gettext as _

from portal.core import clock
from portal.reports.catalogue import Column, Kind, Sheet, Value
from portal.reports.tabled import Table

_FIGURE: Final = re.compile(r"-?\d[\d,]*(\.\d+)?", re.ASCII)
# With its thousands parted, or below a thousand with two places: no code, no month and no version (2026.10), also where
# words stand beside it; and of no more digits than a spreadsheet keeps.
_AMOUNT: Final = re.compile(r"-?\d{1,3}(,\d{3}){1,3}(\.\d{1,3})?|-?\d{1,3}\.\d{2,12}", re.ASCII)
_COUNT: Final = re.compile(r"0|-?[1-9]\d{0,4}", re.ASCII)
_YEAR: Final = re.compile(r"(19|20)\d\d", re.ASCII)
_DAY: Final = re.compile(r"(19|20)\d\d-\d\d-\d\d", re.ASCII)
_MOMENT: Final = re.compile(r"(19|20)\d\d-\d\d-\d\d \d\d:\d\d(:\d\d)?", re.ASCII)
_NOTHING: Final = ("", "–")


def tables_of(data: Mapping[str, Any]) -> list[Table]:
    """The sheets of a document (shape: portal.core.shapes.Dossier): what it says, then its tables in their order.

    Figures, years, days and moments (of Beijing) become such again where a whole column of a table holds nothing else,
    and an amount or a day that stands alone as an item; drawings are left out.
    """
    lines: list[list[Value]] = [[str(data["title"]), str(label), _worth(value)] for label, value in data["facts"]]
    found: list[Table] = []
    for section in data["sections"]:
        title = str(section["title"])
        lines += [[title, *line] for line in _lines(section["blocks"], found)]
    sheet = Sheet(
        "content",
        _("Content"),
        [Column(_("Section"), width=28), Column(_("Item"), width=34), Column(_("Wording"), width=90)],
    )
    return [Table(sheet, lines), *found]


def _worth(value: Any) -> Value:
    """What an item says, where that is an amount, a count or a day and nothing else."""
    text = str(value)
    if _COUNT.fullmatch(text):
        return int(text)
    if _is_moment(text):
        return _moment(text)
    return _figure(text) if _AMOUNT.fullmatch(text) else _day(text) if _is_day(text) else text


def _lines(blocks: list[Any], found: list[Table]) -> Iterator[Sequence[Value]]:
    """Item and words of each line of a section; its tables are put into `found`."""
    item = ""
    for block in blocks:
        kind = block["kind"]
        if kind == "heading":
            item = str(block["text"])
        elif kind == "facts":
            yield from ([str(label), _worth(value)] for label, value in block["rows"])
        elif kind == "text":
            words = [line.strip() for line in str(block["text"]).split("\n")]
            yield from ([str(block.get("caption") or item), line] for line in words if line)
        elif kind == "list":
            yield from ([item, str(one)] for one in block["items"])
        elif kind == "table":
            found.append(_table(len(found) + 1, block))
            yield [str(block["caption"]), _("sheet “%(sheet)s”") % {"sheet": found[-1].sheet.title}]


def _table(number: int, block: Mapping[str, Any]) -> Table:
    heads, rows = block["columns"], [[str(value) for value in row] for row in block["rows"]]
    kinds = [_kind(head, [row[place] for row in rows]) for place, head in enumerate(heads)]
    total = block.get("total") or [""] * len(heads)
    columns = [
        Column(str(head["label"]), "number", 16, total=bool(total[place]), unit=_("as the heading says"))
        if kind == "number"
        else Column(str(head["label"]), kind, int(24 * head.get("share", 1)) or 24)
        for place, (head, kind) in enumerate(zip(heads, kinds, strict=True))
    ]
    lines = [[_READ[kind](value) for kind, value in zip(kinds, row, strict=True)] for row in rows]
    title = f"{number} {block['caption']}"
    return Table(Sheet(f"table{number}", title, columns, note=str(block.get("note") or "")), lines)


def _kind(head: Mapping[str, Any], values: list[str]) -> Kind:
    """What the whole column holds, beside dashes for nothing; years have no separators."""
    held = [value for value in values if value not in _NOTHING]
    kind: Kind = "text"
    if not held:
        return kind
    if all(map(_YEAR.fullmatch, held)):
        kind = "plain"
    elif all(map((_FIGURE if head.get("align") == "right" else _AMOUNT).fullmatch, held)):
        kind = "number"
    elif all(map(_is_day, held)):
        kind = "date"
    elif all(map(_is_moment, held)):
        kind = "moment"
    return kind


def _is_day(value: str) -> bool:
    """Whether it is a day, and one that the calendar has: people write 2026-02-30 too."""
    return _DAY.fullmatch(value) is not None and _has(value)


def _is_moment(value: str) -> bool:
    return _MOMENT.fullmatch(value) is not None and _has(value)


def _has(value: str) -> bool:
    with contextlib.suppress(ValueError):
        datetime.fromisoformat(value)
        return True
    return False


def _figure(value: str) -> Decimal | None:
    return None if value in _NOTHING else Decimal(value.replace(",", ""))


def _year(value: str) -> int | None:
    return None if value in _NOTHING else int(value)


def _day(value: str) -> date | None:
    return None if value in _NOTHING else date.fromisoformat(value)


def _moment(value: str) -> datetime | None:
    return None if value in _NOTHING else datetime.fromisoformat(value).replace(tzinfo=clock.SHANGHAI)


_READ: Final[dict[Kind, Callable[[str], Value]]] = {
    "text": str,
    "number": _figure,
    "plain": _year,
    "date": _day,
    "moment": _moment,
}
