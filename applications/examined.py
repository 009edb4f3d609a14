"""What the departments of the province found on a submission, point by point, for the page."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django.urls import reverse

from applications.checklist import points_of
from applications.enums import Answer
from applications.models import Application, Point

_TONES = {Answer.FULFILLED: "good", Answer.MEND: "bad", Answer.NOT_APPLICABLE: "plain"}


def lines(application: Application, points: Iterable[Point], *, links: bool = False) -> list[dict[str, Any]]:
    """One line for each answered point: what, by which department, the answer, the comment; to be mended first.

    links: with the page of the section on which the unit mends it.
    """
    known = {(point.side, point.code): point for point in points_of(application)}
    found = []
    for row in points:
        point = known.get((row.side, row.code))
        if point is None:
            continue
        found.append(
            {
                "name": point.name,
                "source": point.source,
                "side": row.get_side_display(),
                "answer": row.answer,
                "label": row.get_answer_display(),
                "tone": _TONES[Answer(row.answer)],
                "comment": row.comment,
                "url": reverse(f"applications:{point.section}", args=[application.pk]) if links else "",
            }
        )
    return sorted(found, key=lambda line: line["answer"] != Answer.MEND)
