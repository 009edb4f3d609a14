"""One digest over all links of the chain, and the proof that some of them are under it without showing the others.

A tree as in RFC 6962: a leaf is SHA-256(00, digest of the link), a node SHA-256(01, left, right), a node without a
neighbour goes up as it is. Leaf 0 is the first link. The links pass once, in order; of the tree only what the wanted
leaves need is kept, so a proof for k of n links takes memory for k times log n digests.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from dataclasses import dataclass

Place = tuple[int, int]  # height above the leaves, and place at that height


@dataclass(frozen=True)
class Proof:
    """The root over `size` links, and the nodes beside the way up from the wanted leaves."""

    size: int
    root: str
    nodes: list[tuple[int, int, str]]


def leaf(digest: str) -> bytes:
    """The leaf of a link."""
    return hashlib.sha256(b"\x00" + bytes.fromhex(digest)).digest()


def node(left: bytes, right: bytes) -> bytes:
    """The node above two others."""
    return hashlib.sha256(b"\x01" + left + right).digest()


def _beside(size: int, wanted: Iterable[int]) -> set[Place]:
    """The places whose digests the wanted leaves need on their way up."""
    found: set[Place] = set()
    known, height = set(wanted), 0
    while size > 1:
        found |= {(height, place ^ 1) for place in known if place ^ 1 < size and place ^ 1 not in known}
        known = {place >> 1 for place in known}
        size, height = (size + 1) // 2, height + 1
    return found


class Tree:
    """Takes the links' digests in order; `proof` ends it."""

    def __init__(self, size: int, wanted: Iterable[int] = ()) -> None:
        self.size, self.count = size, 0
        self._needed = _beside(size, wanted)
        self._kept: dict[Place, bytes] = {}
        self._open: list[bytes | None] = []  # at each height the node that waits for its neighbour

    def add(self, digest: str) -> None:
        """Take the next link."""
        value, height, place = leaf(digest), 0, self.count
        self.count += 1
        while True:
            self._keep(height, place, value)
            if height == len(self._open):
                self._open.append(None)
            left = self._open[height]
            if left is None:
                self._open[height] = value
                return
            self._open[height] = None
            value, height, place = node(left, value), height + 1, place >> 1

    def _keep(self, height: int, place: int, value: bytes) -> None:
        if (height, place) in self._needed:
            self._kept[height, place] = value

    def proof(self) -> Proof:
        """The root and the nodes. Raises ValueError when fewer or more links came than were announced."""
        if self.count != self.size:
            raise ValueError(f"{self.count} links came, {self.size} were announced.")
        rest: bytes | None = None
        size = self.size
        for height, left in enumerate(self._open):
            rest = left if rest is None else rest if left is None else node(left, rest)
            size = (size + 1) // 2
            if rest is not None:
                self._keep(height + 1, size - 1, rest)
        nodes = [(height, place, value.hex()) for (height, place), value in sorted(self._kept.items())]
        return Proof(self.size, (rest or hashlib.sha256(b"").digest()).hex(), nodes)
