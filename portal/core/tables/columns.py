"""Columns of a list: what they read, how it is shown in the page, what stands in the file."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime
from decimal import Decimal
from functools import cache
from operator import attrgetter, methodcaller
from typing import Any, Final, Literal

from django.core.exceptions import FieldDoesNotExist
from django.db.models import Choices, Model
from django.urls import reverse
from django.utils.html import escape
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import get_language, gettext

from portal.core import clock, units
from portal.core.errors import Text
from portal.core.money import WAN, ZERO, to_hundredths
from portal.core.templatetags import portal_ui

Kind = Literal[
    "text", "code", "number", "points", "change", "percent", "yuan", "wan", "date", "moment", "due", "state", "yes"
]
# Kinds whose values stand to the right, digit under digit.
RIGHT: Final = {"number", "points", "change", "percent", "yuan", "wan"}
UNITS: Final[dict[str, Text]] = {
    "wan": units.WORDS["wan"],
    "percent": "%",
}
NONE: Final = "–"
# Signs from which on a text is long; a Chinese sign is as wide as two Latin ones.
LONG_LATIN: Final = 20
LONG_CHINESE: Final = 9
_TAG: Final = re.compile("<[^>]*>")


def read(row: Any, path: str) -> Any:
    """The value at a path such as "unit.province" in a row or mapping; None where the path ends early."""
    if "." not in path and not isinstance(row, Mapping) and row is not None:  # most columns of most lists
        found = getattr(row, path)
        return found() if callable(found) else found
    for part in path.split("."):
        if row is None:
            return None
        row = row[part] if isinstance(row, Mapping) else getattr(row, part)
    return row() if callable(row) else row


# A number that stands for a row's key while an address is looked up; no key of a row comes near it.
_PLACE: Final = 98765432101


@cache
def around(route: str, place: int | str = _PLACE) -> tuple[str, str]:
    """What stands before and after the key in a route's address: lists name it in each of their lines.

    place: what stands for the key while the address is looked up; it must be one that the route takes.
    """
    return _around(route, place)


def _around(route: str, place: int | str, *above: int) -> tuple[str, str]:
    before, after = reverse(route, args=[*above, place]).split(str(place))
    return before, after


def link_to(route: str, key: str = "pk", *, above: int | None = None) -> Callable[[Any], str]:
    """A row's address by its number: the route is looked up once; `above`: a number that stands before the row's."""
    fixed = None if above is None else _around(route, _PLACE, above)

    def address(row: Any) -> str:
        before, after = fixed or around(route)
        return f"{before}{int(getattr(row, key))}{after}"

    return address


@cache
def _labels(model: type[Model], name: str, language: str | None) -> dict[Any, str]:
    """The words of a field's choices; `language` is the one they are in (Django looks each up anew for each row)."""
    try:
        field = model._meta.get_field(name)
    except FieldDoesNotExist:
        return {}
    return {value: str(label) for value, label in getattr(field, "flatchoices", ())}


def is_long(content: SafeString | str) -> bool:
    """Whether words need a column of some width: a Chinese text may break after each sign."""
    text = _TAG.sub("", content) if isinstance(content, SafeString) else content
    return len(text) > (LONG_LATIN if text.isascii() else LONG_CHINESE)


