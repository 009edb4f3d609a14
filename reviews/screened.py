"""What the ministries said in screening and what a correction changed, as its page shows it."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from applications import comparing
from applications.enums import Answer
from applications.journey import titles
from applications.models import Application, Snapshot
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


def correction(application: Application, snapshot: Snapshot | None) -> Correction | None:
    """What the correction before the current submission changed; None when it was not a corrected one.

    Costs one query, three more after a correction.
    """
    ruling = application.rulings.filter(snapshot__number__lt=snapshot.number).last() if snapshot else None
    if ruling is None or snapshot is None:
        return None
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
