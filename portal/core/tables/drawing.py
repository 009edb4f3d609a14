"""A list as HTML, put together here: a template takes many times as long for some hundred cells and choices."""

from __future__ import annotations

import html
from collections.abc import Callable, Iterable, Sequence
from functools import cache
from typing import TYPE_CHECKING, Any, Final

from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext, ngettext

from portal.core.errors import Text
from portal.core.tables.columns import Column, is_long, reader

if TYPE_CHECKING:
    from portal.core.tables.filters import Bound
    from portal.core.tables.table import Head

_WORDS: Final = ("text", "state")
# A text that may be kept by its signs: a SafeString equals one and is not escaped.
_PLAIN: Final = str


def escaped(content: Any) -> str:
    """As `conditional_escape`, which asks of each of some hundred cells whether it is to be translated later."""
    return content if isinstance(content, SafeString) else html.escape(str(content))


def rows(columns: Sequence[Column], shown: Sequence[Any]) -> SafeString:
    """The rows of a page; what holds for all cells of a column is worked out once."""
    if not shown:
        return mark_safe("")
    drawn = [_cell(column, shown[0]) for column in columns]
    lines = [f'<tr role="row">{"".join([cell(row) for cell in drawn])}</tr>' for row in shown]
    return mark_safe("".join(lines))  # noqa: S308 - every value is escaped


def _cell(column: Column, sample: Any) -> Callable[[Any], str]:
    """What draws a row's cell of the column, with the heading for narrow screens."""
    begin, end = _frame(column)
    link, value_of = column.link, reader(column, sample)
    piece = _words(column) if column.kind in _WORDS else _figure(column)

    def cell(row: Any) -> str:
        wide, content = piece(value_of(row), row)
        url = link(row) if link else ""
        if url:
            return f'{begin}<a href="{html.escape(url)}"{wide}>{content}</a>{end}'
        return f"{begin}<span{wide}>{content}</span>{end}"

    return cell


def _figure(column: Column) -> Callable[[Any, Any], tuple[str, str]]:
    show = column.show
    if column.kind == "due":  # the same days stand in many rows, and each is put into a sentence
        drawn = cache(lambda value: ("", escaped(show(value))))
        return lambda value, _row: drawn(value)

    def piece(value: Any, row: Any) -> tuple[str, str]:
        return "", escaped(show(value, row))

    return piece


def _words(column: Column) -> Callable[[Any, Any], tuple[str, str]]:
    """The same words stand in many rows: they are put into words, escaped and measured once.

    A plain text is what it says, and a state has the same words in every row unless the row brings them.
    """
    kept: dict[str, tuple[str, str]] = {}
    show, keeps = column.show, not column.label_of

    def piece(value: Any, row: Any) -> tuple[str, str]:
        is_plain = keeps and type(value) is _PLAIN
        if is_plain and (found := kept.get(value)):
            return found
        content = show(value, row)
        made = (' class="long"' if is_long(content) else "", escaped(content))
        if is_plain:
            kept[value] = made
        return made

    return piece


def _frame(column: Column) -> tuple[str, str]:
    """How a cell of the column begins and ends; the heading comes along for narrow screens."""
    label = html.escape(column.heading)
    if column.header:
        return f'<th scope="row" role="rowheader" data-label="{label}">', "</th>"
    number = ' class="num"' if column.is_right else ""
    return f'<td role="cell" data-label="{label}"{number}>', "</td>"


def heads(name: str, heads: Iterable[Head]) -> SafeString:
    """The row of headings; those that sort are links."""
    return mark_safe("\n".join(_head(name, head) for head in heads))  # noqa: S308 - every value is escaped


def _head(name: str, head: Head) -> str:
    column, words = head.column, escaped(head.column.label)
    number = ' class="num"' if column.is_right else ""
    sort = f' aria-sort="{head.direction}"' if head.direction else ""
    if head.url:
        url, control = html.escape(head.url), html.escape(f"sort-{name}-{column.key}")
        words = f'<a href="{url}" hx-get="{url}" id="{control}">{words}</a>'
    if unit := column.shown_unit:
        words += f' <span class="unit">{escaped(gettext("(%(unit)s)") % {"unit": unit})}</span>'
    return f'<th scope="col" role="columnheader"{number}{sort}>{words}</th>'


def totals(totals: Sequence[tuple[Column, SafeString | str]], rows: int) -> SafeString:
    """The row of totals, with how many rows they are of (all that fit, not this page alone); empty without any."""
    words = ngettext("Total of %(count)s row", "Total of %(count)s rows", rows) % {"count": f"{rows:,}"}
    cells = []
    for place, (column, value) in enumerate(totals):
        if not place and not column.total:
            cells.append(f'<th scope="row" role="rowheader">{html.escape(words)}</th>')
            continue
        looks = f"{'num' if column.is_right else ''}{'' if column.total else ' is-blank'}"
        label = html.escape(column.heading)
        cells.append(f'<td role="cell" data-label="{label}" class="{looks}">{escaped(value)}</td>')
    return mark_safe("".join(cells))  # noqa: S308 - every value is escaped


def filters(bounds: Iterable[Bound]) -> SafeString:
    """The controls of the filters with their labels."""
    return mark_safe("\n".join(_filter(bound) for bound in bounds))  # noqa: S308 - every value is escaped


def _filter(bound: Bound) -> str:
    control, key, kind = html.escape(bound.control), html.escape(bound.filter.key), bound.filter.kind
    label = f'<label class="field__label" for="{control}">{escaped(bound.filter.label)}</label>'
    if kind == "choice":
        choices = f'<option value="">{html.escape(gettext("All"))}</option>{options(bound.options)}'
        return f'<div>{label}<select class="form-select" name="{key}" id="{control}">{choices}</select></div>'
    value = html.escape(bound.value)
    names = f'name="{key}" id="{control}" value="{value}"'
    if kind == "day":
        return f'<div>{label}<input class="form-control" type="date" {names}></div>'
    return f'<div>{label}<input class="form-control" type="search" {names} maxlength="80"></div>'


def options(options: Iterable[tuple[str, Text, bool]]) -> SafeString:
    """Options of a list of choices: value, words, whether chosen."""
    lines = [
        f'<option value="{html.escape(value)}"{" selected" if chosen else ""}>{html.escape(str(label))}</option>'
        for value, label, chosen in options
    ]
    return mark_safe("".join(lines))  # noqa: S308 - every value is escaped
