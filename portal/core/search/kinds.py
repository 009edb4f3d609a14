"""Kinds of text the search finds, and where a hit leads; apps fill both from their `apps.py`."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from portal.core.errors import Text
from portal.core.scope import Actor
from portal.core.search.models import SearchText


@dataclass(frozen=True)
class Kind:
    """A kind of text: its code and its words."""

    code: str
    label: Text


@dataclass(frozen=True)
class Source:
    """Where texts come from: the label of a model, the address a hit leads to, and which rows the reader may see.

    label: what the row is called beside the title. seen: of these numbers of rows, those the reader sees; the search
    shows no hit that is not among them, whatever stands in the index. One query.
    """

    name: str
    label: Callable[[SearchText], Text]
    url: Callable[[SearchText], str]
    seen: Callable[[Actor, Sequence[int]], set[int]]


KINDS: Final[dict[str, Kind]] = {}
SOURCES: Final[dict[str, Source]] = {}


def register(*, kinds: Sequence[Kind] = (), sources: Sequence[Source] = ()) -> None:
    """Add an app's kinds and sources. Raises ValueError when a name is taken."""
    for held, new in ((KINDS, {one.code: one for one in kinds}), (SOURCES, {one.name: one for one in sources})):
        _add(held, new)  # type: ignore[arg-type]


def _add(held: dict[str, object], new: Mapping[str, object]) -> None:
    if taken := held.keys() & new.keys():
        raise ValueError(f"Named twice in the search: {sorted(taken)}")
    held.update(new)
