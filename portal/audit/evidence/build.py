"""Builds a bundle step by step: entries, files, their part of the trail with its proof, the index, the manifest.

Everything is read up to one link of the chain, in short transactions in the asker's scope of today. What stands up to
that link never changes, so the same selection at the same link gives the same bytes.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Iterator, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal
from pathlib import Path
from typing import IO, Any, Final, TypeVar

from django.core.files.storage import default_storage
from django.db import connection
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from portal.audit import keys, kinds, seals
from portal.audit.evidence.index import Cell, Index, in_beijing
from portal.audit.evidence.models import TrailSeal
from portal.audit.evidence.package import Package
from portal.audit.evidence.readme import README
from portal.audit.evidence.sources import EntryRow, FileRow, Selection, Source
from portal.audit.functions import CANONICAL
from portal.audit.models import Event, Link
from portal.audit.presentation import object_words
from portal.audit.verify import Head
from portal.core import clock
from portal.core.errors import DomainError
from portal.core.files import SERVED
from portal.core.models import FileScan, ScanState
from portal.core.scope import Actor

T = TypeVar("T")
FORMAT: Final = "evidence-bundle/1"
CHUNK: Final = 500
VERIFIER: Final = Path(__file__).with_name("verify_bundle.py")
EVENTS: Final = f"""
    select l.seq, e.id, coalesce(p.digest, repeat('0', 64)), {CANONICAL}, l.digest, e.at, e.actor_name, e.act,
           e.outcome, e.object_type, e.object_id, e.why
      from audit_link l join audit_event e on e.id = l.event_id left join audit_link p on p.seq = l.seq - 1
     where l.seq = any(%s) order by l.seq
