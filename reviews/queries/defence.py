"""Reads of the defence and of the result: invitations, sessions, hearings, signatures, what the panel says."""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import Any, Final

from django.db import connection
from django.db.models import Count, Exists, OuterRef, Q, QuerySet

from applications.enums import ApplicationState
from applications.models import Application
from portal.core.prepared import Prepared
from portal.core.scope import Actor
from portal.programme.enums import BatchState
from portal.programme.models import Batch
from reviews.enums import HearingState
from reviews.models import (
    Assignment,
    Attendance,
    CalibrationResult,
    Defence,
    DefenceSession,
    FeedbackLetter,
    Hearing,
    HearingFile,
    HearingQuestion,
    PanelRecord,
    ResultSignature,
    ReviewReopening,
    ReviewScore,
)
from reviews.models.assignment import OPEN
from reviews.queries.scoring import DONE, STAYED, counted_by
from reviews.queries.screening import in_office

TOLD: Final = (ApplicationState.SELECTED, ApplicationState.RESERVE, ApplicationState.NOT_SELECTED)


def result_digest(batch: Batch) -> str:
    """The digest of the results of a batch as they stand now: it changes with every score that counts.

    Once they are fixed, the digest that both ministries signed; before the review, nothing.
    """
    if batch.state != BatchState.REVIEWING:
        return next((row.sha256 for row in result_signatures(batch).values()), "")
    with connection.cursor() as cursor:
        cursor.execute("select reviews_result_digest(%s)", [batch.pk])
        return str((cursor.fetchone() or [""])[0] or "")


def result_signatures(batch: Batch) -> dict[str, ResultSignature]:
    """The latest signature of each ministry under the results of a batch."""
    rows = ResultSignature.objects.filter(batch=batch).select_related("by").order_by("pk")
    return {row.ministry: row for row in rows}


def calibration_asked(batch: Batch) -> list[list[Any]]:
    """What a calibration of the batch starts from: [application, reviewer, total] of every review that counts."""
    with connection.cursor() as cursor:
        cursor.execute("select reviews_calibration_asked(%s)::text", [batch.pk])
        return list(json.loads((cursor.fetchone() or ["[]"])[0] or "[]"))


def calibration_of(batch: Batch) -> CalibrationResult | None:
    """The calibrated scores computed last, with who did."""
    return CalibrationResult.objects.filter(batch=batch).select_related("by").order_by("-pk").first()


def lacks_calibration(batch: Batch) -> bool:
    """Whether the rules let calibrated scores count, and none were computed from the scores as they stand."""
    if counted_by(batch) != "calibrated":
        return False
    row = calibration_of(batch)
    return row is None or row.question != calibration_asked(batch)


def defence_places(batch: Batch) -> int:
    """How many of the best the rules invite to a defence; nought: there is none."""
    return int(batch.rule_set.details.get("defence_best", 0)) if batch.rule_set else 0


def defence_of(actor: Actor, batch: Batch) -> Defence | None:
    """The defence of a batch with who fixed and who drew it; for officers and auditors."""
    rows = Defence.objects.filter(batch=batch).select_related("batch__rule_set", "fixed_by", "drawn_by")
    return rows.first() if in_office(actor) else None


def invitation(batch: Batch) -> list[int]:
    """Keys of the applications the rules invite by the results so far, sorted; for officers."""
    with connection.cursor() as cursor:
        cursor.execute("select value::bigint from jsonb_array_elements_text(reviews_invited(%s))", [batch.pk])
        return sorted(key for (key,) in cursor.fetchall())


def invited_units(actor: Actor, keys: Sequence[int]) -> list[Application]:
    """The applications of these keys with unit and province, in the order of their codes; for officers and auditors."""
    rows = Application.objects.filter(pk__in=keys) if in_office(actor) else Application.objects.none()
    return list(rows.select_related("unit", "province").order_by("unit_id"))


def unheard(batch: Batch) -> int:
    """How many invited units are still to be heard."""
    return _defended(batch).filter(state__in=[HearingState.INVITED, HearingState.CONFIRMED]).count()


def silent(batch: Batch) -> QuerySet[Hearing]:
    """Hearings of units that were heard and on which the panel has made no statement yet."""
    said = PanelRecord.objects.exclude(statement="").order_by().values("pk")
    rows = _defended(batch).filter(state=HearingState.HEARD).exclude(pk__in=said)
    return rows.select_related("application__unit").order_by("place")


def _defended(batch: Batch) -> QuerySet[Hearing]:
    return Hearing.objects.filter(application__batch=batch, application__state=ApplicationState.DEFENCE)


def sessions(actor: Actor, batch: Batch) -> QuerySet[DefenceSession]:
    """Sessions of a batch in the order of time, counting `units`, `confirmed` and `over`; for officers and auditors.

    Units that have withdrawn count nowhere.
    """
    rows = DefenceSession.objects.filter(batch=batch) if in_office(actor) else DefenceSession.objects.none()
    comes = Q(hearings__application__state__in=STAYED)
    return rows.annotate(
        units=Count("hearings", filter=comes),
        confirmed=Count("hearings", filter=comes & Q(hearings__state=HearingState.CONFIRMED)),
        over=Count("hearings", filter=comes & Q(hearings__state__in=[HearingState.HEARD, HearingState.ABSENT])),
    ).order_by("begins_at", "pk")


def hearings(actor: Actor) -> QuerySet[Hearing]:
    """Hearings in the actor's scope (unit, panel, province, ministries), with session, unit and province."""
    rows = Hearing.objects.select_related(
        "session__batch", "application__unit", "application__province", "application__batch__rule_set", "confirmed_by"
    )
    return rows.order_by("session__begins_at", "session", "place")


