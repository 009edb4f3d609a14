"""The scanners the portal can speak to, and how: from its settings to what one of them said of a content."""

from __future__ import annotations

import socket
import struct
import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import IO, Final, Protocol
from urllib.parse import urlsplit

from django.conf import settings

CHUNK: Final = 128 * 1024
CLAMD_PORT: Final = 3310
CONNECT_SECONDS: Final = 10  # for each address of its name: a daemon that is there answers at once


class ScannerDown(Exception):
    """The scanner gave no verdict; the text says why."""


class NoAnswer(ScannerDown):
    """Nobody answers: whatever else is brought would wait for nothing too."""


class Scanner(Protocol):
    """Examines content from its beginning to its end, in SCANNER_SECONDS at most."""

    @property
    def name(self) -> str:
        """The name people know it by."""
        ...

    def scan(self, file: IO[bytes]) -> str:
        """What was found, or an empty text. Raises ScannerDown: NoAnswer where the file has no part in it."""
        ...


@dataclass(frozen=True)
class Clamd:
    """The daemon of ClamAV, spoken to by INSTREAM: each piece goes after its length, a length of nought ends it.

    Its StreamMaxLength, MaxFileSize and MaxScanSize must be above the largest upload: see docs/operations.md.
    connect: gives the line, in so many seconds.
    """

    connect: Callable[[float], socket.socket]
    name: str = "ClamAV"

    def scan(self, file: IO[bytes]) -> str:
        """Send the content, read the verdict, all of it in SCANNER_SECONDS. Raises ScannerDown."""
        file.seek(0)
        last = time.monotonic() + settings.SCANNER_SECONDS
        try:
            wire = self.connect(min(CONNECT_SECONDS, _left(last)))
        except OSError as error:
            raise NoAnswer(f"{type(error).__name__}: {error}") from error
        try:
            with wire:
                answer = _said(wire, file, last)
        except TimeoutError as error:
            raise NoAnswer(f"{type(error).__name__}: {error}") from error
        except OSError as error:  # it hangs up on a file that is too long for it
            raise ScannerDown(f"{type(error).__name__}: {error}") from error
        if answer.endswith("OK"):
            return ""
        if answer.endswith("FOUND"):
            return answer.removeprefix("stream: ").removesuffix(" FOUND")[:200] or "FOUND"
        raise ScannerDown(answer[:200] or "no answer")


def _left(last: float) -> float:
    """The seconds until then. Raises TimeoutError when it is over."""
    left = last - time.monotonic()
    if left <= 0:
        raise TimeoutError("no verdict in SCANNER_SECONDS")
    return left


def _said(wire: socket.socket, file: IO[bytes], last: float) -> str:
    def send(content: bytes) -> None:
        wire.settimeout(_left(last))
        wire.sendall(content)

    send(b"zINSTREAM\0")
    while chunk := file.read(CHUNK):
        send(struct.pack(">I", len(chunk)) + chunk)
    send(struct.pack(">I", 0))
    heard = b""
    while not heard.endswith(b"\0") and len(heard) < 4096:
        wire.settimeout(_left(last))
        more = wire.recv(1024)
        if not more:
            break
        heard += more
    return heard.strip(b"\0\n ").decode("utf-8", "replace")


def clamd(address: str) -> Clamd:
    """The daemon at clamd://host:port or clamd:///path/of/its/socket."""
    parts = urlsplit(address)

    def by_network(seconds: float) -> socket.socket:
        return socket.create_connection((parts.hostname or "127.0.0.1", parts.port or CLAMD_PORT), seconds)

    def by_path(seconds: float) -> socket.socket:
        wire = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
        wire.settimeout(seconds)
        wire.connect(parts.path)
        return wire

    return Clamd(by_network if parts.hostname else by_path)


# By the scheme of SCANNER_URL; another scanner adds its own line.
SCANNERS: Final[dict[str, Callable[[str], Scanner]]] = {"clamd": clamd}


def scanner() -> Scanner | None:
    """The scanner of the settings, or None."""
    address = settings.SCANNER_URL
    return SCANNERS[address.split("://", 1)[0]](address) if address else None
