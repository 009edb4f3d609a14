"""What is mine to do and by when: functions which apps register, asked by the desk."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from portal.core.errors import Text
from portal.core.scope import Actor


@dataclass(frozen=True)
class Todo:
    """One line of the desk: what to do, where, by when, how many of it.

    due_of: what `due` ends, where the line names another day besides.
    remind: days before `due` on which a letter goes out, where they are others than everywhere else.
    """

    label: Text
    url: str
    due: datetime | None = None
    count: int = 1
    note: Text = ""
    remind: tuple[int, ...] = ()
    due_of: Text = ""


SOURCES: Final[list[Callable[[Actor], list[Todo]]]] = []


def register(source: Callable[[Actor], list[Todo]]) -> None:
    """Add an app's source; it costs at most one query."""
    SOURCES.append(source)


def for_actor(actor: Actor) -> list[Todo]:
    """All that waits for the actor, the nearest deadline first, what has none last."""
    found = [todo for source in SOURCES for todo in source(actor)]
    return sorted(found, key=lambda todo: (todo.due is None, todo.due.timestamp() if todo.due else 0))