@dataclass(frozen=True)
class Column:
    """One column. `key` names it in addresses and files.

    value: path or function; the key when missing. kind: how it is shown (amounts are given in yuan; "wan" shows
    them in ten thousand yuan; "points" has two places, "change" a sign as well). unit: stands in the heading; money
    and per cent bring theirs. sort: the fields to order by; empty, the column does not sort. link: gives a row's
    address. header: the column names its row. total: the field whose sum over all rows that fit stands under the
    column; True when it is the key. label_of: for a state, the path of its words; Django's `get_…_display` when
    missing; choices: where its words stand when rows are no objects of a model. on: "page", "file" or "both". void:
    whether the row's amount does not count (refused, taken back): it is struck through, and said so to those who hear
    the page; a file has what counts in a column of its own.
    """

    key: str
    label: Text
    value: str | Callable[[Any], Any] = ""
    kind: Kind = "text"
    unit: Text = ""
    sort: str | tuple[str, ...] = ""
    link: Callable[[Any], str] | None = None
    header: bool = False
    total: bool | str = False
    label_of: str = ""
    choices: type[Choices] | None = None
    on: Literal["both", "page", "file"] = "both"
    void: Callable[[Any], bool] | None = None

    @property
    def is_right(self) -> bool:
        """Whether its values are figures."""
        return self.kind in RIGHT

    @property
    def shown_unit(self) -> Text:
        """The unit in the heading; that of amounts in yuan follows the person's choice (`portal.core.units`)."""
        return self.unit or (units.word() if self.kind == "yuan" else UNITS.get(self.kind, ""))

    @property
    def heading(self) -> str:
        """Label and unit, as a file's heading."""
        unit = str(self.shown_unit)
        return gettext("%(label)s (%(unit)s)") % {"label": self.label, "unit": unit} if unit else str(self.label)

    @property
    def counted(self) -> Column:
        """Of a column with amounts that do not count, what counts, for files: added up it is the total of the page."""
        label = gettext("%(label)s, counted") % {"label": self.label}

        def value(row: Any) -> Any:
            return ZERO if self.void is not None and self.void(row) else self.read(row)

        return replace(self, key=f"{self.key}_counted", label=label, value=value, void=None)

    @property
    def order(self) -> tuple[str, ...]:
        """The fields it sorts by, upwards."""
        return (self.sort,) if isinstance(self.sort, str) else self.sort

    @property
    def total_of(self) -> str:
        """The field it adds up."""
        return self.total if isinstance(self.total, str) else self.key

    def read(self, row: Any) -> Any:
        """The row's value as it is."""
        return self.value(row) if callable(self.value) else read(row, self.value or self.key)

    def words(self, row: Any, value: Any) -> str:
        """A state in words."""
        if self.label_of:
            return str(read(row, self.label_of))
        if self.choices is not None:
            return str(self.choices(value).label)
        *above, name = (self.value if isinstance(self.value, str) and self.value else self.key).split(".")
        holder = read(row, ".".join(above)) if above else row
        if isinstance(holder, Model):
            words = _labels(type(holder), name, get_language()).get(value)
            if words is not None:
                return words
        display = getattr(holder, f"get_{name}_display", None)
        return str(display()) if display else str(value)

    def show(self, value: Any, row: Any = None) -> SafeString | str:
        """A value in the column's form."""
        if value is None or value == "":
            return NONE
        match self.kind:
            case "state":
                return portal_ui.status_tag(value, self.words(row, value))
            case "yuan" | "wan":
                text = portal_ui.yuan(value) if self.kind == "yuan" else portal_ui.wan(value)
                return portal_ui.struck(text) if self.void and row is not None and self.void(row) else text
            case "number" | "percent":
                text = f"{value:,}" if isinstance(value, int) else f"{value:,f}"
                return text.rstrip("0").rstrip(".") if "." in text else text
            case "points" | "change":
                near = to_hundredths(value)
                if not near:
                    return "0.00"  # never with a sign
                return f"{near:+,.2f}" if self.kind == "change" else f"{near:,.2f}"
            case "due":
                return portal_ui.deadline(value)
            case "date" | "moment":
                return portal_ui.moment(value)
            case "yes":
                return gettext("yes") if value else gettext("no")
            case "code":
                return mark_safe(f'<span class="code">{escape(value)}</span>')  # noqa: S308 - the value is escaped
            case _:
                return value if isinstance(value, SafeString) else str(value)

    def plain(self, row: Any) -> str | int | Decimal | date | datetime | None:
        """The value as a file holds it: figures as figures, in the unit of the heading."""
        value = self.read(row)
        if value is None or value == "":
            return None
        match self.kind:
            case "state":
                return self.words(row, value)
            case "wan":
                return Decimal(value) / WAN
            case "yuan" | "number" | "percent":
                return value if isinstance(value, int) else Decimal(value)
            case "points" | "change":
                return Decimal(f"{value:.6f}")
            case "date" | "moment" | "due":
                return value.astimezone(clock.SHANGHAI) if isinstance(value, datetime) else value
            case "yes":
                return gettext("yes") if value else gettext("no")
            case _:
                # A year, a number in turn or a day among words is in a file what it is: spreadsheets sort it.
                if isinstance(value, datetime):
                    return value.astimezone(clock.SHANGHAI)
                return value if type(value) in (int, Decimal, date) else str(value)


def reader(column: Column, sample: Any) -> Callable[[Any], Any]:
    """What gives the column's value of a row as `Column.read` does; `sample`: one of the rows, which are all alike."""
    if callable(column.value):
        return column.value
    path = column.value or column.key
    if "." in path or isinstance(sample, Mapping):
        return lambda row: read(row, path)
    return methodcaller(path) if callable(getattr(sample, path)) else attrgetter(path)
