"""A caller's connection that keeps no thread of the web process by being slow.

What a thread answers is kept for the line, up to a bound, and a file is kept as a file: the thread goes on to the next
caller while the loop of the process sends it (`portal.web_worker`). Where a thread has to wait for the line all the
same (a large body, a large content that is compared on its way), the line must move a least rate, or it ends.
"""

from __future__ import annotations

import contextlib
import errno
import os
import select
import socket
import struct
import termios
import time
from collections import deque
from fcntl import ioctl
from typing import Any, Final, NamedTuple

# Bytes of answers kept in memory for one line; a page is far smaller, and files are kept as files.
HELD: Final = 4 * 2**20
# Bytes of a file given to the system at a time, so that one fast reader does not keep the loop.
AT_ONCE: Final = 2**20
# Seconds a thread waits for the rest of a request's head: it gets a request once its head is there.
HEAD_REST: Final = 1.0
_AT_ONCE_CLOSED: Final = struct.pack("ii", 1, 0)  # SO_LINGER: what is still on its way is dropped


class TooSlow(OSError):
    """The line did not move its least rate. (EPIPE, so that the server takes it for a caller that went.)"""

    def __init__(self, line: Line, what: str) -> None:
        super().__init__(errno.EPIPE, "the line is too slow")
        self.what = line.slow = what


class Rate(NamedTuple):
    """At least `least` bytes a second, over each `window` seconds waited for the line."""

    least: int
    window: float


class _Part(NamedTuple):
    """Bytes of an open file that are still to go out."""

    number: int  # of the file, of our own
    start: int
    stop: int


class Line(socket.socket):
    """An accepted connection; one thread at a time has it. Never blocks in the system but in `_wait`.

    slow: what it was too slow at, once it was.
    """

    def __init__(self, accepted: socket.socket, rate: Rate) -> None:
        super().__init__(fileno=accepted.detach())
        super().setblocking(False)
        self._rate = rate
        self._timeout: float | None = None
        self.early = bytearray()  # read before a thread asked for it
        self.hurried = True  # a thread reads the head of a request
        self.slow: str | None = None
        self._out: deque[memoryview | _Part] = deque()
        self._sent = self._came = 0
        self.begin()

    # What gunicorn sets; the line itself never blocks.

    def setblocking(self, flag: bool) -> None:
        """Nothing: whether the line is waited for is decided here."""
        self._timeout = None

    def settimeout(self, value: float | None) -> None:
        """Wait no longer than this for what is to be read."""
        self._timeout = value

    def gettimeout(self) -> float | None:
        """As it was set."""
        return self._timeout

    # Pace

    def begin(self) -> None:
        """Begin to measure anew."""
        self._waited, self._before = 0.0, self.moved()

    def moved(self) -> int:
        """Bytes that came, and that the other side has taken: what waits in the system has not moved."""
        waiting = bytearray(4)
        with contextlib.suppress(OSError):
            ioctl(self.fileno(), termios.TIOCOUTQ, waiting)
        return self._came + self._sent - int(struct.unpack("i", waiting)[0])

    def waited(self, seconds: float, what: str) -> None:
        """Note that the line was waited for. Raises TooSlow when it moved too little in its window."""
        self._waited += seconds
        if self._waited < self._rate.window:
            return
        moved = self.moved()
        if moved - self._before < self._rate.least * self._waited:
            raise TooSlow(self, what)
        self._waited, self._before = 0.0, moved

    def _wait(self, event: int, what: str, most: float | None) -> None:
        """Wait until the line can be read or written. Raises TooSlow, TimeoutError after `most` seconds."""
        poll = select.poll()
        poll.register(self.fileno(), event)
        until = None if most is None else time.monotonic() + most
        while True:
            begun = time.monotonic()
            if until is not None and begun >= until:
                raise TimeoutError
            step = min(1.0, self._rate.window, 1.0 if until is None else until - begun)
            ready = poll.poll(step * 1000)
            self.waited(time.monotonic() - begun, what)
            if ready:
                return

    # Reading

    def take(self, most: int) -> int:
        """Read on without waiting, into `early`: how many bytes came, 0 at the end. Raises BlockingIOError, OSError."""
        data = super().recv(most)
        self.early += data
        self._came += len(data)
        return len(data)

    def recv(self, size: int, flags: int = 0) -> bytes:
        """The next bytes; waits for them at the least rate. Raises TooSlow, TimeoutError."""
        while not self.early:
            if self.slow:
                raise TooSlow(self, self.slow)
            try:
                data = super().recv(size, flags)
            except BlockingIOError:
                self._wait(select.POLLIN, "sender", HEAD_REST if self.hurried else self._timeout)
                continue
            self._came += len(data)
            return data
        data = bytes(self.early[:size])
        del self.early[:size]
        return data

    # Writing

    @property
    def owes(self) -> bool:
        """Whether something is kept that the line has not taken."""
        return bool(self._out)

    def sendall(self, data: Any, flags: int = 0) -> None:
        """Send, or keep for the line what it does not take now; waits while too much is kept. Raises TooSlow."""
        self._out.append(memoryview(bytes(data)))
        while not self.push() and self._held() > HELD:
            self._wait(select.POLLOUT, "reader", None)

    def sendfile(self, file: Any, offset: int = 0, count: int | None = None) -> int:
        """Keep a part of a file for the line and send of it what the line takes now."""
        size = os.fstat(file.fileno()).st_size - offset if count is None else count
        self._out.append(_Part(os.dup(file.fileno()), offset, offset + size))
        self.push()
        return size

    def push(self) -> bool:
        """Send what the line takes now; whether nothing is left. Raises OSError."""
        if self.slow:
            raise TooSlow(self, self.slow)
        try:
            for _turn in range(16):  # then others have their turn
                if not self._out:
                    return True
                self._push_first(self._out[0])
        except BlockingIOError:
            pass
        return not self._out

    def _push_first(self, first: memoryview | _Part) -> None:
        if isinstance(first, memoryview):
            sent = super().send(first) if first else 0
            rest: memoryview | _Part | None = first[sent:] if sent < len(first) else None
        else:
            length = min(first.stop - first.start, AT_ONCE)
            sent = os.sendfile(self.fileno(), first.number, first.start, length) if length else 0
            if length and not sent:
                raise OSError(errno.EIO, "the file ended before its length")
            rest = first._replace(start=first.start + sent)
            if rest.start >= rest.stop:
                os.close(first.number)
                rest = None
        self._sent += sent
        if rest is None:
            self._out.popleft()
        else:
            self._out[0] = rest

    def _held(self) -> int:
        return sum(len(item) for item in self._out if isinstance(item, memoryview))

    def close(self) -> None:
        """Close it and the files kept for it; one that was too slow takes nothing more."""
        for item in self._out:
            if isinstance(item, _Part):
                os.close(item.number)
        self._out.clear()
        if self.slow:
            with contextlib.suppress(OSError):
                self.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, _AT_ONCE_CLOSED)
        super().close()
