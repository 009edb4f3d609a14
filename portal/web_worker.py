"""The web server's worker: threads of gunicorn that no slow caller keeps (docs/decisions/0049-slow-lines.md).

The loop of the process reads a request until all of it is there, a large body into a file, and sends what is left of an
answer; a thread has a caller only while it works for it. Whoever moves less than `LINE_BYTES_PER_SECOND` over
`LINE_SECONDS`, or does not send the head of a request within `HEAD_SECONDS`, is ended: a line of the log and a counter
say so. TLS is the proxy's.
"""

from __future__ import annotations

import contextlib
import errno
import math
import resource
import selectors
import socket
import time
from concurrent.futures import Future
from functools import partial
from http import HTTPStatus
from typing import Any, Final

from gunicorn import util  # type: ignore[import-untyped]
from gunicorn.workers.gthread import ThreadWorker  # type: ignore[import-untyped]

from portal.callers import AT_ONCE, Caller
from portal.environment import whole
from portal.heads import Refused, refusal
from portal.lines import Line, Rate, TooSlow
from portal.spooled import NoRoom

# Seconds in which a caller may close the connection after us, and how many of them are waited for.
LINGER: Final = 2.0
LINGERING: Final = 100
# Seconds over which the least rate holds while the process stops: until it ended nobody takes its place.
STOPPING: Final = 5.0
# Of the system there is no more for now: seconds in which nobody is accepted, and for the next line of the log.
EXHAUSTED: Final = frozenset({errno.EMFILE, errno.ENFILE, errno.ENOBUFS, errno.ENOMEM})
REST: Final = 0.5
TOLD_AGAIN: Final = 10.0
# Who wanted in has gone, or another process took the connection.
GONE: Final = frozenset({errno.EAGAIN, errno.ECONNABORTED, errno.EPROTO})


def _closes() -> Future[bool]:
    """As if a thread had answered and said that the connection ends."""
    done: Future[bool] = Future()
    done.set_result(False)
    return done


