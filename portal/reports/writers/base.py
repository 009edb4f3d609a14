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
from django.utils.translation import gettext as _

from portal.core import clock
from portal.reports.catalogue import Cover, Document, Order, Part, Rows, Sheet


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
        self.count = 0
        self._digest = hashlib.sha256()

    def add(self, part: Part) -> None:
        """Write one part. Raises ValueError when the builder gives parts out of their order."""
        if isinstance(part, Cover):
            self.cover = part
        elif self.cover is None:
            raise ValueError("A report begins with its cover.")
        elif isinstance(part, Sheet):
            self.sheet = part
            self.begin(part)
        elif isinstance(part, Rows):
            if self.sheet is None:
                raise ValueError("Rows belong to a sheet.")
            for row in part.rows:
                self._take(self.sheet, row)
        elif isinstance(part, Document):
            self.document(part)

    def _take(self, sheet: Sheet, row: Sequence[Any]) -> None:
        if len(row) != len(sheet.columns):
            raise ValueError(f"{sheet.name} has {len(sheet.columns)} columns, the row {len(row)}.")
        self.count += 1
        line = json.dumps([sheet.name, *(canonical(value) for value in row)], ensure_ascii=False)
        self._digest.update(line.encode() + b"\n")
        self.row(row)

    def facts(self) -> list[tuple[str, str]]:
        """What the cover says: report, filters, for whom, when, rules, mark, rows and their digest."""
        order, cover = self.order, self.cover or Cover(0)
        post = order.by.organisation
        whom = order.by.name if post is None else f"{order.by.name} ({post.name_zh})"
        found = [
            (_("Report"), str(order.report.title)),
            (_("What it shows"), str(order.report.description)),
            *((_("Parameter: %(name)s") % {"name": name}, value) for name, value in [*order.words, *cover.filters]),
            (_("Asked by"), whom),
            (_("Made at (Beijing time)"), order.asked_at.astimezone(clock.SHANGHAI).strftime("%Y-%m-%d %H:%M:%S")),
        ]
        if cover.rules:
            found.append((_("Rule set"), cover.rules))
        found += [(_("Note"), str(note)) for note in cover.notes]
        if settings.DEMONSTRATION:
            found.append((_("Mark"), _("Demonstration: all people, figures and dossiers are invented.")))
        if self.count:
            found.append((_("Rows"), str(self.count)))
            found.append((_("Digest of the rows (SHA-256)"), self._digest.hexdigest()))
        return found

    def close(self) -> Written:
        """Write the end of the file and say what it holds."""
        facts = self.facts()
        self.finish(facts)
        return Written(self.count, self._digest.hexdigest() if self.count else "", facts)

    def begin(self, sheet: Sheet) -> None:
        """Begin a sheet."""
        raise NotImplementedError

    def row(self, row: Sequence[Any]) -> None:
        """Write a row of the present sheet."""
        raise NotImplementedError

    def document(self, part: Document) -> None:
        """Write a document."""
        raise NotImplementedError

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
