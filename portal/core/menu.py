"""The menu: entries which apps register, shown to those whose roles include one of the entry's acts."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Final

from django.urls import reverse

from portal.core.errors import Text
from portal.core.rules import may_ever
from portal.core.scope import Actor


@dataclass(frozen=True)
class Entry:
    """One line of the menu: label, route, group, and the acts of which one is needed (none: everyone sees it)."""

    label: Text
    route: str
    group: Text
    acts: tuple[str, ...] = ()
    icon: str = ""
    signed_in: bool = True


ENTRIES: Final[list[Entry]] = []


def register(*entries: Entry) -> None:
    """Add an app's entries."""
    ENTRIES.extend(entries)


def for_actor(actor: Actor, path: str) -> list[dict[str, Any]]:
    """The entries this actor sees, in the order of the apps; the deepest one the path is under is active."""
    shown = [
        {"label": entry.label, "url": reverse(entry.route), "group": entry.group, "icon": entry.icon, "active": False}
        for entry in ENTRIES
        if (actor.id or not entry.signed_in) and (not entry.acts or may_ever(actor, entry.acts))
    ]
    under = [item for item in shown if path.startswith(str(item["url"]))]
    if under:
        max(under, key=lambda item: len(str(item["url"])))["active"] = True
    return shown
