"""A list at work in one request."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from django.core.exceptions import FieldError, ValidationError
from django.core.paginator import Page, Paginator
from django.db.models import Count, QuerySet, Sum
from django.http import FileResponse, HttpRequest
from django.utils.functional import cached_property
from django.utils.http import urlencode
from django.utils.safestring import SafeString
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from portal.core import as_of
from portal.core.errors import Text
from portal.core.exporting import taken_away
from portal.core.tables import drawing, files
from portal.core.tables.columns import Column
from portal.core.tables.filters import Bound, Filter, bind
from portal.core.tables.listing import Asked
from portal.core.templatetags import portal_ui

PAGE: Final = 50
_SIGNS: Final = (("", "▲"), ("-", "▼"))
EMPTY: Final = _("Nothing is here yet.")


@dataclass(frozen=True)
class Head:
    """A column's heading: where a click leads, and how the list is sorted by it now."""

    column: Column
    url: str
    direction: str  # "ascending", "descending", or "" when not sorted by it


class Table:
    """Rows of a queryset (or a list) under declared columns. See `portal.core.tables` for how to use it.

    name: in the address of its region and in file names. order: the column sorted by at first, "-key" for downwards;
    without it the queryset's own order stands. Values in the address that make no sense are left aside. is_once: the
    answer to a form, which no address shows again: all of it stands on the page, without a file. within: what of the
    address says which rows the list is of; its form and "Show all" keep it. of: that in words, beside the count.
    `note`: a sentence on what count and sums hold, said above the rows and with each other choice of them anew.
    """

    def __init__(
        self,
        request: HttpRequest,
        rows: QuerySet[Any] | Sequence[Any] | Asked,
        *,
        name: str,
        columns: Sequence[Column],
        filters: Sequence[Filter] = (),
        label: Text = "",
        empty: Text = EMPTY,
        order: str = "",
        size: int = PAGE,
        is_once: bool = False,
        within: Mapping[str, str] | None = None,
        of: Text = "",
    ) -> None:
        self.is_once, self.within, self.of = is_once, dict(within or {}), of
        self.note: Text = ""
        self.request, self.name, self.label, self.empty = request, name, label, empty
        self.columns = [column for column in columns if column.on != "file"]
        self.all_columns, self.size = (
            list(columns),
            max(size, len(rows)) if isinstance(rows, list) and is_once else size,
        )
        self.filters: list[Bound] = bind(filters, request.GET)
        self.sort = self._sort(request.GET.get("sort", "")) or self._sort(order)
        self._given = rows
        self._known: int | None = None

    def knows(self, count: int) -> None:
        """How many rows there are in all, where the page has counted them: its first page then asks for no number."""
        self._known = count

    def _sort(self, asked: str) -> str:
        known = {column.key for column in self.all_columns if column.sort}
        return asked if asked.removeprefix("-") in known else ""

    @property
    def is_filtered(self) -> bool:
        """Whether a filter is set."""
        return any(bound.value for bound in self.filters)

    @cached_property
    def rows(self) -> Any:
        """All rows that fit, in the present order."""
        given = self._given.rows() if isinstance(self._given, Asked) else self._given
        return self._sorted(self._filtered(given))

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
        column = self._sorting
        if column is None:
            return rows
        if not isinstance(rows, QuerySet):
            down = self.sort.startswith("-")
            return sorted(rows, key=lambda row: (column.read(row) is None, column.read(row)), reverse=down)
        return rows.order_by(*self._order)

    @property
    def _sorting(self) -> Column | None:
        return next((one for one in self.all_columns if self.sort and one.key == self.sort.lstrip("-")), None)

    @property
    def _order(self) -> tuple[str, ...]:
        """The fields the present order asks for; none: the rows' own."""
        fields = self._sorting.order if self._sorting else ()
        down = self.sort.startswith("-")
        return (*(_turned(name) if down else name for name in fields), "pk") if fields else ()

    @cached_property
    def _kept(self) -> Asked | None:
        """What is put together once, where it answers this request: the first page of everything."""
        at_first = not self.is_filtered and self.request.GET.get("page", "1") in ("", "1")
        return self._given if isinstance(self._given, Asked) and at_first else None

    @cached_property
    def page(self) -> Page[Any]:
        """The page asked for, or the nearest there is."""
        if self._kept is not None:
            pages: Paginator[Any] = Paginator([], self.size)
            counted = self._known if self._known is not None and not self._summed else self._sums["rows"]
            pages.count = counted  # type: ignore[misc]
            return Page(self._kept.first(self._order, self.size), 1, pages)
        paginator = Paginator(self.rows, self.size)
        if self._summed and isinstance(self.rows, QuerySet):
            paginator.count = self._sums["rows"]  # type: ignore[misc]  # counted with the totals, not before them
        return paginator.get_page(self.request.GET.get("page"))

    @cached_property
    def shown(self) -> list[Any]:
        """The rows of this page."""
        return list(self.page.object_list)

    @cached_property
    def body(self) -> SafeString:
        """The rows of this page as HTML."""
        return drawing.rows(self.columns, self.shown)

    @property
    def _summed(self) -> list[Column]:
        return [column for column in self.columns if column.total]

    @cached_property
    def _sums(self) -> dict[str, Any]:
        """How many rows fit, and what the columns that ask for it add up to over all of them; one query."""
        if self._kept is not None:
            return self._kept.sums(tuple((f"total_{one.key}", one.total_of) for one in self._summed))
        if isinstance(self.rows, QuerySet):
            asked = {f"total_{one.key}": Sum(one.total_of) for one in self._summed}
            return self.rows.order_by().aggregate(rows=Count("*"), **asked)
        return {f"total_{one.key}": sum(filter(None, map(one.read, self.rows))) for one in self._summed}

    @cached_property
    def totals(self) -> list[tuple[Column, SafeString | str]]:
        """What stands under each column when one asks for its total (over all rows that fit, not this page alone)."""
        if not self._summed or not self.page.paginator.count:
            return []
        return [(one, one.show(self._sums[f"total_{one.key}"]) if one.total else "") for one in self.columns]

    @property
    def foot_html(self) -> SafeString:
        """The totals as HTML."""
        return drawing.totals(self.totals, self.page.paginator.count)

    @property
    def all_url(self) -> str:
        """The list without filters."""
        return self.request.path + (f"?{urlencode(self.within)}" if self.within else "")

    @property
    def heads(self) -> list[Head]:
        """Headings; a click sorts upwards, a second one downwards."""
        heads = []
        for column in self.columns:
            here = self.sort.removeprefix("-") == column.key and self.sort != ""
            down = self.sort.startswith("-")
            direction = ("descending" if down else "ascending") if here else ""
            url = f"{self._query}sort={'' if down or not here else '-'}{column.key}" if column.sort else ""
            heads.append(Head(column, url, direction))
        return heads

    @property
    def head_html(self) -> SafeString:
        """The headings as HTML."""
        return drawing.heads(self.name, self.heads)

    @property
    def looks(self) -> str:
        """The classes that say how wide it is."""
        return portal_ui.wide(self.columns)

    @property
    def filters_html(self) -> SafeString:
        """The controls of the filters as HTML."""
        return drawing.filters(self.filters)

    @property
    def sort_options(self) -> SafeString:
        """For narrow screens, where headings are not shown: each column upwards and downwards."""
        pairs = [(one.key, str(one.label)) for one in self.columns if one.sort]
        return drawing.options(
            (sign + key, f"{label} {mark}", sign + key == self.sort) for key, label in pairs for sign, mark in _SIGNS
        )

    @cached_property
    def _query(self) -> str:
        """The address's query without page, order and file, to go on with."""
        query = self.request.GET.copy()
        for key in ("page", "format", "sort"):
            query.pop(key, None)
        return f"?{query.urlencode()}&" if query else "?"

    def _file_url(self, kind: str) -> str:
        sort = self.request.GET.get("sort", "")
        return f"{self._query}{urlencode({'sort': sort} if sort else {})}{'&' if sort else ''}format={kind}"

    @property
    def csv_url(self) -> str:
        """What is shown, as CSV."""
        return self._file_url("csv")

    @property
    def xlsx_url(self) -> str:
        """What is shown, as XLSX."""
        return self._file_url("xlsx")

    @property
    def wants_file(self) -> bool:
        """Whether the address asks for a file."""
        return self.request.GET.get("format") in files.WRITERS

    def file(self, *, told: bool = False) -> FileResponse:
        """All rows that fit (not this page alone), in the present order, as the file asked for.

        Who takes it away stands in the trail. told: it does already, as an act of the app's own.
        """
        if not told:
            taken_away(self.request, self.name, self.label)
        columns = []
        for column in self.all_columns:
            if column.on != "page":
                columns += [column, column.counted] if column.void else [column]
        name, shown = self.name, as_of.moment()
        if shown is not None:  # a file of a past state says so in its name and in every row
            shown = shown.replace(microsecond=0)  # a spreadsheet would round it up
            name = f"{name}-as-of-{shown:%Y%m%dT%H%M%S}"
            columns.append(Column("as_of", gettext("As of"), kind="moment", value=lambda _row: shown))
        rows = self.rows.iterator(chunk_size=1000) if _streams(self.rows) else self.rows
        return files.answer(self.request.GET["format"], name, columns, rows)


def _streams(rows: Any) -> bool:
    """Whether the rows may be read in chunks: what is prefetched comes along then as well."""
    return isinstance(rows, QuerySet)


def _turned(field: str) -> str:
    return field[1:] if field.startswith("-") else f"-{field}"
