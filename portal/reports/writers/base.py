"""What all writers share: the cover's facts and the digest over the rows."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

from django.conf import settings
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from portal.core import clock
from portal.core.errors import Text
from portal.reports.catalogue import Column, Copied, Cover, Document, Member, Order, Part, Picture, Ready, Rows, Sheet
from portal.reports.writers import copying


@dataclass(frozen=True)
class Written:
    """What a closed file holds: rows in all, and the digest over them (empty for a document without rows)."""

    rows: int
    rows_sha256: str
    facts: list[tuple[str, str]]


class Writer:
    """Ground of the writers. Parts come in the order of the builder; the cover is the first."""

    def __init__(self, order: Order, path: Path) -> None:
        self.order, self.path = order, path
        self.cover: Cover | None = None
        self.sheet: Sheet | None = None
        self.seen: list[Sheet] = []
        self.count = 0
        self._digest = hashlib.sha256()
        self._is_digested = False

    def add(self, part: Part) -> None:
        """Write one part. Raises ValueError when the builder gives parts out of their order."""
        if isinstance(part, Cover):
            self.cover = part
        elif self.cover is None:
            raise ValueError("A report begins with its cover.")
        elif isinstance(part, Sheet):
            self.sheet = part
            self.seen.append(part)
            self.begin(part)
        elif isinstance(part, Document):
            self.digest(json.dumps(part.data, ensure_ascii=False, sort_keys=True, default=str).encode())
            self.document(part)
        elif isinstance(part, Ready):
            self.digest(part.content)
            self.ready(part)
        elif isinstance(part, Member):
            self.digest(f"{part.name} {hashlib.sha256(part.content).hexdigest()}\n".encode())
            self.count += 1
            self.member(part)
        else:
            self._under(part)

    def _under(self, part: Rows | Copied | Picture) -> None:
        if self.sheet is None:
            raise ValueError("Rows belong to a sheet.")
        if isinstance(part, Rows):
            for row in part.rows:
                self._take(self.sheet, row)
        elif isinstance(part, Copied):
            self.copied(self.sheet, part)
        else:
            self.picture(part)

    def _take(self, sheet: Sheet, row: Sequence[Any]) -> None:
        if len(row) != len(sheet.columns):
            raise ValueError(f"{sheet.name} has {len(sheet.columns)} columns, the row {len(row)}.")
        self.count += 1
        self.digest(_line([sheet.name, *row]).encode() + b"\n")
        self.row(row)

    def digest(self, content: bytes) -> None:
        """Put something under the digest of the rows."""
        self._is_digested = True
        self._digest.update(content)

    def copied(self, sheet: Sheet, part: Copied) -> None:
        """Rows as the database writes them: under the digest as they come, then into the file as values."""
        for lines in copying.lines(self.order, part):
            self.digest(lines)
            for row in copying.values(lines, sheet.columns):
                self.count += 1
                self.row(row)

    def facts(self) -> list[tuple[str, str]]:
        """What the cover says: report, filters, for whom, when, rules, mark, rows and their digest."""
        order, cover = self.order, self.cover or Cover(0)
        post = order.by.organisation
        words = order.wording() if order.wording else order.words
        whom = order.by.name
        if post is not None:
            body = post.name_en if get_language() == "en" else post.name_zh
            whom = _("%(name)s (%(body)s)") % {"name": whom, "body": body}
        found = [
            (_("Report"), str(order.report.title)),
            (_("What it shows"), str(order.report.description)),
            *((_("Parameter: %(name)s") % {"name": name}, value) for name, value in [*words, *cover.filters]),
            (_("Asked by"), whom),
            (_("As of (Beijing time)"), order.as_of.astimezone(clock.SHANGHAI).strftime("%Y-%m-%d %H:%M:%S")),
        ]
        if cover.rules:
            found.append((_("Rule set"), cover.rules))
        found += [(_("Note"), str(note)) for note in cover.notes]
        if settings.DEMONSTRATION:
            found.append((_("Mark"), _("Demonstration: all people, figures and dossiers are invented.")))
        if self.count:
            found.append((_("Rows"), str(self.count)))
        if self.rows_sha256:
            found.append((_("Digest of the rows (SHA-256)"), self.rows_sha256))
        return found

    @property
    def rows_sha256(self) -> str:
        """Digest over what was given so far; empty when nothing was."""
        return self._digest.hexdigest() if self._is_digested else ""

    def columns(self) -> list[tuple[str, str, str, str]]:
        """Sheet, heading, unit and source of each column that was given, for the list of columns."""
        return [
            (str(sheet.title), str(column.label), str(column.measure), str(self._source(sheet, column)))
            for sheet in self.seen
            for column in sheet.columns
        ]

    def _source(self, sheet: Sheet, column: Column) -> Text:
        return column.source or sheet.source or self.order.report.source

    def close(self) -> Written:
        """Write the end of the file and say what it holds."""
        facts = self.facts()
        self.finish(facts)
        return Written(self.count, self.rows_sha256, facts)

    def begin(self, sheet: Sheet) -> None:
        """Begin a sheet."""
        raise NotImplementedError

    def row(self, row: Sequence[Any]) -> None:
        """Write a row of the present sheet."""
        raise NotImplementedError

    def picture(self, part: Picture) -> None:
        """Show a drawing; files of figures alone leave it out."""

    def document(self, part: Document) -> None:
        """Write a document."""
        raise ValueError("A document is a PDF.")

    def ready(self, part: Ready) -> None:
        """Take a PDF or ZIP that is made already."""
        raise ValueError("What is made already is a PDF or a ZIP.")

    def member(self, part: Member) -> None:
        """Write one file of a ZIP."""
        raise ValueError("Files go into a ZIP.")

    def finish(self, facts: list[tuple[str, str]]) -> None:
        """Write what belongs to the end."""
        raise NotImplementedError

    def abandon(self) -> None:
        """Let go of the file without finishing it."""


def canonical(value: Any) -> Any:
    """A value as it goes under the digest."""
    if isinstance(value, Decimal):
        return format(value.normalize() + 0, "f")
    if isinstance(value, datetime):
        return value.astimezone(clock.SHANGHAI).isoformat()
    if isinstance(value, date):
        return value.isoformat()
    return value if value is None or isinstance(value, (str, int, bool)) else str(value)


# What JSON does not know by itself (amounts, days, texts that wait for their language) goes through `canonical`.
_line = json.JSONEncoder(ensure_ascii=False, default=canonical).encode
