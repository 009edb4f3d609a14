"""The web server's worker: threads of gunicorn that no slow caller keeps (docs/decisions/0049-slow-lines.md).

The loop of the process reads a request until it is there, and sends what is left of an answer; a thread has a caller
only while it works for it. A body too large to be kept is read by a thread, one of them at a time. Whoever moves less
than `LINE_BYTES_PER_SECOND` over `LINE_SECONDS`, or does not send the head of a request within `HEAD_SECONDS`, is
ended: a line of the log and a counter say so. TLS is the proxy's.
"""

from __future__ import annotations

import contextlib
import re
import selectors
import socket
import time
from collections import deque
from concurrent.futures import Future
from functools import partial
from typing import Any, Final

from gunicorn import util  # type: ignore[import-untyped]
from gunicorn.workers.gthread import TConn, ThreadWorker  # type: ignore[import-untyped]

from portal.environment import whole
from portal.lines import Line, Rate, TooSlow

# A piece of an upload with what is around it; larger bodies are read by a thread.
BODY: Final = 5 * 2**20
# Bytes of bodies that a process keeps for callers who are still sending; what goes beyond is read by a thread.
BODIES: Final = 64 * 2**20
# A head longer than this is given to a thread, which refuses it.
HEAD: Final = 128 * 1024
# Seconds in which a caller may close the connection after us, and how many of them are waited for.
LINGER: Final = 2.0
LINGERING: Final = 100
_LENGTH: Final = re.compile(rb"\r\ncontent-length:[ \t]*(\d{1,18})[ \t]*\r\n", re.IGNORECASE)
_BY_ITSELF: Final = re.compile(rb"\r\n(?:transfer-encoding|expect|upgrade):", re.IGNORECASE)


class Caller(TConn):  # type: ignore[misc]  # the library has no types
    """A connection, and where it stands.

    since: when the loop began to wait for it. body: bytes of it kept while they come. large: a thread reads its body.
    asked: the method and path of the request that is answered.
    """

    def __init__(self, worker: Patient, line: Line, client: Any, server: Any) -> None:
        super().__init__(worker.cfg, line, client, server)
        self.worker, self.since = worker, time.monotonic()
        self.looked, self.end, self.body, self.large, self.asked = 0, -1, 0, False, ""

    def close(self, graceful: bool = False) -> None:
        """Close it; gracefully once the other side has, and no thread and no loop waits for that."""
        if graceful and not self.sock.slow:
            self.worker.linger(self)
        else:
            self.sock.close()

    def next_request(self) -> None:
        """What came is the beginning of another request."""
        self.since, self.looked, self.end, self.body, self.large = time.monotonic(), 0, -1, 0, False
        self.asked = ""
        self.sock.hurried = True
        self.sock.begin()


