"""PDF: one document from a template of its own, or the sheets in the general one; what the cover says stands in it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Final

from django.conf import settings
from django.utils import translation
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from portal.core import clock, pdf
from portal.core.errors import DomainError
from portal.reports.catalogue import Column, Document, Picture, Ready, Sheet
from portal.reports.writers.base import Writer
from portal.reports.writers.drawing import drawn
from portal.reports.writers.shown import Sums, breakable, shown

MOST_ROWS: Final = 20_000
# How wide the sheets of `table.typ` are (points) and how large their type is, by how many columns they have at most.
LOOKS: Final = ((7, 751, 9.0), (10, 751, 7.5), (14, 751, 6.5), (10_000, 1100, 7.5))
INSET: Final = 8


class PdfWriter(Writer):
    """The document is set at the end; moment, mark and site are put in here. Sheets go into `table.typ`."""

    part: Document | None = None
    made: bytes = b""
    sheets: list[dict[str, Any]]
    sums: Sums | None = None
    charted: list[Sequence[Any]]
    rooms: list[float]

    def begin(self, sheet: Sheet) -> None:
        self._end_sheet()
        if len(self.seen) == 1:
            self.sheets = []
        self.charted = []
        self.rooms = _rooms(sheet.columns)
        self.sums = Sums(sheet.columns)
        self.sheets.append(
            {
                "title": str(sheet.title),
                "note": str(sheet.note),
                "columns": [
                    {
                        "label": str(column.label),
                        "align": "right" if column.is_right else "left",
                        "share": _share(column),
                    }
                    for column in sheet.columns
                ],
                "rows": [],
                "total": [],
                "pictures": [],
            }
        )

    def row(self, row: Sequence[Any]) -> None:
        assert self.sheet is not None and self.sums is not None  # noqa: S101, PT018 - a row follows its sheet
        if self.count > MOST_ROWS:
            raise DomainError(
                "report_too_long",
                _("More than %(most)s rows are no document to read. Choose XLSX or CSV, or narrower parameters.")
                % {"most": f"{MOST_ROWS:,}"},
            )
        self.sums.add(row)
        if self.sheet.chart is not None:
            self.charted.append(row)
        self.sheets[-1]["rows"].append(
            [
                shown(value, column) if column.is_right else breakable(shown(value, column), room)
                for value, column, room in zip(row, self.sheet.columns, self.rooms, strict=True)
            ]
        )

    def picture(self, part: Picture) -> None:
        self.sheets[-1]["pictures"].append(_plain(part))

    def document(self, part: Document) -> None:
        self.part = part

    def ready(self, part: Ready) -> None:
        self.made = part.content

    def _end_sheet(self) -> None:
        if self.sums is None or self.sheet is None:
            return
        self.sheets[-1]["total"] = self.sums.cells() if self.sheets[-1]["rows"] else []
        previous = self.seen[len(self.sheets) - 1]
        if previous.chart is not None and self.charted:
            picture = drawn(previous, previous.chart, self.charted)
            self.sheets[-1]["pictures"].insert(0, _plain(picture))
        self.sums = None

    def finish(self, facts: list[tuple[str, str]]) -> None:
        if self.made:
            self.path.write_bytes(self.made)
            return
        if self.part is None and not self.seen:
            raise ValueError("The builder gave no document.")
        if self.part is None:
            self._end_sheet()
            self.path.write_bytes(pdf.render("table", self._tables(facts)))
            return
        data = dict(self.part.data)
        own = data.get("language")
        # Documents with a template of their own are Chinese, whoever asks, unless they say that they are not.
        with translation.override("en" if own == "en" else "zh-hans"):
            data |= self._ground()
            if "sections" in data:
                data["about"] = {"title": _("About this document"), "rows": self.facts()}
        self.path.write_bytes(pdf.render(self.part.template, data))

    def _ground(self) -> dict[str, Any]:
        return {
            "made_at": self.order.as_of.astimezone(clock.SHANGHAI).replace(microsecond=0).isoformat(),
            "site": str(settings.SITE_NAME),
            "demonstration": settings.DEMONSTRATION,
        }

    def _tables(self, facts: list[tuple[str, str]]) -> dict[str, Any]:
        """The data of `table.typ` (portal.core.shapes.Tables)."""
        return {
            **self._ground(),
            "language": "en" if get_language() == "en" else "zh",
            "title": str(self.order.report.title),
            "batch": "",
            "digest": self.rows_sha256,
            "facts": [list(pair) for pair in facts],
            "sheets": self.sheets,
            "nothing": _("Nothing fits these parameters."),
            "columns_title": _("Columns"),
            "columns_heads": [_("Sheet"), _("Column"), _("Unit"), _("Source")],
            "columns_rows": [list(row) for row in self.columns()],
        }


def _share(column: Column) -> int:
    return max(6, min(column.width, 40))


def _rooms(columns: Sequence[Column]) -> list[float]:
    """The width of the cells of each column, in sizes of their type."""
    wide, size = next((wide, size) for most, wide, size in LOOKS if len(columns) <= most)
    shares = [_share(column) for column in columns]
    return [(wide * share / sum(shares) - INSET) / size for share in shares]


def _plain(picture: Picture) -> dict[str, str]:
    return {"caption": str(picture.caption), "svg": picture.svg, "alt": str(picture.alt)}
