"""Bytes that wait for a thread or for a slow line, beyond what memory keeps: in files without names, and counted.

The files lie where uploads lie while they are read (TMPDIR). The bounds are of one process, over all its lines.
"""

from __future__ import annotations

import os
import tempfile
import threading
from typing import Final


class NoRoom(Exception):
    """The bound is reached, or the disk is full."""


class Room:
    """So many bytes that the lines of a process keep at a time; the loop and threads count."""

    def __init__(self, most: int) -> None:
        self.most, self.kept, self._lock = most, 0, threading.Lock()

    @property
    def is_over(self) -> bool:
        """Whether more is kept than should be."""
        return self.kept > self.most

    def add(self, size: int) -> None:
        """Count that so many more are kept; below zero that many fewer."""
        with self._lock:
            self.kept += size

    def take(self, size: int, spare: int = 0) -> bool:
        """Count them where there is room beyond what is spared; whether there was."""
        with self._lock:
            if self.kept + size > self.most - spare:
                return False
            self.kept += size
            return True


# Answers that lines have not taken. Each may owe SMALL beyond that, so that nobody waits for others with a usual page.
MEMORY: Final = Room(64 * 2**20)
# Bodies that come, and answers for which memory had no room.
DISK: Final = Room(512 * 2**20)
# What bodies above PIECE leave of it to others: a few long uploads do not end the pieces and forms of everybody.
SPARED: Final = 128 * 2**20
PIECE: Final = 5 * 2**20
# What is not larger stays in memory, whatever others keep.
SMALL: Final = 64 * 1024


class Spool:
    """A file of bytes that are read once, in their order. Raises NoRoom.

    begins: the first of them. spare: room that it leaves to others.
    """

    def __init__(self, begins: bytes, spare: int = 0) -> None:
        try:
            self._file = tempfile.TemporaryFile(buffering=0)  # noqa: SIM115 - `close` closes it
        except OSError as error:
            raise NoRoom from error
        self.size, self._read, self._spare = 0, 0, spare
        try:
            self.write(begins)
        except NoRoom:
            self.close()
            raise

    def write(self, data: bytes | memoryview) -> None:
        """Raises NoRoom."""
        if not DISK.take(len(data), self._spare):
            raise NoRoom
        self.size += len(data)
        rest = memoryview(data)
        try:
            while rest:
                rest = rest[self._file.write(rest) :]
        except OSError as error:
            raise NoRoom from error

    def read(self, most: int) -> bytes:
        """The next bytes, none at the end."""
        data = os.pread(self._file.fileno(), most, self._read)
        self._read += len(data)
        return data

    @property
    def left(self) -> int:
        """Bytes that were not read."""
        return self.size - self._read

    def fileno(self) -> int:
        """Of the file."""
        return self._file.fileno()

    def close(self) -> None:
        """Give back its room; more than once is no fault."""
        if not self._file.closed:
            self._file.close()
            DISK.add(-self.size)
