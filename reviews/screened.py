"""What the ministries said in screening and what a correction changed, as its page shows it."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from applications import comparing
from applications.enums import Answer, RulingKind
from applications.journey import titles
from applications.models import Application, Ruling, Snapshot
from applications.queries import submissions as reads
from applications.roster.changes import RosterChanges, changes
from reviews.enums import Ministry
from reviews.models import Screening


@dataclass(frozen=True)
class Correction:
    """What changed between the submission on which a correction was asked for and the one after it."""

    old: int
    new: int
    sections: list[comparing.Compared]
    roster: RosterChanges | None
    asked: list[str]

    @property
    def beyond(self) -> list[str]:
        """Titles of sections that changed though nobody asked for it."""
        return [section.title for section in self.sections if section.code not in self.asked]


def rulings(application: Application) -> list[Ruling]:
    """What the ministries decided against the application, with the submission it was about; one query."""
    return list(application.rulings.select_related("snapshot").defer("snapshot__content").order_by("pk"))


def is_uncorrected(ruled: Iterable[Ruling], snapshot: Snapshot | None) -> bool:
    """Whether a correction was asked for on the submission that is the last one still."""
    asked = {row.snapshot_id for row in ruled if row.kind == RulingKind.CORRECTION}
    return snapshot is not None and snapshot.pk in asked


def correction(application: Application, ruled: Iterable[Ruling], snapshot: Snapshot | None) -> Correction | None:
    """What the correction before the current submission changed; None when it was not a corrected one.

    Costs three queries after a correction, none without one.
    """
    before = [row for row in ruled if snapshot is not None and row.snapshot.number < snapshot.number]
    if not before or snapshot is None:
        return None
    ruling = before[-1]
    old, new = snapshot.number - 1, snapshot.number
    contents = reads.contents(application, [old, new])
    rosters = reads.rosters(application, [old, new])
    roster = changes(rosters.get(old, {}), rosters.get(new, {}))
    return Correction(old, new, comparing.compare(contents[old], contents[new]), roster or None, ruling.sections)


def said_lines(rows: Iterable[Screening]) -> list[dict[str, Any]]:
    """What the ministries said, each with the sections it reopens and how far its checklist was met."""
    return [
        {
            "row": row,
            "ministry": Ministry(row.ministry).label,
            "sections": titles(row.sections),
            "mend": sum(given["answer"] == Answer.MEND for given in row.answers.values()),
            "answered": len(row.answers),
        }
        for row in rows
    ]
