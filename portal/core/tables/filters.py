"""Filters over a list: read from the address, put before the list as a form that works without script."""

from __future__ import annotations

import operator
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date
from functools import reduce
from typing import Any, Final

from django.db.models import Q
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy as _

from portal.core import clock
from portal.core.errors import Text
from portal.core.tables import drawing

LONGEST: Final = 80
SEARCH: Final = _("Search")
Pairs = Iterable[tuple[Any, Any]]


class Filter:
    """One filter: its name in the address, its label, and the condition a value stands for."""

    kind = ""
    # Always has a value, as what a list is divided by: it is no filter that somebody set.
    is_always_set = False

    def __init__(self, key: str, label: Text) -> None:
        self.key, self.label = key, label

    def condition(self, value: str) -> Q | None:
        """What rows must fulfil; None when the value says nothing or makes no sense."""
        raise NotImplementedError

    def options(self, value: str) -> list[tuple[str, Text, bool]]:
        """Value, label and whether it is chosen, for a list of choices."""
        return []


class Search(Filter):
    """Rows in which one of the fields contains the text."""

    kind = "search"

    def __init__(self, *fields: str, key: str = "q", label: Text = SEARCH) -> None:
        super().__init__(key, label)
        self.fields = fields

    def condition(self, value: str) -> Q | None:
        """One of the fields contains it, whatever its capitals."""
        return reduce(operator.or_, (Q(**{f"{field}__icontains": value}) for field in self.fields))


class Choice(Filter):
    """Rows whose field has the chosen value. `choices` may be a function: it is asked once a page."""

    kind = "choice"

    def __init__(self, key: str, label: Text, choices: Pairs | Callable[[], Pairs], *, field: str = "") -> None:
        super().__init__(key, label)
        self.choices, self.field = choices, field or key

    def options(self, value: str) -> list[tuple[str, Text, bool]]:
        """All choices."""
        pairs = self.choices() if callable(self.choices) else self.choices
        return [(str(code), label, str(code) == value) for code, label in pairs]

    def condition(self, value: str) -> Q | None:
        """The field has the value; a value that is no choice finds nothing."""
        return Q(**{self.field: value})


class Day(Filter):
    """Rows from a day on (`until=False`) or up to and with a day; of a date field, or of a moment (`moment=True`)."""

    kind = "day"

    def __init__(self, key: str, label: Text, field: str, *, until: bool = False, moment: bool = False) -> None:
        super().__init__(key, label)
        self.field, self.until, self.moment = field, until, moment

    def condition(self, value: str) -> Q | None:
        """On the right side of the day."""
        try:
            day = date.fromisoformat(value)
        except ValueError:
            return None
        edge = day
        if self.moment:
            edge = clock.last_moment(day) if self.until else clock.first_moment(day)
        return Q(**{f"{self.field}__{'lte' if self.until else 'gte'}": edge})


@dataclass(frozen=True)
class Bound:
    """A filter with the value given in the address."""

    filter: Filter
    value: str

    @property
    def control(self) -> str:
        """The id of its control."""
        return f"filter_{self.filter.key}"

    @property
    def is_set(self) -> bool:
        """Whether somebody narrowed the list by it."""
        return bool(self.value) and not self.filter.is_always_set

    @property
    def options(self) -> list[tuple[str, Text, bool]]:
        """The choices, the chosen one marked."""
        return self.filter.options(self.value)

    @property
    def options_html(self) -> SafeString:
        """The choices as HTML."""
        return drawing.options(self.options)


def bind(filters: Iterable[Filter], query: Any) -> list[Bound]:
    """Each filter with its value; a null character or an endless text is no value."""
    return [Bound(one, query.get(one.key, "").replace("\x00", "").strip()[:LONGEST]) for one in filters]