"""


@dataclass(frozen=True)
class Asked:
    """What is built: for whom, of what, up to which link; `acting` is one transaction in the asker's scope, `step`
    hears the steps done, and how many there are.
    """

    name: str
    source: Source
    selection: Selection
    head: Head
    as_of: datetime
    acting: Callable[[], AbstractContextManager[Actor]]
    step: Callable[[int, int], object]


@dataclass
class Made:
    """What came of it."""

    words: list[tuple[str, str]] = field(default_factory=list)
    root: str = ""
    manifest_sha256: str = ""
    entries: int = 0
    documents: int = 0
    events: int = 0
    missing: list[dict[str, str]] = field(default_factory=list)


def pieces(rows: Sequence[T], most: int = CHUNK) -> Iterator[Sequence[T]]:
    """The rows, some at a time."""
    for begin in range(0, len(rows), most):
        yield rows[begin : begin + most]


def line(value: Any) -> bytes:
    """A value as one line."""
    return seals.canonical(value) + b"\n"


class Builder:
    """One bundle in the making."""

    def __init__(self, asked: Asked, package: Package, index: Index) -> None:
        self.asked, self.package, self.index = asked, package, index
        self.made = Made()
        self.files: list[FileRow] = []
        self.events: set[int] = set()
        self.done = 0

    def build(self) -> Made:
        """All steps in their order."""
        self._gather()
        self._step()
        self.package.add("verify_bundle.py", VERIFIER.read_bytes())
        self.package.add("README.txt", README.encode())
        self._entries()
        self._step()
        self._documents()
        seqs = self._trail()
        self._step()
        self._prove(seqs)
        self._step()
        self._end()
        return self.made

    def _step(self) -> None:
        self.done += 1
        self.asked.step(self.done, 4 + len({row.sha256 for row in self.files}))

    def _gather(self) -> None:
        """Which files and which events belong to the selection."""
        asked = self.asked
        with asked.acting() as by:
            self.made.words = asked.source.words(by, asked.selection)
            self.files = list(asked.source.files(by, asked.selection, at=asked.as_of))
            for kind, numbers in asked.source.objects(by, asked.selection):
                for some in pieces(numbers):
                    rows = Event.objects.filter(object_type=kind, object_id__in=some)
                    if asked.selection.since:
                        rows = rows.filter(at__gte=clock.first_moment(asked.selection.since))
                    if asked.selection.until:
                        rows = rows.filter(at__lte=clock.last_moment(asked.selection.until))
                    self.events.update(rows.values_list("pk", flat=True))

    def _path(self, row: FileRow) -> str:
        kind = SERVED.get(row.content_type)
        return f"documents/{row.sha256}{kind.endings[0] if kind else '.bin'}"

    def _entries(self) -> None:
        paths = {row.sha256: self._path(row) for row in self.files}
        self.index.sheet(
            _("Entries"),
            [_("Entry"), _("Booked"), _("Kind"), _("Province"), _("Pilot unit"), _("Document number"),
             _("Amount (yuan)"), _("Entered by"), _("Checked by"), _("File"), _("Digest (SHA-256)")],
        )  # fmt: skip
        after = 0
        with self.package.writing("entries/entries.jsonl") as out:
            while True:
                with self.asked.acting() as by:
                    rows = self.asked.source.entries(
                        by, self.asked.selection, upto=self.asked.head.seq, after=after, most=CHUNK
                    )
                for row in rows:
                    out.write(line(_entry(row)))
                    self.index.row(_entry_cells(row, paths))
                    self.events.add(row.event)
                self.made.entries += len(rows)
                if len(rows) < CHUNK:
                    return
                after = rows[-1].pk

    def _documents(self) -> None:
        self.index.sheet(
            _("Files"), [_("File"), _("Belongs to"), _("Brought"), _("Size (bytes)"), _("Digest (SHA-256)"), _("State")]
        )
        unfit = self._unfit()
        said: dict[str, str] = {}
        for row in self.files:
            if row.sha256 not in said:
                said[row.sha256] = unfit.get(row.sha256) or self._copied(row)
                if said[row.sha256]:
                    self.made.missing.append({"sha256": row.sha256, "why": said[row.sha256]})
                else:
                    self.made.documents += 1
                self._step()
            why = said[row.sha256]
            there = "" if why in ("gone", "quarantine") else self._path(row)
            words = {"": _("whole"), "gone": _("gone"), "changed": _("changed since it was kept"),
                     "quarantine": _("not handed out: not examined, or in quarantine")}  # fmt: skip
            self.index.row([Cell(row.file_name, there), Cell(row.about), Cell(row.at), Cell(row.size),
                            Cell(row.sha256), Cell(words[why])])  # fmt: skip

    def _unfit(self) -> dict[str, str]:
        found: dict[str, str] = {}
        with self.asked.acting():
            for some in pieces([row.sha256 for row in self.files]):
                rows = FileScan.objects.filter(sha256__in=some).exclude(state=ScanState.CLEAN)
                found |= dict.fromkeys(rows.values_list("sha256", flat=True), "quarantine")
        return found

    def _copied(self, row: FileRow) -> str:
        """Copy a file's content as it is; what is wrong with it, or nothing.

        Raises DomainError when the storage does not answer: that a file is gone would stand signed in the manifest.
        """
        try:
            content: IO[Any] = default_storage.open(row.storage_key, "rb")
        except FileNotFoundError:
            return "gone"
        except Exception as error:  # each storage has exceptions of its own
            raise DomainError(
                "storage_silent",
                _("The storage of files does not answer just now. Please try again in a few minutes."),
            ) from error
        with content:
            part = self.package.copy(self._path(row), content)
        return "" if part.sha256 == row.sha256 else "changed"

    def _trail(self) -> list[int]:
        """The events with their places in the chain; gives the places."""
        self.index.sheet(
            _("Events of the trail"),
            [_("Link"), _("Event"), _("Time"), _("Person"), _("Act"), pgettext("audit", "Outcome"), _("Object"),
             _("Number"), _("Reason"), _("Digest (SHA-256)")],
        )  # fmt: skip
        seqs: list[int] = []
        for some in pieces(sorted(self.events)):
            with self.asked.acting():
                rows = Link.objects.filter(event_id__in=some, seq__lte=self.asked.head.seq)
                seqs += rows.values_list("seq", flat=True)
        seqs.sort()
        with self.package.writing("trail/events.jsonl") as out:
            for part in pieces(seqs):
                with self.asked.acting(), connection.cursor() as cursor:
                    cursor.execute(EVENTS, [list(part)])
                    found = cursor.fetchall()
                for row in found:
                    names = ("seq", "event", "before", "text", "digest")
                    out.write(line(dict(zip(names, row[:5], strict=True))))
                    self.index.row(_event_cells(row))
                self.made.events += len(found)
        return seqs

    def _prove(self, seqs: list[int]) -> None:
        """The root over all links, the nodes that lead there, and the seals up to then."""
        head = self.asked.head
        with self.asked.acting():
            rows = list(TrailSeal.objects.filter(seq__lte=head.seq, at__lte=self.asked.as_of).order_by("pk"))
            wanted = {*seqs, head.seq, *(row.seq for row in rows)} - {0}
            try:
                proof = seals.prove(head.seq, wanted)
            except ValueError as error:
                raise DomainError(
                    "trail_broken", _("The trail is broken. Have it recomputed; the page says where.")
                ) from error
        self.made.root = proof.root
        with self.package.writing("trail/proof.jsonl") as out:
            for node in proof.nodes:
                out.write(line(node))
        with self.package.writing("trail/seals.jsonl") as out:
            for row in rows:
                out.write(line(seals.content(row)))

    def _end(self) -> None:
        asked, made = self.asked, self.made
        facts = [
            *made.words,
            (_("As of (Beijing time)"), in_beijing(asked.as_of)),
            (_("Made for"), asked.name),
            (_("Entries"), str(made.entries)),
            (_("Files"), str(made.documents)),
            (_("Files that are not whole"), str(len(made.missing))),
            (_("Events of the trail"), str(made.events)),
            (_("Links of the trail"), str(asked.head.seq)),
            (_("Last digest"), asked.head.digest),
            (_("Digest over all links"), made.root),
            (_("Public key"), keys.public()),
        ]
        note = _("Check this bundle with Python alone: python3 -I verify_bundle.py, then the ZIP or this folder.")
        self.index.close(_("Evidence from the pilot portal"), facts, note)
        for file in (self.index.xlsx, self.index.html):
            with file.open("rb") as content:
                self.package.copy(file.name, content)
        manifest = {
            "format": FORMAT,
            "selection": asked.selection.plain(),
            "words": made.words,
            "as_of": asked.as_of.isoformat(),
            "made_for": asked.name,
            "head": {"seq": asked.head.seq, "digest": asked.head.digest, "root": made.root},
            "key": keys.public(),
            "counts": {"entries": made.entries, "documents": made.documents, "events": made.events},
            "missing": made.missing,
            "files": [vars(part) for part in self.package.parts],
        }
        text = json.dumps(manifest, sort_keys=True, ensure_ascii=False, indent=1).encode()
        made.manifest_sha256 = hashlib.sha256(text).hexdigest()
        self.package.add("manifest.json", text)
        self.package.add("manifest.sig", keys.sign(text).encode())


def build(asked: Asked, file: IO[bytes], folder: Path) -> Made:
    """Write the bundle into the file; `folder` takes what is needed meanwhile."""
    index = Index(folder, asked.as_of)
    try:
        with Package(file) as package:
            return Builder(asked, package, index).build()
    finally:
        index.abandon()


def _entry(row: EntryRow) -> dict[str, Any]:
    return vars(row) | {"booked_at": row.booked_at.astimezone(clock.SHANGHAI).isoformat()}


def _entry_cells(row: EntryRow, paths: dict[str, str]) -> list[Cell]:
    file = row.files[0] if row.files else ""
    return [
        Cell(row.number), Cell(row.booked_at), Cell(row.kind), Cell(row.province), Cell(row.unit),
        Cell(row.document_no), Cell(Decimal(row.amount)), Cell(row.maker), Cell(row.checker),
        Cell(file, paths.get(file, "")), Cell(row.digest),
    ]  # fmt: skip


def _event_cells(row: Sequence[Any]) -> list[Cell]:
    seq, event, _before, _text, digest, at, name, act, outcome, kind, number, why = row
    done = pgettext("audit", "refused") if outcome == "refused" else pgettext("audit", "done")
    return [
        Cell(seq), Cell(event), Cell(at), Cell(name), Cell(str(kinds.label(act))), Cell(done),
        Cell(str(object_words(kind))), Cell(number), Cell(why), Cell(digest),
    ]  # fmt: skip
