"""What departments of the province, or the ministries, found on a submission, point by point, for the page."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django.urls import reverse

from applications.checklist import CheckPoint, points_of
from applications.enums import Answer
from applications.models import Application

_TONES = {Answer.FULFILLED: "good", Answer.MEND: "bad", Answer.NOT_APPLICABLE: "plain"}


def lines(
    application: Application, points: Iterable[Any], *, among: list[CheckPoint] | None = None, links: bool = False
) -> list[dict[str, Any]]:
    """One line for each answered point: what, by whom, the answer, the comment; to be mended first.

    points: rows with side, code, answer and comment; among: the checklist they are of (None: the departments').
    links: with the page of the section on which the unit mends it.
    """
    checklist = points_of(application) if among is None else among
    known = {(point.side, point.code): point for point in checklist}
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