class Patient(ThreadWorker):  # type: ignore[misc]  # the library has no types
    """gthread, whose loop reads and sends what slow lines take long for."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.rate = Rate(whole("LINE_BYTES_PER_SECOND"), whole("LINE_SECONDS"))
        self.head_seconds = whole("HEAD_SECONDS")
        self.reading: set[Caller] = set()
        self.sending: dict[Caller, float] = {}
        self.lingering: dict[Caller, float] = {}
        self.large: deque[Caller] = deque()  # they wait for a thread that may read their body
        self.bodies, self.reads_large = 0, False

    # A request comes

    def accept(self, listener: Any) -> None:
        """Take a connection; a thread gets it once its request is there."""
        try:
            accepted, client = listener.accept()
        except OSError as error:
            if not isinstance(error, (BlockingIOError, ConnectionAbortedError)):
                raise
            return
        self.nr_conns += 1
        self._read(Caller(self, Line(accepted, self.rate), client, listener.getsockname()))

    def on_client_socket_readable(self, conn: Caller, client: Any) -> None:
        """The next request of a kept connection begins."""
        self.poller.unregister(client)
        self.keepalived_conns.remove(conn)
        conn.next_request()
        self._read(conn)

    def _read(self, conn: Caller) -> None:
        self.reading.add(conn)
        self.poller.register(conn.sock, selectors.EVENT_READ, partial(self._readable, conn))
        self._readable(conn, conn.sock)

    def _readable(self, conn: Caller, _line: Any) -> None:
        if not self._there(conn):
            try:
                came = conn.sock.take(65536)
            except BlockingIOError:
                return
            except OSError:
                came = 0
            if not came:
                self._drop(conn)
                return
            if not self._there(conn):
                return
        self._stop_reading(conn)
        conn.data_ready = True
        if not conn.large:
            self.enqueue_req(conn)
        elif self.reads_large:
            self.large.append(conn)
        else:
            self.reads_large = True
            self.enqueue_req(conn)

    def _there(self, conn: Caller) -> bool:
        """Whether all is there that a thread waits for, or more than is kept."""
        early = conn.sock.early
        if conn.end < 0:
            while early[:2] == b"\r\n":  # allowed before a request
                del early[:2]
            found = early.find(b"\r\n\r\n", max(conn.looked - 3, 0))
            conn.looked = len(early)
            if found < 0:
                return len(early) > HEAD
            conn.end = found + 4
            head = bytes(early[: found + 2])
            length = _LENGTH.search(head)
            size = int(length[1]) if length else 0
            if _BY_ITSELF.search(head) or size > BODY or self.bodies + size > BODIES:
                conn.large = True
            else:
                conn.body = size
                self.bodies += size
                conn.sock.begin()
        return conn.large or len(early) >= conn.end + conn.body

    def _stop_reading(self, conn: Caller) -> None:
        self.reading.discard(conn)
        self.bodies -= conn.body
        conn.body = 0
        self.poller.unregister(conn.sock)

    def _drop(self, conn: Caller) -> None:
        """Nothing more comes of it."""
        self._stop_reading(conn)
        self.nr_conns -= 1
        conn.sock.close()

    # A thread has it

    def handle_request(self, req: Any, conn: Caller) -> Any:
        """Answer; what is slow from now on is the body or the answer."""
        conn.sock.hurried, conn.asked = False, f"{req.method} {req.path}"
        conn.sock.begin()
        return super().handle_request(req, conn)

    def finish_request(self, conn: Caller, fs: Future[Any]) -> None:
        """The thread is free; what the line has not taken of the answer is sent by the loop."""
        if conn.large:
            conn.large = False
            self._next_large()
        if conn.sock.slow:
            self._told(conn, conn.sock.slow)
        elif conn.sock.owes and not fs.cancelled() and fs.exception() is None:
            conn.sock.begin()
            self.sending[conn] = time.monotonic()
            self.poller.register(conn.sock, selectors.EVENT_WRITE, partial(self._writable, conn, fs))
            return
        self._finish(conn, fs)

    def _next_large(self) -> None:
        self.reads_large = bool(self.large)
        if self.large:
            self.enqueue_req(self.large.popleft())

    def _writable(self, conn: Caller, fs: Future[Any], _line: Any) -> None:
        try:
            if not conn.sock.push():
                return
        except OSError:
            fs = Future()
            fs.cancel()
        del self.sending[conn]
        self.poller.unregister(conn.sock)
        self._finish(conn, fs)

    def _finish(self, conn: Caller, fs: Future[Any]) -> None:
        """Close the connection or keep it; what came of its next request already is read on."""
        goes_on = not fs.cancelled() and fs.exception() is None and fs.result()
        if goes_on and conn.parser is not None:
            conn.sock.early[:0] = conn.parser.unreader.take_buffered()
            if conn.sock.early:
                conn.next_request()
                self._read(conn)
                return
        super().finish_request(conn, fs)

    # Whoever is too slow

    def murder_pending(self) -> None:
        """End what does not move; called at least each second."""
        now = time.monotonic()
        for conn in list(self.reading):
            if conn.end < 0:
                idle = not conn.sock.early
                if now - conn.since > (self.cfg.keepalive if idle and not self.alive else self.head_seconds):
                    if not idle:
                        self._told(conn, "head")
                    self._drop(conn)
            else:
                self._measure(conn, now - conn.since, "sender", self._drop)
            conn.since = conn.since if conn.end < 0 else now
        for conn, since in list(self.sending.items()):
            self.sending[conn] = now
            self._measure(conn, now - since, "reader", self._drop_answer)
        for conn, until in list(self.lingering.items()):
            if now > until:
                self._forget(conn)

    def _measure(self, conn: Caller, seconds: float, what: str, drop: Any) -> None:
        try:
            conn.sock.waited(seconds, what)
        except TooSlow:
            self._told(conn, what)
            drop(conn)

    def _drop_answer(self, conn: Caller) -> None:
        del self.sending[conn]
        self.poller.unregister(conn.sock)
        self.nr_conns -= 1
        conn.sock.close()

    def _told(self, conn: Caller, what: str) -> None:
        """Say it in the log and count it. (Loaded here: counters look for their folder when they are loaded.)"""
        from portal.slow import ended  # noqa: PLC0415

        address = str(conn.client[0]) if isinstance(conn.client, tuple) else ""
        ended(what, address=address, request=conn.asked, moved=conn.sock.moved())

    # The end of a connection

    def linger(self, conn: Caller) -> None:
        """Close our side and wait for the other's in the loop: a reset would take away what is still on its way."""
        if len(self.lingering) >= LINGERING:
            conn.sock.close()
            return
        try:
            conn.sock.shutdown(socket.SHUT_WR)
            self.poller.register(conn.sock, selectors.EVENT_READ, partial(self._lingers, conn))
        except (OSError, ValueError, KeyError):
            util.close(conn.sock)
            return
        self.lingering[conn] = time.monotonic() + LINGER

    def _lingers(self, conn: Caller, line: Any) -> None:
        try:
            conn.sock.early.clear()
            if conn.sock.take(65536):
                return
        except BlockingIOError:
            return
        except OSError:
            pass
        self._forget(conn)

    def _forget(self, conn: Caller) -> None:
        self.lingering.pop(conn, None)
        with contextlib.suppress(KeyError, ValueError, OSError):
            self.poller.unregister(conn.sock)
        conn.sock.close()
