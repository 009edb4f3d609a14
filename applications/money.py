"""What is known of the money of a plan and its projects. `grants` fills this registry; this app knows no ledger."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Final

from applications.models import Application
from portal.core.scope import Actor

# A source gives (label, value) lines for the page of a change: of one project, or of the whole plan when it is None.
Source = Callable[[Actor, Application, int | None], list[tuple[Any, Any]]]
_SOURCES: Final[list[Source]] = []


def register(source: Source) -> None:
    """Add a source of lines."""
    if source not in _SOURCES:
        _SOURCES.append(source)


def lines(actor: Actor, application: Application, project: int | None) -> list[tuple[Any, Any]]:
    """What is awarded, approved and paid, as far as the actor may know."""
    return [line for source in _SOURCES for line in source(actor, application, project)]
