"""The scanner for malware: a step that a setting plugs in (SCANNER_URL), with a verdict for each content.

Without a scanner files are kept and handed out as they are judged by `inspection`. With one, each upload is examined
before it is stored: infected content is refused, or kept in quarantine where the caller wants to show it. While the
scanner does not answer, uploads are kept and wait: nobody gets them until `examine_waiting` (beat) has a verdict.
"""

from __future__ import annotations

import json
import socket
import struct
from collections.abc import Callable
from dataclasses import dataclass
from typing import IO, Any, Final, Protocol
from urllib.parse import urlsplit

import structlog
from django.apps import apps
from django.conf import settings
from django.core.files.storage import default_storage
from django.db import connection
from django.urls import reverse
from django.utils.translation import gettext as _

from portal.core import clock
from portal.core.commands import event_writer
from portal.core.errors import DomainError
from portal.core.models import FileScan, ScanState, StoredFile
from portal.core.scope import Actor

log = structlog.get_logger(__name__)
CHUNK: Final = 128 * 1024
CLAMD_PORT: Final = 3310
# Who is told that kept content went into quarantine: called with the clockwork, the digest and what was found.
Told = Callable[[Actor, str, str], object]
_listeners: list[Told] = []


def on_quarantine(told: Told) -> None:
    """Have this called, in the same transaction, for each kept content that a later examination finds infected."""
    _listeners.append(told)


class Unfit(DomainError):
    """The file is not handed out now."""

    status = 409


class ScannerDown(Exception):
    """The scanner gave no verdict; the text says why."""


class Scanner(Protocol):
    """Examines content from its beginning to its end."""

    @property
    def name(self) -> str:
        """The name people know it by."""
        ...

    def scan(self, file: IO[bytes]) -> str:
        """What was found, or an empty text. Raises ScannerDown."""
        ...


@dataclass(frozen=True)
class Clamd:
    """The daemon of ClamAV, spoken to by INSTREAM: each piece goes after its length, a length of nought ends it.

    Its StreamMaxLength, MaxFileSize and MaxScanSize must be above the largest upload: see docs/operations.md.
    """

    connect: Callable[[], socket.socket]
    name: str = "ClamAV"

    def scan(self, file: IO[bytes]) -> str:
        """Send the content, read the verdict. Raises ScannerDown."""
        file.seek(0)
        try:
            with self.connect() as wire:
                wire.sendall(b"zINSTREAM\0")
                while chunk := file.read(CHUNK):
                    wire.sendall(struct.pack(">I", len(chunk)) + chunk)
                wire.sendall(struct.pack(">I", 0))
                answer = _answer(wire)
        except OSError as error:
            raise ScannerDown(f"{type(error).__name__}: {error}") from error
        if answer.endswith("OK"):
            return ""
        if answer.endswith("FOUND"):
            return answer.removeprefix("stream: ").removesuffix(" FOUND")[:200] or "FOUND"
        raise ScannerDown(answer[:200] or "no answer")


def _answer(wire: socket.socket) -> str:
    heard = b""
    while not heard.endswith(b"\0") and len(heard) < 4096:
        more = wire.recv(1024)
        if not more:
            break
        heard += more
    return heard.strip(b"\0\n ").decode("utf-8", "replace")


def clamd(address: str) -> Clamd:
    """The daemon at clamd://host:port or clamd:///path/of/its/socket."""
    parts = urlsplit(address)

    def by_network() -> socket.socket:
        host = parts.hostname or "127.0.0.1"
        return socket.create_connection((host, parts.port or CLAMD_PORT), settings.SCANNER_SECONDS)

    def by_path() -> socket.socket:
        wire = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
        wire.settimeout(settings.SCANNER_SECONDS)
        wire.connect(parts.path)
        return wire

    return Clamd(by_network if parts.hostname else by_path)


# By the scheme of SCANNER_URL; another scanner adds its own line.
SCANNERS: Final[dict[str, Callable[[str], Scanner]]] = {"clamd": clamd}


def scanner() -> Scanner | None:
    """The scanner of the settings, or None."""
    address = settings.SCANNER_URL
    return SCANNERS[address.split("://", 1)[0]](address) if address else None


