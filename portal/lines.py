"""A caller's connection that keeps no thread of the web process by being slow.

A thread finds the whole request here and never waits for more. What it answers is kept for the line, up to a bound, and
a file is kept as a file: the thread goes on to the next caller while the loop of the process sends it
(`portal.web_worker`). Where a thread has to wait for the line to take an answer all the same (a large content that is
compared on its way), the line must move a least rate, or it ends.
"""

from __future__ import annotations

import contextlib
import errno
import io
import math
import os
import select
import socket
import struct
import termios
import time
from collections import deque
from fcntl import ioctl
from typing import Any, ClassVar, Final, NamedTuple, cast

from gunicorn.http.errors import NoMoreData  # type: ignore[import-untyped]

from portal.spooled import MEMORY, SMALL, NoRoom, Spool

# Bytes of answers kept in memory for one line; a page is far smaller, and files are kept as files.
HELD: Final = 4 * 2**20
# Bytes of a file given to the system at a time, so that one fast reader does not keep the loop.
AT_ONCE: Final = 2**20
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

    file: io.FileIO | Spool  # of our own
    start: int
    stop: int


class Line(socket.socket):
    """An accepted connection; one thread at a time has it. Never blocks in the system but in `_wait`.

    slow: what it was too slow at, once it was. window: seconds, where those of the rate are more; set when the process
    stops, for threads that wait too.
    """

    window: ClassVar[float] = math.inf

    def __init__(self, accepted: socket.socket, rate: Rate) -> None:
        super().__init__(fileno=accepted.detach())
        super().setblocking(False)
        self._rate = rate
        self.early = bytearray()  # read before a thread asked for it
        self._body: Spool | None = None  # the body behind that, where it is not small
        self.slow: str | None = None
        self._out: deque[memoryview | _Part] = deque()
        self._held = self._told = 0  # bytes of answers in memory, and how many of them MEMORY counts
        self._sent = self._came = 0
        self.begin()

    # What gunicorn sets; the line itself never blocks.

    def setblocking(self, flag: bool) -> None:
        """Nothing: whether the line is waited for is decided here."""

    def settimeout(self, value: float | None) -> None:
        """Nothing: what is to be read is there."""

    def gettimeout(self) -> float | None:
        """None."""
        return None

    # Pace

    def begin(self) -> None:
        """Begin to measure anew."""
        self._waited, self._before = 0.0, self.moved()

    def moved(self) -> int:
        """Bytes that came, and that the other side has taken: what waits in the system has not moved."""
        waiting = bytearray(4)
        with contextlib.suppress(OSError, ValueError):  # ValueError: it is closed
            ioctl(self.fileno(), termios.TIOCOUTQ, waiting)
        return self._came + self._sent - int(struct.unpack("i", waiting)[0])

    def waited(self, seconds: float, what: str) -> None:
        """Note that the line was waited for. Raises TooSlow when it moved too little in its window."""
        self._waited += seconds
        if self._waited < min(self._rate.window, Line.window):
            return
        moved = self.moved()
        if moved - self._before < self._rate.least * self._waited:
            raise TooSlow(self, what)
        self._waited, self._before = 0.0, moved

    def _wait(self) -> None:
        """Wait until the line takes more. Raises TooSlow."""
        poll = select.poll()
        poll.register(self.fileno(), select.POLLOUT)
        while True:
            begun = time.monotonic()
            ready = poll.poll(min(1.0, self._rate.window) * 1000)
            self.waited(time.monotonic() - begun, "reader")
            if ready:
                return

    # Reading

    def take(self, most: int) -> int:
        """Read on without waiting: how many bytes came, 0 at the end. Raises BlockingIOError, OSError, NoRoom."""
        data = super().recv(most)
        self._came += len(data)
        if self._body is None:
            self.early += data
        else:
            self._body.write(data)
        return len(data)

    def spool(self, start: int, spare: int) -> None:
        """From here on what comes is a body for a file, which leaves so much room to others. Raises NoRoom."""
        self._body = Spool(bytes(self.early[start:]), spare)
        del self.early[start:]

    def recv(self, size: int, flags: int = 0) -> bytes:
        """The next bytes of what is there. Raises NoMoreData.

        Never no bytes: gunicorn would take the body for read and a connection for one that can be kept.
        """
        if self.early:
            data = bytes(self.early[:size])
            del self.early[:size]
        else:
            data = self._body.read(size) if self._body is not None else b""
        if not data:
            raise NoMoreData
        return data

    def release(self) -> bool:
        """The request is answered: let go of its body. Whether all of it was read."""
        body, self._body = self._body, None
        if body is None:
            return True
        body.close()
        return not body.left

    # Writing

    @property
    def owes(self) -> bool:
        """Whether something is kept that the line has not taken."""
        return bool(self._out)

    def owe(self, data: bytes) -> None:
        """Keep this for the line, behind what it is owed already."""
        self._out.append(memoryview(data))
        self._held += len(data)

    def send(self, data: Any, flags: int = 0) -> int:
        """Nothing: gunicorn tells a caller so to go on with a body, which is there."""
        return len(data)

    def sendall(self, data: Any, flags: int = 0) -> None:
        """Send, or keep for the line what it does not take now; waits while too much is kept. Raises TooSlow."""
        self.owe(bytes(data))
        while not self.push() and self._is_too_much():
            self._wait()

    def _is_too_much(self) -> bool:
        if self._held > HELD:
            return True
        return self._held > SMALL and MEMORY.is_over and not self._moved_to_disk()

    def _moved_to_disk(self) -> bool:
        """Keep in a file what all lines together have no memory for; whether that could be."""
        if any(isinstance(item, _Part) for item in self._out):
            return False  # a content made on its way, of which there is one file already: its thread waits
        try:
            spool = Spool(b"".join(item for item in self._out if isinstance(item, memoryview)))
        except NoRoom:
            return False
        self._out = deque([_Part(spool, 0, spool.size)])
        self._held = 0
        self._count()
        return True

    def _count(self) -> None:
        if self._held != self._told:
            MEMORY.add(self._held - self._told)
            self._told = self._held

    def sendfile(self, file: Any, offset: int = 0, count: int | None = None) -> int:
        """Keep a part of a file for the line and send of it what the line takes now."""
        size = os.fstat(file.fileno()).st_size - offset if count is None else count
        self._out.append(_Part(io.FileIO(os.dup(file.fileno())), offset, offset + size))
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
        finally:
            self._count()
        return not self._out

    def _push_first(self, first: memoryview | _Part) -> None:
        if isinstance(first, memoryview):
            sent = super().send(first) if first else 0
            rest: memoryview | _Part | None = first[sent:] if sent < len(first) else None
            if rest is None:
                self._held -= len(cast("bytes", first.obj))  # a view keeps the whole, however little of it is left
        else:
            length = min(first.stop - first.start, AT_ONCE)
            sent = os.sendfile(self.fileno(), first.file.fileno(), first.start, length) if length else 0
            if length and not sent:
                raise OSError(errno.EIO, "the file ended before its length")
            rest = first._replace(start=first.start + sent)
            if rest.start >= rest.stop:
                first.file.close()
                rest = None
        self._sent += sent
        if rest is None:
            self._out.popleft()
        else:
            self._out[0] = rest

    def close(self) -> None:
        """Close it and let go of all that is kept for it; one that was too slow takes nothing more."""
        for item in self._out:
            if isinstance(item, _Part):
                item.file.close()
        self._out.clear()
        self.release()
        self._held = 0
        self._count()
        if self.slow:
            with contextlib.suppress(OSError):
                self.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, _AT_ONCE_CLOSED)
        super().close()