def own_hearings(actor: Actor) -> QuerySet[Hearing]:
    """Hearings of the actor's own government, the newest batch first."""
    rows = hearings(actor).filter(application__organisation__in=actor.scope.organisations)
    return rows.order_by("-session__batch__number", "place")


def hearing_of(actor: Actor, application_id: int, batch: Batch | None = None) -> Hearing | None:
    """The hearing of an application in the actor's scope, with `was_there` for the actor's own attendance, or None.

    batch: its batch, where it is at hand: rules without a defence have no hearing, so nothing is asked.
    """
    if batch is not None and not defence_places(batch):
        return None
    return _HEARING.one(application_id, by=actor)


def _hearing(application: int, *, by: Actor) -> QuerySet[Any]:
    there = Attendance.objects.filter(hearing=OuterRef("pk"), person=by.id, is_present=True)
    return hearings(by).filter(pk=application).annotate(was_there=Exists(there))


_HEARING: Final = Prepared(_hearing)


def may_revise(assignment: Assignment, hearing: Any) -> bool:
    """Whether a submitted review may be revised: the unit was heard, the reviewer was there, the result is open.

    hearing: as `hearing_of` gives it to the reviewer, or None.
    """
    is_open = assignment.batch.state == BatchState.REVIEWING
    return is_open and hearing is not None and hearing.state == HearingState.HEARD and hearing.was_there


def own_reopenings(actor: Actor, assignment: Assignment) -> list[ReviewReopening]:
    """What the actor submitted before for an assignment, with why it was opened again."""
    return _REOPENED(assignment.pk, actor.id)


_REOPENED: Final = Prepared(
    lambda assignment, me: ReviewReopening.objects.filter(review__assignment=assignment, reviewer=me).order_by("pk")
)


def files_of(hearing: Hearing) -> QuerySet[HearingFile]:
    """What the unit shows."""
    return HearingFile.objects.filter(hearing=hearing).order_by("pk")


def hearing_files(actor: Actor) -> QuerySet[HearingFile]:
    """Materials of hearings in the actor's scope: the policy of the hearing decides."""
    return HearingFile.objects.filter(hearing__in=hearings(actor).order_by().values("pk")).select_related("hearing")


def questions_of(hearing: Hearing) -> QuerySet[HearingQuestion]:
    """Questions to the unit with who put them; the unit itself sees none."""
    return HearingQuestion.objects.filter(hearing=hearing).select_related("by").order_by("pk")


def attendance(hearing: Hearing) -> list[dict[str, Any]]:
    """The panel of a hearing by name: `person`, `is_present` (None: not noted), `is_recused`, `assignment`."""
    noted = dict(Attendance.objects.filter(hearing=hearing).values_list("person_id", "is_present"))
    rows = hearing.application.assignments.select_related("reviewer", "review").order_by("reviewer__name", "pk")
    return [
        {
            "person": row.reviewer,
            "is_present": noted.get(row.reviewer_id),
            "is_recused": row.state not in OPEN,
            "assignment": row,
        }
        for row in rows
    ]


def remarks(actor: Actor, application: Application) -> list[ReviewScore]:
    """Remarks of submitted reviews from which a question can come: comments on single criteria, low ones first."""
    rows = ReviewScore.objects.filter(review__application=application, review__state__in=DONE).exclude(comment="")
    rows = rows if in_office(actor) else rows.none()
    return list(rows.select_related("review__reviewer").order_by("value", "pk"))


def panel_record(application: Application) -> PanelRecord | None:
    """What the panel says of an application; None before the first word, or for whom it is not."""
    rows = PanelRecord.objects.filter(application=application)
    return rows.select_related("written_by", "approved_by").first()


def feedback_letters(actor: Actor) -> QuerySet[FeedbackLetter]:
    """Letters to applicants in the actor's scope, with unit and batch."""
    rows = FeedbackLetter.objects.select_related("application__unit", "application__batch", "application__province")
    return rows.order_by("-application__batch__number", "application__province_id", "application__unit_id")


def own_letters(actor: Actor) -> QuerySet[FeedbackLetter]:
    """Letters about the actor's own government's applications."""
    return feedback_letters(actor).filter(application__organisation__in=actor.scope.organisations)


def panel_records(actor: Actor) -> QuerySet[PanelRecord]:
    """What the panels say, for officers and auditors, with who wrote and who approved."""
    rows = PanelRecord.objects.select_related("written_by", "approved_by", "application__unit", "application__batch")
    return rows if in_office(actor) else rows.none()


def told_or_untold(actor: Actor, batch: Batch) -> QuerySet[Application]:
    """Judged applications of a batch that have their outcome, with comment and letter; for officers and auditors."""
    rows = Application.objects.filter(batch=batch, state__in=TOLD, panel_result__isnull=False)
    rows = rows if in_office(actor) else rows.none()
    rows = rows.select_related("unit", "province", "panel_record", "feedback")
    return rows.order_by("province_id", "unit_id", "pk")


def feedback_counts(actor: Actor, batch: Batch) -> dict[str, int]:
    """How many letters are out (`sent`), can go out (`ready`), lack an approved comment (`missing`)."""
    approved = Q(panel_record__approved_by__isnull=False)
    return (
        told_or_untold(actor, batch)
        .order_by()
        .aggregate(
            sent=Count("pk", filter=Q(feedback__isnull=False)),
            ready=Count("pk", filter=Q(feedback=None) & approved),
            missing=Count("pk", filter=Q(feedback=None) & ~approved),
        )
    )


def untold(actor: Actor, batch: Batch) -> QuerySet[Application]:
    """Judged applications of a batch with an outcome, an approved comment and no letter yet."""
    return told_or_untold(actor, batch).filter(feedback=None, panel_record__approved_by__isnull=False)
