"""What screening found, as its page shows it: points, what was said, what a correction changed."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from applications import comparing
from applications.checklist import screening_points
from applications.enums import Answer
from applications.journey import titles
from applications.models import Application, Snapshot
from applications.queries import submissions as reads
from applications.roster.changes import RosterChanges, changes
from reviews.enums import Ministry, ScreeningDecision
from reviews.models import Screening, ScreeningPoint

_TONES = {Answer.FULFILLED: "good", Answer.MEND: "bad", Answer.NOT_APPLICABLE: "plain"}


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


def screening_lines(
    application: Application, points: Iterable[ScreeningPoint], *, but: str = ""
) -> list[dict[str, Any]]:
    """One line for each answered point (templates/applications/_points.html), to be mended first.

    but: a ministry that is left out: the reader's own, whose points stand in the form.
    """
    known = {(point.side, point.code): point for point in screening_points(application)}
    rows = [(known.get((row.ministry, row.code)), row) for row in points if row.ministry != but]
    found = [
        {
            "name": point.name,
            "source": point.source,
            "side": row.get_ministry_display(),
            "answer": row.answer,
            "label": row.get_answer_display(),
            "tone": _TONES[Answer(row.answer)],
            "comment": row.comment,
            "url": "",
        }
        for point, row in rows
        if point is not None
    ]
    return sorted(found, key=lambda line: line["answer"] != Answer.MEND)


def said_lines(rows: Iterable[Screening]) -> list[dict[str, Any]]:
    """What the ministries said, each with the sections it reopens and how far its checklist was met."""
    return [
        {
            "row": row,
            "ministry": Ministry(row.ministry).label,
            "sections": titles(row.sections),
            "mend": sum(given["answer"] == Answer.MEND for given in row.answers.values()),
            "answered": len(row.answers),
            "is_pass": row.decision == ScreeningDecision.PASS,
        }
        for row in rows
    ]
