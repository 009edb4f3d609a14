"""A list at work in one request."""

from __future__ import annotations

import html
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final

from django.core.exceptions import FieldError, ValidationError
from django.core.paginator import Page, Paginator
from django.db.models import QuerySet, Sum
from django.http import FileResponse, HttpRequest
from django.utils.functional import cached_property
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from portal.core import as_of
from portal.core.errors import Text
from portal.core.tables import files
from portal.core.tables.columns import Cell, Column
from portal.core.tables.filters import Bound, Filter, bind, options_html

PAGE: Final = 50
_SIGNS: Final = (("", "▲"), ("-", "▼"))
EMPTY: Final = _("Nothing is here yet.")


def _escaped(content: SafeString | str) -> str:
    """As `conditional_escape`, which asks of each of some hundred cells whether it is to be translated later."""
    return content if isinstance(content, SafeString) else html.escape(str(content))


@dataclass(frozen=True)
class Head:
    """A column's heading: where a click leads, and how the list is sorted by it now."""

    column: Column
    url: str
    direction: str  # "ascending", "descending", or "" when not sorted by it


class Table:
    """Rows of a queryset (or a list) under declared columns. See `portal.core.tables` for how to use it.

    name: in the address of its region and in file names. order: the column sorted by at first, "-key" for downwards;
    without it the queryset's own order stands. Values in the address that make no sense are left aside.
    """

    def __init__(
        self,
        request: HttpRequest,
        rows: QuerySet[Any] | Sequence[Any],
        *,
        name: str,
        columns: Sequence[Column],
        filters: Sequence[Filter] = (),
        label: Text = "",
        empty: Text = EMPTY,
        order: str = "",
        size: int = PAGE,
    ) -> None:
        self.request, self.name, self.label, self.empty = request, name, label, empty
        self.columns = [column for column in columns if column.on != "file"]
        self.all_columns, self.size = list(columns), size
        self.filters: list[Bound] = bind(filters, request.GET)
        self.sort = self._sort(request.GET.get("sort", "")) or self._sort(order)
        self.rows = self._sorted(self._filtered(rows))

    def _sort(self, asked: str) -> str:
        known = {column.key for column in self.all_columns if column.sort}
        return asked if asked.removeprefix("-") in known else ""

    @property
    def is_filtered(self) -> bool:
        """Whether a filter is set."""
        return any(bound.value for bound in self.filters)

    def _filtered(self, rows: Any) -> Any:
        if not isinstance(rows, QuerySet):  # filters are conditions of the database; a made-up list stays whole
            return rows
        for bound in self.filters:
            condition = bound.filter.condition(bound.value) if bound.value else None
            if condition is not None:
                try:
                    rows = rows.filter(condition)
                except (ValidationError, ValueError, FieldError):
                    return rows.none()
        return rows

    def _sorted(self, rows: Any) -> Any:
        column = next((one for one in self.all_columns if self.sort and one.key == self.sort.lstrip("-")), None)
        if column is None:
            return rows
        down = self.sort.startswith("-")
        if not isinstance(rows, QuerySet):
            return sorted(rows, key=lambda row: (column.read(row) is None, column.read(row)), reverse=down)
        fields = [_turned(field) if down else field for field in column.order]
        return rows.order_by(*fields, "pk")

    @cached_property
    def page(self) -> Page[Any]:
        """The page asked for, or the nearest there is."""
        return Paginator(self.rows, self.size).get_page(self.request.GET.get("page"))

    @cached_property
    def lines(self) -> list[list[Cell]]:
        """The rows of this page as cells."""
        return [[column.cell(row) for column in self.columns] for row in self.page.object_list]

    @cached_property
    def body(self) -> SafeString:
        """The rows of this page as HTML. Put together here and not in the template, which is many times slower."""
        frames = [_frame(column) for column in self.columns]
        rows = []
        for line in self.lines:
            cells = []
            for (begin, end), cell in zip(frames, line, strict=True):
                content = _escaped(cell.content)
                wide = ' class="long"' if cell.is_long else ""
                if cell.url:
                    cells.append(f'{begin}<a href="{html.escape(cell.url)}"{wide}>{content}</a>{end}')
                else:
                    cells.append(f"{begin}<span{wide}>{content}</span>{end}")
            rows.append(f'<tr role="row">{"".join(cells)}</tr>')
        return mark_safe("".join(rows))  # noqa: S308 - every value above is escaped

    @cached_property
    def totals(self) -> list[tuple[Column, SafeString | str]]:
        """What stands under each column when one asks for its total (over all rows that fit, not this page alone)."""
        asked = {column.key: Sum(column.total_of) for column in self.columns if column.total}
        if not asked or not self.page.paginator.count:
            return []
        if isinstance(self.rows, QuerySet):
            sums = self.rows.order_by().aggregate(**{f"total_{key}": value for key, value in asked.items()})
        else:
            added = [one for one in self.columns if one.total]
            sums = {f"total_{one.key}": sum(filter(None, map(one.read, self.rows))) for one in added}
        return [(one, one.show(sums[f"total_{one.key}"]) if one.total else "") for one in self.columns]

    @property
    def heads(self) -> list[Head]:
        """Headings; a click sorts upwards, a second one downwards."""
        heads = []
        for column in self.columns:
            here = self.sort.removeprefix("-") == column.key and self.sort != ""
            down = self.sort.startswith("-")
            direction = ("descending" if down else "ascending") if here else ""
            url = self._address(sort=column.key if down or not here else f"-{column.key}") if column.sort else ""
            heads.append(Head(column, url, direction))
        return heads

    @property
    def sort_options(self) -> SafeString:
        """For narrow screens, where headings are not shown: each column upwards and downwards."""
        pairs = [(sign + one.key, one.label, mark) for one in self.columns if one.sort for sign, mark in _SIGNS]
        return options_html((value, f"{label} {mark}", value == self.sort) for value, label, mark in pairs)

    def _address(self, **changes: str) -> str:
        query = self.request.GET.copy()
        for key in ("page", "format"):
            query.pop(key, None)
        for key, value in changes.items():
            query[key] = value
        return f"?{query.urlencode()}"

    @property
    def csv_url(self) -> str:
        """What is shown, as CSV."""
        return self._address(format="csv")

    @property
    def xlsx_url(self) -> str:
        """What is shown, as XLSX."""
        return self._address(format="xlsx")

    @property
    def wants_file(self) -> bool:
        """Whether the address asks for a file."""
        return self.request.GET.get("format") in files.WRITERS

    def file(self) -> FileResponse:
        """All rows that fit (not this page alone), in the present order, as the file asked for."""
        columns = [column for column in self.all_columns if column.on != "page"]
        name, shown = self.name, as_of.moment()
        if shown is not None:  # a file of a past state says so in its name and in every row
            name = f"{name}-as-of-{shown:%Y%m%dT%H%M%S}"
            columns.append(Column("as_of", gettext("As of"), kind="moment", value=lambda _row: shown))
        rows = self.rows.iterator(chunk_size=1000) if _streams(self.rows) else self.rows
        return files.answer(self.request.GET["format"], name, columns, rows)


def _frame(column: Column) -> tuple[str, str]:
    """How a cell of the column begins and ends; the heading comes along for narrow screens."""
    label = html.escape(column.heading)
    if column.header:
        return f'<th scope="row" role="rowheader" data-label="{label}">', "</th>"
    number = ' class="num"' if column.is_right else ""
    return f'<td role="cell" data-label="{label}"{number}>', "</td>"


def _streams(rows: Any) -> bool:
    """Whether the rows may be read in chunks: what is prefetched comes along then as well."""
    return isinstance(rows, QuerySet)


def _turned(field: str) -> str:
    return field[1:] if field.startswith("-") else f"-{field}"