def examine(file: IO[bytes], sha256: str, size: int, *, field: str = "file", quarantine: bool = False) -> str:
    """Examine content before it is stored and keep the verdict; gives the state, empty without a scanner.

    quarantine: keep infected content behind bars. Raises DomainError `file_infected` otherwise.
    """
    one = scanner()
    if one is None:
        return ""
    state, finding = _verdict(one, file, sha256, size)
    if state == ScanState.QUARANTINED and not quarantine:
        raise DomainError(
            "file_infected",
            _("The scanner found malware in the file: %(finding)s. It was not kept. Clean your computer first.")
            % {"finding": finding},
            field,
        )
    row = FileScan(sha256=sha256, state=state, finding=finding, scanner=one.name, at=clock.now())
    # A verdict that stands is not written over here: the clockwork does that.
    FileScan.objects.bulk_create([row], ignore_conflicts=True)
    return state


def _verdict(one: Scanner, file: IO[bytes], sha256: str, size: int) -> tuple[str, str]:
    try:
        finding = one.scan(file)
    except ScannerDown as error:
        log.warning("scanner_down", scanner=one.name, reason=str(error), size=size)
        return ScanState.WAITING, ""
    finally:
        file.seek(0)
    if finding:
        log.error("file_infected", sha256=sha256, finding=finding)
        return ScanState.QUARANTINED, finding
    return ScanState.CLEAN, ""


def states(digests: list[str]) -> dict[str, FileScan]:
    """The verdicts on these contents, one query."""
    return FileScan.objects.in_bulk(digests)


def refuse_unfit(sha256: str) -> None:
    """Raise Unfit when the content lies in quarantine, or waits for the scanner."""
    verdict = FileScan.objects.filter(pk=sha256).first()
    if verdict is not None and verdict.state == ScanState.QUARANTINED:
        raise Unfit(
            "file_quarantined",
            _("The scanner found malware in this file (%(finding)s). It lies in quarantine and is not handed out.")
            % {"finding": verdict.finding},
        )
    if verdict is None and not settings.SCANNER_URL:
        return
    if verdict is None or verdict.state == ScanState.WAITING:
        raise Unfit("file_waits", _("This file waits for the scanner. Please try again in a few minutes."))


@dataclass(frozen=True)
class Bringer:
    """Who brought a content, under which file name, and the page on which they find it."""

    person: int
    name: str
    url: str


def bringers(sha256: str) -> list[Bringer]:
    """Who brought this content; of several times the last. For the clockwork alone."""
    models = {model._meta.db_table: model for model in apps.get_models() if issubclass(model, StoredFile)}
    with connection.cursor() as cursor:
        cursor.execute("select person, name, place, numbers from stored_file_bringers(%s)", [sha256])
        rows = cursor.fetchall()
    return [
        Bringer(person, name, _address(models[place], json.loads(numbers))) for person, name, place, numbers in rows
    ]


def _address(model: type[StoredFile], numbers: dict[str, Any]) -> str:
    route, *columns = model.seen_at
    return reverse(route, args=[numbers[column] for column in columns])


def examine_waiting(*, by: Actor, most: int = 100) -> dict[str, int]:
    """Examine what waits and what no scanner ever saw, as the clockwork; gives how many came to which state."""
    one = scanner()
    found: dict[str, int] = {}
    for sha256 in _unexamined(most) if one else []:
        state = _examine_kept(by, one, sha256)
        found[state] = found.get(state, 0) + 1
        if state == ScanState.WAITING:
            break  # it is down: the next round tries again
    return found


def _unexamined(most: int) -> list[str]:
    with connection.cursor() as cursor:
        cursor.execute("select sha256 from stored_files_unexamined(%s)", [most])
        return [row[0] for row in cursor.fetchall()]


def _examine_kept(by: Actor, one: Scanner | None, sha256: str) -> str:
    key = f"files/{sha256[:2]}/{sha256}"
    if one is None or not default_storage.exists(key):
        return "gone"
    with default_storage.open(key, "rb") as file:
        state, finding = _verdict(one, file, sha256, 0)
    verdict = {"state": state, "finding": finding, "scanner": one.name, "at": clock.now()}
    FileScan.objects.update_or_create(sha256=sha256, defaults=verdict)
    if state == ScanState.QUARANTINED:
        after = {"sha256": sha256}
        event_writer()(by=by, act="core.quarantine", obj=None, before={}, after=after, why=finding, outcome="done")
        for told in _listeners:
            told(by, sha256, finding)
    return state
