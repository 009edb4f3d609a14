"""The scanner for malware: a step that a setting plugs in (SCANNER_URL), with a verdict for each content.

Without a scanner files are kept and handed out as they are judged by `inspection`. With one, each upload is examined
before it is stored: infected content is refused, or kept in quarantine where the caller wants to show it. While the
scanner does not answer, uploads are kept and wait: nobody gets them until `examine_waiting` (beat) has a verdict.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import IO, Any, Final

import structlog
from django.apps import apps
from django.conf import settings
from django.core.files.storage import default_storage
from django.db import connection
from django.urls import reverse
from django.utils.translation import gettext as _

from portal.core import clock
from portal.core.clockwork import as_clockwork
from portal.core.commands import event_writer
from portal.core.errors import DomainError
from portal.core.models import FileScan, ScanState, StoredFile
from portal.core.scanners import NoAnswer, Scanner, ScannerDown, scanner
from portal.core.scope import Actor

log = structlog.get_logger(__name__)
# Above SCANNER_SECONDS: what the content takes to be read, and a name of the scanner to be looked up.
ALLOWANCE: Final = 60
# Who is told that kept content went into quarantine: called with the clockwork, the digest and what was found.
Told = Callable[[Actor, str, str], object]
_listeners: list[Told] = []


def on_quarantine(told: Told) -> None:
    """Have this called, in the same transaction, for each kept content that a later examination finds infected."""
    _listeners.append(told)


class Unfit(DomainError):
    """The file is not handed out now."""

    status = 409


def examine(file: IO[bytes], sha256: str, size: int, *, field: str = "file", quarantine: bool = False) -> str:
    """Examine content before it is stored and keep the verdict; gives the state, empty without a scanner.

    quarantine: keep infected content behind bars. Raises DomainError `file_infected` otherwise.
    """
    one = scanner()
    if one is None:
        return ""
    with _patience():
        said = _verdict(one, file, sha256, size)
    if said.state == ScanState.QUARANTINED and not quarantine:
        raise DomainError(
            "file_infected",
            _("The scanner found malware in the file: %(finding)s. It was not kept. Clean your computer first.")
            % {"finding": said.finding},
            field,
        )
    now = clock.now()
    row = FileScan(sha256=sha256, state=said.state, finding=said.finding, scanner=one.name, at=now, tried_at=now)
    # A verdict that stands is not written over here: the clockwork does that.
    FileScan.objects.bulk_create([row], ignore_conflicts=True)
    return said.state


@contextmanager
def _patience() -> Iterator[None]:
    """Let the transaction under way stand still for as long as a scanner may take.

    The role's own limit (`portal.embedded.roles`) is shorter: the session would be ended while the scanner works, and
    the upload with it.
    """
    if not connection.in_atomic_block:
        yield
        return
    seconds = settings.SCANNER_SECONDS + ALLOWANCE
    with connection.cursor() as cursor:
        cursor.execute("select set_config('idle_in_transaction_session_timeout', %s, true)", [f"{seconds}s"])
    try:
        yield
    finally:
        with connection.cursor() as cursor:
            cursor.execute("set local idle_in_transaction_session_timeout to default")


@dataclass(frozen=True)
class _Said:
    """What came of a try. away: nobody answered, so the next file need not be tried either."""

    state: str
    finding: str = ""
    away: bool = False


def _verdict(one: Scanner, file: IO[bytes], sha256: str, size: int) -> _Said:
    try:
        finding = one.scan(file)
    except ScannerDown as error:
        log.warning("scanner_down", scanner=one.name, sha256=sha256, reason=str(error), size=size)
        return _Said(ScanState.WAITING, away=isinstance(error, NoAnswer))
    finally:
        file.seek(0)
    if finding:
        log.error("file_infected", sha256=sha256, finding=finding)
        return _Said(ScanState.QUARANTINED, finding)
    return _Said(ScanState.CLEAN)


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


def examine_waiting(*, most: int = 100) -> dict[str, int]:
    """Examine what waits and what no scanner ever saw, as the clockwork; gives how many came to which state.

    What was tried longest ago comes first, so a file the scanner cannot judge stands in no other's way. The scanner is
    asked outside of any transaction, and each verdict is kept in one of its own.
    """
    one = scanner()
    if one is None:
        return {}
    found: dict[str, int] = {}
    for sha256 in _unexamined(most):
        said = _try_kept(one, sha256)
        with as_clockwork() as by:
            _note(by, one, sha256, said)
        found[said.state] = found.get(said.state, 0) + 1
        if said.away:
            break  # the next round tries again
    return found


def _unexamined(most: int) -> list[str]:
    with as_clockwork(), connection.cursor() as cursor:
        cursor.execute("select sha256 from stored_files_unexamined(%s)", [most])
        return [row[0] for row in cursor.fetchall()]


def _try_kept(one: Scanner, sha256: str) -> _Said:
    try:
        with default_storage.open(f"files/{sha256[:2]}/{sha256}", "rb") as file:
            return _verdict(one, file, sha256, file.size)
    except Exception as error:  # each storage has exceptions of its own; the other files are not to wait for this one
        log.exception("file_not_examined", sha256=sha256, kind=type(error).__name__)
        return _Said(ScanState.WAITING)


def _note(by: Actor, one: Scanner, sha256: str, said: _Said) -> None:
    """Keep what came of a try. What waits keeps the moment since when it does."""
    now = clock.now()
    whole = {"state": said.state, "finding": said.finding, "scanner": one.name, "at": now, "tried_at": now}
    change = {"tried_at": now} if said.state == ScanState.WAITING else whole
    FileScan.objects.update_or_create(sha256=sha256, defaults=change, create_defaults=whole)
    if said.state == ScanState.QUARANTINED:
        after = {"sha256": sha256}
        event_writer()(by=by, act="core.quarantine", obj=None, before={}, after=after, why=said.finding, outcome="done")
        for told in _listeners:
            told(by, sha256, said.finding)
