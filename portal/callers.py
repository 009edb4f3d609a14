"""A connection of the web process, and how much of its request is there (`portal.web_worker`)."""

from __future__ import annotations

import time
from typing import Any, Final, Protocol

from gunicorn.workers.gthread import TConn  # type: ignore[import-untyped]

from portal.heads import MOST, Head, head_of
from portal.lines import Line
from portal.spooled import PIECE, SMALL, SPARED

# Bytes read from a line at a time: writing them to a file keeps the loop for some 15 microseconds.
AT_ONCE: Final = 64 * 1024


class Worker(Protocol):
    """What a connection needs of its worker."""

    cfg: Any

    def linger(self, conn: Caller) -> None: ...


class Caller(TConn):  # type: ignore[misc]  # the library has no types
    """A connection, and where it stands.

    since: when the loop began to wait for it. head: of the request that comes, once it is there; missing: bytes of the
    body that are not. asked: the method and path of the request that is answered.
    """

    def __init__(self, worker: Worker, line: Line, client: Any, server: Any) -> None:
        super().__init__(worker.cfg, line, client, server)
        self.worker = worker
        self.next_request()

    def close(self, graceful: bool = False) -> None:
        """Close it; gracefully once the other side has, and no thread and no loop waits for that."""
        if graceful and not self.sock.slow:
            self.worker.linger(self)
        else:
            self.sock.close()

    def next_request(self) -> None:
        """What came is the beginning of another request."""
        self.since, self.looked, self.missing, self.asked = time.monotonic(), 0, 0, ""
        self.head: Head | None = None

    @property
    def address(self) -> str:
        """Whose it is: behind a proxy the proxy's."""
        return str(self.client[0]) if isinstance(self.client, tuple) else ""

    @property
    def request(self) -> str:
        """Its method and path, once they are there."""
        if self.asked or self.head is None:
            return self.asked
        line = bytes(self.sock.early[: self.sock.early.find(b"\r\n")]).decode("latin-1")
        return " ".join(line.split("?")[0].split()[:2])

    def read_on(self) -> int:
        """Read what came: how many bytes, 0 at the end. Raises NoRoom, OSError."""
        came: int = self.sock.take(min(self.missing, AT_ONCE) or AT_ONCE)
        self.missing -= min(came, self.missing)
        return came

    def is_there(self) -> bool:
        """Whether all is there that a thread needs. Raises Refused, NoRoom, OSError."""
        line = self.sock
        if self.head is None:
            if not line.early:
                return False
            self.head = head_of(line.early, self.looked)
            self.looked = len(line.early)
            if self.head is None:
                return False
            if 0 < self.head.size <= MOST:  # of a larger body the thread gets nothing, and refuses it
                self._begin_body(self.head)
        return self.missing <= 0

    def _begin_body(self, head: Head) -> None:
        line = self.sock
        self.missing = head.end + head.size - len(line.early)
        if self.missing <= 0:
            return
        self.since = time.monotonic()  # since then it is measured by its rate
        line.begin()
        if head.size > SMALL:
            line.spool(head.end, SPARED if head.size > PIECE else 0)
        if head.asks:
            line.owe(b"HTTP/1.1 100 Continue\r\n\r\n")
            line.push()
