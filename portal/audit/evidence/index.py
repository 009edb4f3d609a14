"""The index of a bundle for people: one workbook and one page, both written row by row as the rows pass."""

from __future__ import annotations

import contextlib
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from html import escape
from pathlib import Path
from typing import IO, Any, Final

import xlsxwriter
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from portal.core import clock

OPTIONS: Final = {"constant_memory": True, "strings_to_formulas": False, "strings_to_urls": False}

_STYLE: Final = (
    "body{font-family:'Noto Sans CJK SC','Microsoft YaHei',sans-serif;margin:2rem;line-height:1.5;color:#1b2733}"
    "table{border-collapse:collapse;margin:1rem 0}th,td{border:1px solid #b8c2cc;padding:.25rem .5rem;text-align:left;"
    "vertical-align:top}td.n{text-align:right;white-space:nowrap}code{word-break:break-all}"
)


@dataclass(frozen=True)
class Cell:
    """A value of the index: a text, a number, a moment, or a text that leads to a file of the bundle."""

    value: Any
    path: str = ""


def in_beijing(moment: datetime) -> str:
    """A moment in words."""
    return moment.astimezone(clock.SHANGHAI).strftime("%Y-%m-%d %H:%M:%S")


class Index:
    """Writes both at once. Sheets follow each other; the facts come last and stand first."""

    def __init__(self, folder: Path, made_at: datetime) -> None:
        self.xlsx, self.html = folder / "index.xlsx", folder / "index.html"
        self._book = xlsxwriter.Workbook(str(self.xlsx), OPTIONS | {"tmpdir": str(folder)})
        self._book.set_properties({"created": made_at.astimezone(UTC).replace(tzinfo=None, microsecond=0)})
        self._bold = self._book.add_format({"bold": True, "bottom": 2, "bg_color": "#f3f5f8"})
        self._money = self._book.add_format({"num_format": "#,##0.00"})
        self._moment = self._book.add_format({"num_format": "yyyy-mm-dd hh:mm:ss"})
        self._cover = self._book.add_worksheet(_("Cover"))
        self._page: Any = None
        self._row = 0
        self._tables: IO[str] = (folder / "tables.html").open("w+", encoding="utf-8")

    def sheet(self, title: str, heads: Sequence[str]) -> None:
        """Begin a list."""
        self._end()
        self._page, self._row = self._book.add_worksheet(title[:31]), 1
        for place, head in enumerate(heads):
            self._page.set_column(place, place, 22)
            self._page.write_string(0, place, head, self._bold)
        self._page.freeze_panes(1, 0)
        cells = "".join(f'<th scope="col">{escape(head)}</th>' for head in heads)
        self._tables.write(f"<h2>{escape(title)}</h2>\n<table><thead><tr>{cells}</tr></thead><tbody>\n")

    def row(self, cells: Sequence[Cell]) -> None:
        """The next row of the list."""
        line = []
        for place, cell in enumerate(cells):
            if isinstance(cell.value, (int, float)) or hasattr(cell.value, "quantize"):
                shape = None if isinstance(cell.value, int) else self._money
                self._page.write_number(self._row, place, cell.value, shape)
                line.append(f'<td class="n">{cell.value if isinstance(cell.value, int) else f"{cell.value:,.2f}"}</td>')
                continue
            if isinstance(cell.value, datetime):
                at = cell.value.astimezone(clock.SHANGHAI).replace(tzinfo=None, microsecond=0)
                self._page.write_datetime(self._row, place, at, self._moment)
                line.append(f"<td>{in_beijing(cell.value)}</td>")
                continue
            text = str(cell.value)
            self._page.write_string(self._row, place, text[:32_767])
            inner = f'<a href="{escape(cell.path)}">{escape(text)}</a>' if cell.path else escape(text)
            line.append(f"<td>{inner}</td>")
        self._row += 1
        self._tables.write(f"<tr>{''.join(line)}</tr>\n")

    def _end(self) -> None:
        if self._page is not None:
            self._tables.write("</tbody></table>\n")

    def close(self, title: str, facts: Sequence[tuple[str, str]], note: str) -> None:
        """Write the facts and end both files."""
        self._end()
        self._cover.set_column(0, 0, 30)
        self._cover.set_column(1, 1, 90)
        self._cover.write_string(0, 0, title, self._bold)
        for place, (label, value) in enumerate([*facts, ("", note)], start=2):
            self._cover.write_string(place, 0, label)
            self._cover.write_string(place, 1, value)
        self._book.close()
        terms = "".join(f"<tr><th>{escape(label)}</th><td>{escape(value)}</td></tr>\n" for label, value in facts)
        with self.html.open("w", encoding="utf-8") as page:
            page.write(
                f'<!doctype html>\n<html lang="{get_language()}"><head><meta charset="utf-8"><title>{escape(title)}'
                f"</title><style>{_STYLE}</style></head><body>\n<h1>{escape(title)}</h1>\n<table>{terms}</table>\n"
                f"<p>{escape(note)}</p>\n"
            )
            self._tables.seek(0)
            while piece := self._tables.read(65_536):
                page.write(piece)
            page.write("</body></html>\n")
        self.abandon()

    def abandon(self) -> None:
        """Let go of the files that are not kept; the rows of an open workbook lie in files of their own."""
        with contextlib.suppress(Exception):
            self._book.close()
        self._tables.close()
