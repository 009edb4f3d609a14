"""Large files, compared piece by piece with what was kept while they go out.

Of a whole file the last piece goes out once the digest of all is right. Of a part only the digests of its pieces can
tell, and they are learnt by reading the whole once: reading all of it for each part would make a broken download
dearer the further it had come. They follow from the digest of the whole alone, whatever happens to the file
meanwhile: a part is compared with what was kept as the whole is, and nothing is believed that a file system says of
it (time, number).
"""

from __future__ import annotations

import contextlib
import hashlib
import threading
import weakref
from collections import OrderedDict
from collections.abc import Iterator
from typing import IO, Final

from portal.core.ranges import Span

PIECE: Final = 2**20


class Changed(Exception):
    """The content is not what was kept."""


class Known:
    """Digests of the pieces of files that were read whole, in the memory of this process, by the whole's digest.

    32 bytes a megabyte. Those asked for longest ago are forgotten first; they are learnt anew by reading the file.
    """

    def __init__(self, most: int) -> None:
        self._most, self._held = most, 0
        self._files: OrderedDict[str, list[bytes]] = OrderedDict()
        self._mine = threading.Lock()
        self._turns: weakref.WeakValueDictionary[str, threading.Lock] = weakref.WeakValueDictionary()

    def of(self, sha256: str) -> list[bytes]:
        """The digests, in order; none when they are not known."""
        with self._mine:
            if sha256 in self._files:
                self._files.move_to_end(sha256)
            return self._files.get(sha256, [])

    def learn(self, sha256: str, digests: list[bytes]) -> None:
        """Remember them. The whole was compared with its digest."""
        with self._mine:
            self._held += len(digests) - len(self._files.pop(sha256, ()))
            self._files[sha256] = digests
            while self._held > self._most and len(self._files) > 1:
                self._held -= len(self._files.popitem(last=False)[1])

    @contextlib.contextmanager
    def turn(self, sha256: str) -> Iterator[None]:
        """One reads the file; whoever else asks for a part of it meanwhile waits for that."""
        with self._mine:
            turn = self._turns.setdefault(sha256, threading.Lock())
        with turn:
            yield


known: Final = Known(most=2**17)  # of 128 GB of files


def whole(content: IO[bytes], sha256: str) -> Iterator[bytes]:
    """All pieces, the last of them once all are known to be what was kept. Raises Changed."""
    total, digests, last = hashlib.sha256(), [], b""
    while piece := content.read(PIECE):
        total.update(piece)
        digests.append(hashlib.sha256(piece).digest())
        if last:
            yield last
        last = piece
    if total.hexdigest() != sha256:
        raise Changed
    known.learn(sha256, digests)
    yield last


def part(content: IO[bytes], sha256: str, span: Span) -> Iterator[bytes]:
    """The bytes of a span, each piece once it is known to be what was kept. Raises Changed."""
    with known.turn(sha256):
        digests = known.of(sha256)
        if not digests:
            for _piece in whole(content, sha256):
                pass
            digests = known.of(sha256)
    first = span.start // PIECE
    content.seek(first * PIECE)
    for number in range(first, (span.stop - 1) // PIECE + 1):
        piece = content.read(PIECE)
        if number >= len(digests) or hashlib.sha256(piece).digest() != digests[number]:
            raise Changed
        yield piece[max(span.start - number * PIECE, 0) : span.stop - number * PIECE]
