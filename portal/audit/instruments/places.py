"""Batches and provinces to choose from; the apps that know them fill this in from their `apps.py`."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Final

from portal.core.scope import Actor

Pairs = list[tuple[str, str]]
_known: Final[dict[str, Callable[[], Iterable[tuple[str, str]]]]] = {}


def register(
    *, batches: Callable[[], Iterable[tuple[str, str]]], provinces: Callable[[], Iterable[tuple[str, str]]]
) -> None:
    """Say how batches (by number) and provinces (by code) are listed, each as value and words."""
    _known.update(batches=batches, provinces=provinces)


def batches() -> Pairs:
    """All batches, the newest first."""
    return list(_known["batches"]()) if _known else []


def provinces(actor: Actor) -> Pairs:
    """The provinces of the actor's scope."""
    found = list(_known["provinces"]()) if _known else []
    return found if actor.scope.nation else [pair for pair in found if pair[0] in actor.scope.provinces]
