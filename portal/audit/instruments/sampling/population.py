"""The population and its digest: what a sample is drawn from, in a form in which everybody gets the same bytes."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final

BREAKS: Final = ("\t", "\n", "\r")


@dataclass(frozen=True, slots=True)
class Item:
    """One item: its key (unique), its amount in fen, the stratum it belongs to."""

    key: str
    amount: int
    stratum: str = ""


@dataclass(frozen=True, slots=True)
class Drawn:
    """One drawn item. certain: it is in every sample of this plan; hits: how many monetary units of it were hit."""

    key: str
    amount: int
    stratum: str = ""
    certain: bool = False
    hits: int = 1


@dataclass(frozen=True, slots=True)
class Stratum:
    """A stratum of the population: name, number of items, their sum in fen, standard deviation of the amounts."""

    name: str
    count: int
    total: int
    deviation: float = 0.0


def digest(items: Iterable[Item]) -> str:
    """SHA-256 of the canonical population: a line `key TAB amount in fen TAB stratum` for each item, by key.

    Raises ValueError when a key stands twice, or a key or stratum contains a tab or the end of a line.
    """
    hashed, before = hashlib.sha256(), None
    for item in sorted(items, key=lambda one: one.key.encode()):
        if item.key == before:
            raise ValueError(f"The key {item.key} stands twice in the population.")
        if any(mark in part for part in (item.key, item.stratum) for mark in BREAKS):
            raise ValueError(f"The key or stratum of {item.key!r} contains a tab or a line end.")
        before = item.key
        hashed.update(f"{item.key}\t{item.amount}\t{item.stratum}\n".encode())
    return hashed.hexdigest()


def drawn_digest(drawn: Iterable[Drawn]) -> str:
    """SHA-256 of a drawn sample, in its own order."""
    hashed = hashlib.sha256()
    for one in drawn:
        hashed.update(f"{one.key}\t{one.amount}\t{one.stratum}\t{int(one.certain)}\t{one.hits}\n".encode())
    return hashed.hexdigest()


def strata(items: Iterable[Item]) -> list[Stratum]:
    """The strata of a population by name, with the deviation of their amounts (Cochran 1977, S with N - 1)."""
    sums: dict[str, tuple[int, int, int]] = {}
    for item in items:
        count, total, squares = sums.get(item.stratum, (0, 0, 0))
        sums[item.stratum] = (count + 1, total + item.amount, squares + item.amount * item.amount)
    found = []
    for name, (count, total, squares) in sorted(sums.items()):
        spread = (squares * count - total * total) / (count * (count - 1)) if count > 1 else 0.0
        found.append(Stratum(name, count, total, max(spread, 0.0) ** 0.5))
    return found
