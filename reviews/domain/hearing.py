"""Acts at a hearing: the unit confirms and brings material; the panel asks; an officer notes it as held."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from portal.core import clock
from portal.core.commands import command
from portal.core.errors import DomainError, Stale
from portal.core.files import Kept
from portal.core.scope import Actor
from portal.notifications.inbox import notify
from reviews import queries
from reviews.enums import ReviewState
from reviews.models import (
    Assignment,
    Attendance,
    Hearing,
    HearingFile,
    HearingQuestion,
    PanelRecord,
    Review,
    ReviewReopening,
)
from reviews.states import HEARING

MOST_FILES = 10


@dataclass(frozen=True)
class MinutesInput:
    """What is noted of a hearing: who of the panel was there, the answers by question, the minutes."""

    minutes: str
    present: Mapping[int, bool] = field(default_factory=dict)
    answers: Mapping[int, str] = field(default_factory=dict)


def confirm(*, by: Actor, hearing: Hearing, delegation: str) -> Hearing:
    """Confirm as the unit that it comes, and who comes; also to change who comes. Raises NotAllowed, WrongState."""
    with command(by, "reviews.confirm_hearing", hearing) as act:
        _refuse_off(hearing)
        if not delegation.strip():
            raise DomainError("delegation", _("Say who comes, with name and post."), "delegation")
        act.to(hearing, HEARING)
        hearing.delegation, hearing.confirmed_by_id, hearing.confirmed_at = delegation.strip(), by.id, clock.now()
        hearing.save(update_fields=["state", "delegation", "confirmed_by", "confirmed_at"])
        return act.record(hearing)


def bring(*, by: Actor, hearing: Hearing, title: str, file: Kept) -> HearingFile:
    """Bring material for the hearing, until it was held. Raises NotAllowed; DomainError after it, or beyond ten."""
    with command(by, "reviews.bring_material", hearing) as act:
        _refuse_over(hearing)
        if queries.files_of(hearing).count() >= MOST_FILES:
            raise DomainError("most_files", _("At most %(most)s files.") % {"most": MOST_FILES}, "file")
        return act.record(HearingFile.objects.create(hearing=hearing, title=title, **file.fields(by=by)))


def take_back(*, by: Actor, file: HearingFile) -> None:
    """Take material back before the hearing. Raises NotAllowed; DomainError after it."""
    with command(by, "reviews.bring_material", file.hearing) as act:
        _refuse_over(file.hearing)
        act.why = _("Material “%(title)s” taken back") % {"title": file.title}
        file.delete()


def _refuse_off(hearing: Hearing) -> None:
    if hearing.is_off:
        raise DomainError("hearing_is_off", _("The unit has withdrawn its application."))


def _refuse_over(hearing: Hearing) -> None:
    _refuse_off(hearing)
    if not hearing.is_open:
        raise DomainError("hearing_file_before_it", _("The hearing is over: its materials stay as they are."))


def prepare(*, by: Actor, hearing: Hearing) -> int:
    """Make a question of each remark the reviewers left on single criteria and none was made of; gives how many."""
    with command(by, "reviews.prepare_questions", hearing) as act:
        had = set(queries.questions_of(hearing).values_list("review_id", "criterion"))
        rows = [row for row in queries.remarks(by, hearing.application) if (row.review_id, row.criterion) not in had]
        HearingQuestion.objects.bulk_create(
            HearingQuestion(
                hearing=hearing, text=row.comment[:2000], criterion=row.criterion, review_id=row.review_id, by_id=by.id
            )
            for row in rows
        )
        act.why = _("%(count)s questions from the reviews") % {"count": len(rows)}
        return len(rows)


def ask(*, by: Actor, hearing: Hearing, text: str) -> HearingQuestion:
    """Put a question to the unit. Raises NotAllowed; DomainError without a text or after the result is fixed."""
    with command(by, "reviews.ask", hearing, lock=False) as act:
        if not text.strip():
            raise DomainError("question_is_asked", _("Write the question."), "text")
        return act.record(HearingQuestion.objects.create(hearing=hearing, text=text.strip(), by_id=by.id))


def reword(*, by: Actor, question: HearingQuestion, text: str) -> HearingQuestion:
    """Put a question into other words. Raises NotAllowed; DomainError without a text."""
    with command(by, "reviews.prepare_questions", question.hearing, lock=False) as act:
        if not text.strip():
            raise DomainError("question_is_asked", _("Write the question."), "text")
        question.text = text.strip()
        question.save(update_fields=["text"])
        return act.record(question)


def drop(*, by: Actor, question: HearingQuestion) -> None:
    """Take a question away. Raises NotAllowed; DomainError after the result is fixed."""
    with command(by, "reviews.prepare_questions", question.hearing, lock=False) as act:
        act.why = _("Question taken away: %(text)s") % {"text": question.text[:200]}
        question.delete()


def hold(*, by: Actor, hearing: Hearing, what: MinutesInput) -> Hearing:
    """Note that a unit was heard: who of the panel was there, what was answered, the minutes.

    Raises NotAllowed, WrongState; DomainError before the hearing begins, without minutes, or while somebody of the
    panel is not noted.
    Side effects: reviewers who were there may revise their scores, and are told.
    """
    with command(by, "reviews.hold", hearing) as act:
        HEARING.target(hearing.state, "hold")
        _refuse_off(hearing)
        _refuse_early(hearing)
        panel = [row for row in queries.attendance(hearing) if not row["is_recused"]]
        missing = [row["person"].pk for row in panel if row["person"].pk not in what.present]
        if missing:
            raise DomainError("attendance", _("Say for each reviewer whether he or she was there."), f"p{missing[0]}")
        if not what.minutes.strip():
            raise DomainError("minutes", _("Write the minutes of the hearing."), "minutes")
        people = [row["person"].pk for row in panel]
        Attendance.objects.bulk_create(
            Attendance(hearing=hearing, person_id=one, is_present=what.present[one], by_id=by.id) for one in people
        )
        questions = list(queries.questions_of(hearing))
        for question in questions:
            question.answer = what.answers.get(question.pk, "").strip()
        HearingQuestion.objects.bulk_update(questions, ["answer"])
        _keep_minutes(by, hearing, what.minutes.strip())
        _note(act_by=by, hearing=hearing, act="hold")
        _tell(by, hearing, [one for one in people if what.present[one]])
        return act.record(hearing)


def note_absence(*, by: Actor, hearing: Hearing) -> Hearing:
    """Note that a unit did not come. Raises NotAllowed, WrongState; DomainError before the hearing begins."""
    with command(by, "reviews.hold", hearing) as act:
        _refuse_off(hearing)
        _refuse_early(hearing)
        _note(act_by=by, hearing=hearing, act="note_absence")
        return act.record(hearing)


def _refuse_early(hearing: Hearing) -> None:
    if hearing.begins_at > clock.now():
        raise DomainError("hearing_in_its_time", _("The hearing has not begun yet."))


def _note(*, act_by: Actor, hearing: Hearing, act: str) -> None:
    hearing.state = HEARING.target(hearing.state, act)
    hearing.held_by_id, hearing.held_at, hearing.began_at = act_by.id, clock.now(), hearing.begins_at
    hearing.save(update_fields=["state", "held_by", "held_at", "began_at"])


def _keep_minutes(by: Actor, hearing: Hearing, minutes: str) -> None:
    row = PanelRecord.objects.select_for_update().filter(application=hearing.pk).first()
    row = row or PanelRecord(application_id=hearing.pk, written_by_id=by.id)
    row.minutes, row.version = minutes, row.version + 1
    row.save()


def _tell(by: Actor, hearing: Hearing, people: Sequence[int]) -> None:
    rows = Assignment.objects.filter(application=hearing.pk, reviewer__in=people)
    for row in rows.only("pk", "reviewer_id"):
        text = gettext_lazy("%(unit)s was heard. You may revise your scores, with the reason.")
        notify(
            [row.reviewer_id],
            text,
            by=by,
            url=reverse("reviews:review", args=[row.pk]),
            unit=hearing.application.unit,
        )


def revise(*, by: Actor, review: Review, reason: str) -> ReviewReopening:
    """Open one's own submitted review after the hearing, to revise it; what was submitted is kept beside it.

    Raises NotAllowed; DomainError without a reason, before the hearing, for who was not there, or after the lock;
    Stale when it is open already.
    """
    with command(by, "reviews.revise", review.assignment) as act:
        if review.state != ReviewState.SUBMITTED:
            raise Stale("stale", _("This review is open already, or locked."))
        if not reason.strip():
            raise DomainError("reopening_has_a_reason", _("Say what you learned at the hearing."), "reason")
        row = ReviewReopening.objects.create(
            review=review,
            application_id=review.application_id,
            reviewer_id=by.id,
            reason=reason.strip(),
            by_id=by.id,
        )
        # The trail names the assignment: the row holds the scores.
        act.record(review.assignment, why=reason.strip())
        return row
