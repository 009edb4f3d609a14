"""The menu: entries which apps register, shown to those whose roles include one of the entry's acts.

Its groups open and close. A short menu stands open; of a long one the groups of the person's own work do (`work_of`),
and that of the present page always does. What somebody opens or closes is kept in a cookie, so that the page comes as
it was left and nothing moves when its script begins.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache
from itertools import groupby
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
# Groups that hold the daily work of a role.
_WORK: Final[dict[str, list[Text]]] = {}
# So many lines are seen at once; a menu that has more is folded.
SHORT: Final = 14
COOKIE: Final = "menu"
OPEN, CLOSED = "+", "-"
MOST_KEPT: Final = 40


@dataclass(frozen=True)
class Group:
    """Lines that stand together: `key` names the group in every language, in the cookie and in the page."""

    key: str
    label: Text
    entries: tuple[tuple[Entry, str], ...]


def register(*entries: Entry) -> None:
    """Add an app's entries."""
    ENTRIES.extend(entries)


def arrange(role: str, *groups: Text) -> None:
    """Let these groups stand together in this order: first for people of the role, whose work they are."""
    _ARRANGED[role] = groups


def work_of(*pairs: tuple[Text, Iterable[str]]) -> None:
    """Name groups with the roles whose daily work they hold: for their people they stand open."""
    for label, roles in pairs:
        for role in roles:
            _WORK.setdefault(role, []).append(label)


def _own(roles: frozenset[str]) -> list[str]:
    """Groups of these roles' daily work, in the order they were named."""
    return list(dict.fromkeys(str(label) for role in sorted(roles) for label in _WORK.get(role, ())))


def _arranged(roles: frozenset[str]) -> dict[str, int]:
    """Where groups stand among the others: those of the own work before them (below nought), arranged ones before
    these for people of their role, for everyone else after all.
    """
    own = _own(roles)
    found = {label: number - len(own) for number, label in enumerate(own)}
    for role, groups in _ARRANGED.items():
        base = -len(own) - len(groups) if role in roles else len(ENTRIES)
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
    places = {str(entry.group): place for place, (entry, _) in enumerate(shown) if entry.group}
    places |= {label: place for label, place in _arranged(roles).items() if label in places}
    first = min(places.values(), default=0) - 1
    return tuple(sorted(shown, key=lambda item: (places.get(str(item[0].group), first), item[0].place)))


@lru_cache(maxsize=256)
def groups(roles: frozenset[str], signed_in: bool, nation: bool) -> tuple[Group, ...]:
    """The same entries group by group; a group's key is the route of its first line."""
    found = groupby(_entries(roles, signed_in, nation), key=lambda item: str(item[0].group))
    parts = [tuple(lines) for _label, lines in found]
    return tuple(Group(lines[0][0].route.replace(":", "-"), lines[0][0].group, lines) for lines in parts)


def kept(cookie: str) -> dict[str, bool]:
    """Which groups somebody opened (True) or closed, as the cookie has it; what makes no sense is left aside."""
    words = cookie.split(".")[:MOST_KEPT]
    return {word[1:]: word[0] == OPEN for word in words if word[:1] in (OPEN, CLOSED) and word[1:]}


def keep(cookie: str, key: str, *, is_open: bool) -> str:
    """The cookie with one group opened or closed."""
    found = kept(cookie) | {key: is_open}
    return ".".join(f"{OPEN if opened else CLOSED}{name}" for name, opened in found.items())


def is_known(key: str) -> bool:
    """Whether a group of some menu has this key."""
    return any(entry.route.replace(":", "-") == key for entry in ENTRIES)


def _opened(roles: frozenset[str], found: tuple[Group, ...], active: str, cookie: str) -> frozenset[str]:
    """Keys of the groups that stand open on this page."""
    is_short = sum(len(group.entries) for group in found) <= SHORT
    own = set(_own(roles)) | {str(label) for role in roles for label in _ARRANGED.get(role, ())}
    said = kept(cookie)
    return frozenset(
        group.key
        for group in found
        if any(url == active for _entry, url in group.entries)
        or said.get(group.key, is_short or str(group.label) in own)
    )


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
def _html(
    roles: frozenset[str], signed_in: bool, nation: bool, active: str, opened: frozenset[str], language: str | None
) -> SafeString:
    shown = [
        {
            "key": group.key,
            "label": group.label,
            "is_fold": bool(group.label) and len(group.entries) > 1,  # a single line is no longer than its heading
            "is_open": group.key in opened,
            "items": [{"label": entry.label, "url": url, "active": url == active} for entry, url in group.entries],
        }
        for group in groups(roles, signed_in, nation)
    ]
    return mark_safe(render_to_string("components/menu.html", {"groups": shown}))  # noqa: S308 - a template


def html(actor: Actor, path: str, cookie: str = "") -> SafeString:
    """The menu as the page shows it; it depends on roles, reach, language, the active entry and the open groups alone.

    cookie: which groups this browser's person opened and closed (`COOKIE`).
    """
    who = (actor.roles, bool(actor.id), actor.scope.nation)
    entries = _entries(*who)
    if not entries:
        return SafeString("")
    active = _active(entries, path)
    return _html(*who, active, _opened(actor.roles, groups(*who), active, cookie), get_language())
