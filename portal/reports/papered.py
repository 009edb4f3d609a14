"""A document of sections as sheets: its texts line by line, each of its tables a sheet of its own."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from decimal import Decimal
from typing import Any, Final

from django.utils.translation import gettext as _

from portal.reports.catalogue import Column, Sheet
from portal.reports.tabled import Table

_FIGURE: Final = re.compile(r"-?\d[\d,]*(\.\d+)?")
_YEAR: Final = re.compile(r"(19|20)\d\d")


def tables_of(data: Mapping[str, Any]) -> list[Table]:
    """The sheets of a document (shape: portal.core.shapes.Dossier): what it says, then its tables in their order.

    Figures of the tables become figures again where a whole column holds nothing else; drawings are left out.
    """
    lines: list[list[str]] = [[str(data["title"]), str(label), str(value)] for label, value in data["facts"]]
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


def _lines(blocks: list[Any], found: list[Table]) -> Iterator[list[str]]:
    """Item and words of each line of a section; its tables are put into `found`."""
    item = ""
    for block in blocks:
        kind = block["kind"]
        if kind == "heading":
            item = str(block["text"])
        elif kind == "facts":
            yield from ([str(label), str(value)] for label, value in block["rows"])
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
    places = [place for place, head in enumerate(heads) if head.get("align") == "right" and _is_figures(rows, place)]
    total = block.get("total") or [""] * len(heads)
    columns = [
        Column(str(head["label"]), "number", 16, total=bool(total[place]), unit=_("as the heading says"))
        if place in places
        else Column(str(head["label"]), width=int(24 * head.get("share", 1)) or 24)
        for place, head in enumerate(heads)
    ]
    lines = [[_figure(value) if place in places else value for place, value in enumerate(row)] for row in rows]
    title = f"{number} {block['caption']}"
    return Table(Sheet(f"table{number}", title, columns, note=str(block.get("note") or "")), lines)


def _is_figures(rows: list[list[str]], place: int) -> bool:
    """Whether the column holds figures alone, beside dashes for nothing; years are none, they have no separators."""
    values = [row[place] for row in rows if row[place] not in ("", "–")]
    are_years = all(_YEAR.fullmatch(value) for value in values)
    return bool(values) and not are_years and all(_FIGURE.fullmatch(value) for value in values)


def _figure(value: str) -> Decimal | None:
    return Decimal(value.replace(",", "")) if _FIGURE.fullmatch(value) else None
