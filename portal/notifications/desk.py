"""The desk in groups: overdue, due within a week, later, without a day."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import timedelta
from typing import Final

from django.utils.translation import gettext_lazy as _

from portal.core import clock
from portal.core.errors import Text
from portal.notifications.todo import Todo

SOON: Final = 7
LABELS: Final[dict[str, Text]] = {
    "late": _("Overdue"),
    "soon": _("Due within seven days"),
    "later": _("Due later"),
    "open": _("Without a deadline"),
}


@dataclass(frozen=True)
class Group:
    """Things to do that are equally pressing."""

    key: str
    label: Text
    todos: list[Todo]

    @property
    def count(self) -> int:
        """How many things, those counted together included."""
        return sum(todo.count for todo in self.todos)


def place(todo: Todo) -> str:
    """The group a thing belongs to now. The last second of a deadline is not overdue."""
    if todo.due is None:
        return "open"
    if clock.is_over(todo.due):
        return "late"
    last = clock.end_of_day(clock.today() + timedelta(days=SOON))
    return "soon" if todo.due <= last else "later"


def groups(todos: Iterable[Todo]) -> list[Group]:
    """The groups that hold something, the most pressing first; inside, the nearest deadline first."""
    sorted_in: dict[str, list[Todo]] = {key: [] for key in LABELS}
    for todo in todos:
        sorted_in[place(todo)].append(todo)
    return [Group(key, label, sorted_in[key]) for key, label in LABELS.items() if sorted_in[key]]
