"""Objects of the portal that findings and evidence may be about, which each app fills in from its `apps.py`.

    objects.register(Kind("grants.payment", _("Payment"), found=…, search=…))
    objects.register_pages({"grants:payment": "grants.payment"})

A kind's functions read in the caller's own scope: what the caller does not see is not found.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Final

from django.urls import Resolver404, ResolverMatch, resolve

from portal.core.errors import Text
from portal.core.scope import Actor

MOST: Final = 20


@dataclass(frozen=True)
class Thing:
    """One object as the workspace shows it: table and key, words, page, place. amount: in yuan, where it has one."""

    type: str
    id: str
    label: str
    url: str
    province: str
    unit: str = ""
    batch: int | None = None
    amount: Decimal | None = None


@dataclass(frozen=True)
class Kind:
    """One kind of object. found: by its key, or None. search: those a text fits, at most MOST. is_file: has content."""

    type: str
    label: Text
    found: Callable[[Actor, str], Thing | None]
    search: Callable[[Actor, str], list[Thing]]
    is_file: bool = False


KINDS: Final[dict[str, Kind]] = {}


def register(*kinds: Kind) -> None:
    """Add an app's kinds. Raises ValueError when a table is taken."""
    for kind in kinds:
        if kind.type in KINDS:
            raise ValueError(f"Kind of object named twice: {kind.type}")
        KINDS[kind.type] = kind


# Pages that show one object each: route and the kind of object. The address holds its key and nothing else.
PAGES: Final[dict[str, str]] = {}


def register_pages(pages: Mapping[str, str]) -> None:
    """Say which routes show which kind of object."""
    PAGES.update(pages)


def shown_by(match: ResolverMatch | None) -> tuple[str, str] | None:
    """Kind and key of the object that a page shows, or None where it shows none."""
    kind = PAGES.get(match.view_name) if match else None
    if match is None or kind is None or len(match.kwargs) != 1:
        return None
    return kind, str(next(iter(match.kwargs.values())))


def at_address(url: str) -> tuple[str, str] | None:
    """Kind and key of the object that an address of the portal leads to."""
    try:
        return shown_by(resolve(url.partition("?")[0].partition("#")[0]))
    except Resolver404:
        return None


def thing(actor: Actor, type_: str, key: str) -> Thing | None:
    """The object, or None when it is not there or out of reach."""
    kind = KINDS.get(type_)
    return kind.found(actor, key) if kind and len(key) <= 40 else None


def search(actor: Actor, type_: str, text: str) -> list[Thing]:
    """Objects of a kind that the text fits."""
    kind = KINDS.get(type_)
    return kind.search(actor, text.strip()) if kind and text.strip() else []


def label(type_: str) -> Text:
    """The kind in words."""
    kind = KINDS.get(type_)
    return kind.label if kind else type_


def address(actor: Actor, type_: str, key: str) -> str:
    """The object's page for this reader, or nothing."""
    found = thing(actor, type_, key)
    return found.url if found else ""
