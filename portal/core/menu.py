"""The menu: entries which apps register, shown to those whose roles include one of the entry's acts."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from typing import Any, Final

from django.template.loader import render_to_string
from django.urls import reverse
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import get_language

from portal.core.errors import Text
from portal.core.rules import may_ever
from portal.core.scope import Actor


@dataclass(frozen=True)
class Entry:
    """One line of the menu: label, route, group, and the acts of which one is needed (none: everyone sees it).

    place: within its group, where several apps fill it; those without come after, in the order they were given.
    nation: only for those whose scope is the whole country.
    """

    label: Text
    route: str
    group: Text
    acts: tuple[str, ...] = ()
    icon: str = ""
    signed_in: bool = True
    place: int = 99
    nation: bool = False


ENTRIES: Final[list[Entry]] = []
# Groups that belong together, in their order: by role, whose people have them first; everyone else has them last.
_ARRANGED: Final[dict[str, tuple[Text, ...]]] = {}


def register(*entries: Entry) -> None:
    """Add an app's entries."""
    ENTRIES.extend(entries)


def arrange(role: str, *groups: Text) -> None:
    """Let these groups stand together in this order: first for people of the role, whose work they are."""
    _ARRANGED[role] = groups


def _arranged(roles: frozenset[str]) -> dict[str, int]:
    """Where the arranged groups stand among the others: before all of them (below nought), or after."""
    found: dict[str, int] = {}
    for role, groups in _ARRANGED.items():
        base = -1 - len(groups) if role in roles else len(ENTRIES)
        found |= {str(group): base + number for number, group in enumerate(groups)}
    return found


@lru_cache(maxsize=256)
def _entries(roles: frozenset[str], signed_in: bool, nation: bool) -> tuple[tuple[Entry, str], ...]:
    """Entries with their addresses for these roles, in order; the routes and the table of rights never change."""
    shown = [
        (entry, reverse(entry.route))
        for entry in ENTRIES
        if (signed_in or not entry.signed_in)
        and (nation or not entry.nation)
        and (not entry.acts or may_ever(roles, entry.acts))
    ]
    # Apps fill a group together: it stands where the last of them put it, what has no group stands first.
    places = {str(entry.group): place for place, (entry, _) in enumerate(shown) if entry.group} | _arranged(roles)
    first = min(places.values(), default=0) - 1
    return tuple(sorted(shown, key=lambda item: (places.get(str(item[0].group), first), item[0].place)))


def _active(entries: tuple[tuple[Entry, str], ...], path: str) -> str:
    return max((url for _, url in entries if path.startswith(url)), key=len, default="")


def for_actor(actor: Actor, path: str) -> list[dict[str, Any]]:
    """The entries this actor sees, in the order of the apps; the deepest one the path is under is active."""
    entries = _entries(actor.roles, bool(actor.id), actor.scope.nation)
    active = _active(entries, path)
    return [
        {"label": entry.label, "url": url, "group": entry.group, "icon": entry.icon, "active": url == active}
        for entry, url in entries
    ]


@lru_cache(maxsize=2048)
def _html(roles: frozenset[str], signed_in: bool, nation: bool, active: str, language: str | None) -> SafeString:
    items = [
        {"label": entry.label, "url": url, "group": entry.group, "active": url == active}
        for entry, url in _entries(roles, signed_in, nation)
    ]
    return mark_safe(render_to_string("components/menu.html", {"items": items}))  # noqa: S308 - a template


def html(actor: Actor, path: str) -> SafeString:
    """The menu as the page shows it; it depends on roles, reach, language and the active entry alone."""
    entries = _entries(actor.roles, bool(actor.id), actor.scope.nation)
    if not entries:
        return SafeString("")
    return _html(actor.roles, bool(actor.id), actor.scope.nation, _active(entries, path), get_language())
