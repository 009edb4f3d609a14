"""A draw anyone can repeat: who is in the pool, a seed that was published, and nothing else decide. Pure Python."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable


def draw(pool: Iterable[int], seed: str, size: int) -> list[int]:
    """The `size` members of the pool with the smallest keys, in that order.

    The key of a member is the SHA-256, in hexadecimal, of `seed:member` in UTF-8; the database draws the same way
    (`reviews_drawn`). Raises ValueError where the pool is smaller than the draw, or the seed is empty.
    """
    members = sorted(set(pool))
    if not seed or not 0 < size <= len(members):
        raise ValueError("a draw needs a seed and a pool that is large enough")

    def key(member: int) -> str:
        return hashlib.sha256(f"{seed}:{member}".encode()).hexdigest()

    return sorted(members, key=lambda member: (key(member), member))[:size]
