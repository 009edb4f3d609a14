"""What a department of the province writes while it examines: points of its checklist, and the joint letter."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.utils.translation import gettext as _

from applications.checklist import CheckPoint, points_of
from applications.enums import Answer, Side
from applications.models import Application, Letter, Point, Snapshot
from applications.posts import post_of, sides_of
from applications.queries import current_snapshot
from portal.core import clock
from portal.core.commands import command
from portal.core.errors import DomainError, Stale
from portal.core.files import Kept
from portal.core.scope import Actor


@dataclass(frozen=True)
class AnswerInput:
    """The answer to one point; what is to be mended is said in `comment`."""

    answer: Answer
    comment: str = ""


@dataclass(frozen=True)
class LetterInput:
    """The joint letter: its number, its date, the sealed PDF."""

    number: str
    dated: date
    file: Kept


def examine(
    *, by: Actor, application: Application, snapshot: Snapshot, side: Side, answers: Mapping[str, AnswerInput]
) -> Application:
    """Keep answers to points of a department's checklist; others of the department go on from there.

    Raises NotAllowed; Stale when the unit submitted anew meanwhile; DomainError when the department has decided, or a
    point to be mended says nothing.
    """
    with command(by, "applications.examine", application) as act:
        if post_of(by, application, side) is None:
            raise DomainError("other_side", _("You decide for the other department."), "side")
        if snapshot != current_snapshot(application):
            raise Stale("snapshot", _("The unit has submitted anew meanwhile: read that submission."))
        keep_answers(by, application, snapshot, side, answers)
        return act.record(application, _("%(count)s points of the checklist answered") % {"count": len(answers)})


def keep_answers(
    by: Actor, application: Application, snapshot: Snapshot, side: Side, answers: Mapping[str, AnswerInput]
) -> None:
    """Write the answers that are new or changed. Raises DomainError for an unknown point or one without words."""
    post = post_of(by, application, side)
    if post is None:
        raise DomainError("unknown_point", _("This point is not on the checklist of your department."))
    write_answers(
        by,
        points_of(application, side),
        Point.objects.filter(snapshot=snapshot, side=side),
        answers,
        lambda code: Point(
            application=application, snapshot=snapshot, side=side, code=code, organisation_id=post.organisation
        ),
    )


def write_answers(
    by: Actor,
    checklist: Iterable[CheckPoint],
    kept: Iterable[Any],
    answers: Mapping[str, AnswerInput],
    new: Callable[[str], Any],
) -> None:
    """Write the answers that are new or changed. kept: rows of answers so far; new: makes the row of a point.

    Raises DomainError for a point that is not on the checklist, or one to be mended without words.
    """
    known, before = {point.code for point in checklist}, {row.code: row for row in kept}
    for code, given in answers.items():
        if code not in known:
            raise DomainError("unknown_point", _("This point is not on the checklist of your department."))
        if given.answer == Answer.MEND and not given.comment.strip():
            raise DomainError("point_to_mend_says_what", _("Say what is to be mended."), f"{code}_comment")
        row = before.get(code) or new(code)
        if row.pk is None or (row.answer, row.comment) != (given.answer, given.comment):
            row.answer, row.comment, row.person_id, row.at = given.answer, given.comment, by.id, clock.now()
            row.save()


def open_points(application: Application, snapshot: Snapshot, side: Side) -> list[str]:
    """The points of the department's checklist that stand against a recommendation, in words."""
    good = {row.code for row in Point.objects.filter(snapshot=snapshot, side=side) if row.answer != Answer.MEND}
    return [point.name for point in points_of(application, side) if point.code not in good]


def bring_letter(*, by: Actor, application: Application, what: LetterInput) -> Letter:
    """Keep the joint letter of a province in a batch, for this application and others it names.

    Raises NotAllowed; DomainError when the number is not written as on the letter or is kept already, or the date
    lies in the future.
    """
    with command(by, "applications.bring_letter", application) as act:
        post = next(found for side in sides_of(by, application) if (found := post_of(by, application, side)))
        if what.dated > clock.today():
            raise DomainError("dated", _("The letter is dated today or before."), "dated")
        return act.record(
            Letter.objects.create(
                batch=application.batch,
                province_id=application.province_id,
                organisation_id=post.organisation,
                number=what.number,
                dated=what.dated,
                **what.file.fields(by=by),
            )
        )
