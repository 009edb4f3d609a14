"""Which items: drawn by SHA-256 over seed, digest of the population and key, so that anybody can draw them again.

Each item has a number from the digest of `seed LF population digest LF purpose LF key`; the order of these numbers is
the random order. No generator of a language or of a machine is part of it.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence

from portal.audit.instruments.sampling.population import Drawn, Item


def number(seed: str, population: str, purpose: str, key: str) -> int:
    """The number of an item (or of the start) in the draw of this seed."""
    return int.from_bytes(hashlib.sha256(f"{seed}\n{population}\n{purpose}\n{key}".encode()).digest(), "big")


def shuffled(items: Sequence[Item], seed: str, population: str) -> list[Item]:
    """The items in the random order of the seed."""
    return sorted(items, key=lambda item: (number(seed, population, "order", item.key), item.key))


def random_items(items: Sequence[Item], size: int, *, seed: str, population: str) -> list[Drawn]:
    """A simple random sample without replacement, in the order drawn."""
    return [Drawn(item.key, item.amount, item.stratum) for item in shuffled(items, seed, population)[:size]]


def stratified(items: Sequence[Item], sizes: Mapping[str, int], *, seed: str, population: str) -> list[Drawn]:
    """A random sample from each stratum, the strata by name. A stratum taken whole is certain."""
    by_stratum: dict[str, list[Item]] = {}
    for item in items:
        by_stratum.setdefault(item.stratum, []).append(item)
    drawn: list[Drawn] = []
    for name in sorted(by_stratum):
        inside = shuffled(by_stratum[name], seed, population)
        taken = inside[: sizes.get(name, 0)]
        whole = len(taken) == len(inside)
        drawn += [Drawn(item.key, item.amount, item.stratum, certain=whole) for item in taken]
    return drawn


def interval_of(total: int, size: int) -> int:
    """The sampling interval in fen: book value by size, rounded down, so that no fewer units are hit than planned."""
    return max(1, total // size) if size > 0 else 0


def monetary(items: Sequence[Item], interval: int, *, seed: str, population: str) -> list[Drawn]:
    """Fixed-interval monetary unit sampling: every interval-th fen is hit, beginning at a random one.

    Items of an interval and more are certain and come first, by key; the others stand in random order, so that no
    order of the books meets the interval. Items at or below nought hold no monetary unit: they are tested apart.
    Source: AICPA Audit Guide "Audit Sampling", systematic selection with a random start.
    """
    if interval < 1:
        raise ValueError("The interval is at least one fen.")
    large = sorted((item for item in items if item.amount >= interval), key=lambda item: item.key)
    drawn = [Drawn(one.key, one.amount, one.stratum, certain=True, hits=one.amount // interval) for one in large]
    next_hit = number(seed, population, "start", "") % interval + 1
    passed = 0
    for item in shuffled([item for item in items if 0 < item.amount < interval], seed, population):
        passed += item.amount
        if passed >= next_hit:
            drawn.append(Drawn(item.key, item.amount, item.stratum))
            next_hit += interval
    return drawn
