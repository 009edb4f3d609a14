"""Batches and provinces to choose from, pages of enterprises: the apps that know them fill this in (`apps.py`)."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Final

from portal.core.scope import Actor

Pairs = list[tuple[str, str]]
_known: Final[dict[str, Callable[[], Iterable[tuple[str, str]]]]] = {}
_pages: Final[list[Callable[[str], str]]] = []


def register(
    *, batches: Callable[[], Iterable[tuple[str, str]]], provinces: Callable[[], Iterable[tuple[str, str]]]
) -> None:
    """Say how batches (by number) and provinces (by code) are listed, each as value and words."""
    _known.update(batches=batches, provinces=provinces)


def register_enterprises(address: Callable[[str], str]) -> None:
    """Say where the page of an enterprise is, by its credit code; nothing where a text is no code."""
    _pages[:] = [address]


def enterprise(code: str) -> str:
    """The page of the enterprise with this credit code, or nothing."""
    return _pages[0](code) if _pages else ""


def batches() -> Pairs:
    """All batches, the newest first."""
    return list(_known["batches"]()) if _known else []


def provinces(actor: Actor) -> Pairs:
    """The provinces of the actor's scope."""
    found = list(_known["provinces"]()) if _known else []
    return found if actor.scope.nation else [pair for pair in found if pair[0] in actor.scope.provinces]