class Patient(ThreadWorker):  # type: ignore[misc]  # the library has no types
    """gthread, whose loop reads and sends what slow lines take long for."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.rate = Rate(whole("LINE_BYTES_PER_SECOND"), whole("LINE_SECONDS"))
        self.head_seconds = whole("HEAD_SECONDS")
        self.reading: set[Caller] = set()
        self.sending: dict[Caller, float] = {}
        self.lingering: dict[Caller, float] = {}
        self.looked = self.rests_until = self.told_at = -math.inf

    def init_process(self) -> None:
        """Begin, with as many open files as may be: a line has up to two."""
        _soft, most = resource.getrlimit(resource.RLIMIT_NOFILE)
        with contextlib.suppress(OSError, ValueError):
            resource.setrlimit(resource.RLIMIT_NOFILE, (most, most))
        super().init_process()

    # A request comes

    def set_accept_enabled(self, enabled: bool) -> None:
        """Whether connections are taken; asked for in each turn of the loop."""
        super().set_accept_enabled(enabled and time.monotonic() >= self.rests_until)

    def accept(self, listener: Any) -> None:
        """Take a connection; a thread gets it once its request is there."""
        try:
            accepted, client = listener.accept()
        except OSError as error:
            if error.errno in EXHAUSTED:
                self._rest(error)
            elif error.errno not in GONE:
                raise
            return
        self.nr_conns += 1
        self._read(Caller(self, Line(accepted, self.rate), client, listener.getsockname()))

    def _rest(self, error: OSError) -> None:
        """Accept nobody for a moment: who is there goes on, and what they held comes back."""
        now = time.monotonic()
        if now - self.told_at > TOLD_AGAIN:
            self.told_at = now
            self.log.warning("No connection is accepted for a moment (%d are open): %s", self.nr_conns, error)
        self.rests_until = now + REST
        self.set_accept_enabled(False)

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
        try:
            if not conn.is_there():
                if not conn.read_on():
                    self._drop(conn)
                    return
                if not conn.is_there():
                    return
        except BlockingIOError:
            return
        except Refused as refused:
            self._refuse(conn, refused.status)
            return
        except NoRoom:
            self._refuse(conn, HTTPStatus.SERVICE_UNAVAILABLE)
            return
        except OSError:
            self._drop(conn)
            return
        self._stop_reading(conn)
        conn.data_ready = True
        self.enqueue_req(conn)

    def _refuse(self, conn: Caller, status: HTTPStatus) -> None:
        """Answer without a thread, and close."""
        from portal.slow import refused  # noqa: PLC0415 - see `_told`

        self._stop_reading(conn)
        refused(status.value, address=conn.address, request=conn.request)
        conn.sock.owe(refusal(status))
        self.finish_request(conn, _closes())

    def _stop_reading(self, conn: Caller) -> None:
        self.reading.discard(conn)
        self.poller.unregister(conn.sock)

    def _drop(self, conn: Caller) -> None:
        """Nothing more comes of it."""
        self._stop_reading(conn)
        self.nr_conns -= 1
        conn.sock.close()

    # A thread has it

    def handle_request(self, req: Any, conn: Caller) -> Any:
        """Answer; what is slow from now on is who reads it."""
        conn.asked = f"{req.method} {req.path}"
        conn.sock.begin()
        return super().handle_request(req, conn)

    def finish_request(self, conn: Caller, fs: Future[Any]) -> None:
        """The thread is free; what the line has not taken of the answer is sent by the loop."""
        if not conn.sock.release():
            fs = _closes()  # what nobody read of the body is no request
        if conn.sock.slow:
            self._told(conn, conn.sock.slow)
        elif conn.sock.owes and not fs.cancelled() and fs.exception() is None:
            conn.sock.begin()
            self.sending[conn] = time.monotonic()
            self.poller.register(conn.sock, selectors.EVENT_WRITE, partial(self._writable, conn, fs))
            return
        self._finish(conn, fs)

    def _writable(self, conn: Caller, fs: Future[Any], _line: Any) -> None:
        try:
            if not conn.sock.push():
                return
        except OSError:
            fs = _closes()
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
        """End what does not move; called in each turn of the loop."""
        now = time.monotonic()
        if now - self.looked < 1.0:
            return
        self.looked = now
        if not self.alive:
            Line.window = STOPPING
        for conn in list(self.reading):
            if conn.head is None:
                self._measure_head(conn, now - conn.since)
            else:
                self._measure(conn, now - conn.since, "sender", self._drop)
                conn.since = now
        for conn, since in list(self.sending.items()):
            self.sending[conn] = now
            self._measure(conn, now - since, "reader", self._drop_answer)
        for conn, until in list(self.lingering.items()):
            if now > until:
                self._forget(conn)

    def _measure_head(self, conn: Caller, seconds: float) -> None:
        idle = not conn.sock.early
        stopping = self.cfg.keepalive if idle else STOPPING
        if seconds > (self.head_seconds if self.alive else min(stopping, self.head_seconds)):
            if not idle:
                self._told(conn, "head")
            self._drop(conn)

    def _measure(self, conn: Caller, seconds: float, what: str, drop: Any) -> None:
        try:
            if conn.sock.owes:  # 100 Continue, for which there was no room
                conn.sock.push()
            conn.sock.waited(seconds, what)
        except TooSlow:
            self._told(conn, what)
            drop(conn)
        except OSError:
            drop(conn)

    def _drop_answer(self, conn: Caller) -> None:
        del self.sending[conn]
        self.poller.unregister(conn.sock)
        self.nr_conns -= 1
        conn.sock.close()

    def _told(self, conn: Caller, what: str) -> None:
        """Say it in the log and count it. (Loaded here: counters look for their folder when they are loaded.)"""
        from portal.slow import ended  # noqa: PLC0415

        ended(what, address=conn.address, request=conn.request, moved=conn.sock.moved())

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
            if conn.sock.take(AT_ONCE):
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
