"""What the audit workspace needs of the apps above it, which fill it in from their `apps.py`: letters, names, laws.

    outside.TIES.letter = …

Until then there is nobody to write to and nothing to name, so that this app stands by itself.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any, Final

from portal.core.errors import Text
from portal.core.scope import Actor

Pairs = list[tuple[str, str]]


@dataclass(frozen=True)
class Law:
    """One line of the table of laws of the rule sets: code, words, the article it rests on."""

    code: str
    name: str
    source: str


@dataclass(frozen=True)
class Demand:
    """Money demanded back because of a finding: its document, page, amount and what is left (yuan), state in words."""

    label: str
    url: str
    amount: Decimal
    left: Decimal
    state: str
    words: str


@dataclass
class Ties:
    """The functions. letter: to whom (numbers), text, by, url, words. people: who holds a role in a body, by its code.

    bodies: organisations of a province and unit that may be audited. offices: audit offices. auditors: people of the
    audit offices in scope. provinces, units, batches: code and name for choices. laws: of a batch's rule set.
    demands: by number of the finding. reports: titles by the name under which the trail has them.
    """

    letter: Callable[[Iterable[int], Text, Actor, str, dict[str, Any]], Any] = lambda *_: None
    people: Callable[[str, Sequence[str]], list[int]] = lambda *_: []
    bodies: Callable[[str, str], list[Any]] = lambda *_: []
    auditors: Callable[[], list[tuple[int, int, str]]] = list
    provinces: Callable[[], Pairs] = list
    units: Callable[[str], Pairs] = lambda _province: []
    batches: Callable[[], list[tuple[int, str]]] = list
    reports: Callable[[], dict[str, Text]] = dict
    laws: Callable[[int | None], list[Law]] = lambda _batch: []
    demands: Callable[[Actor, Sequence[int]], dict[int, list[Demand]]] = lambda *_: {}


TIES: Final = Ties()
