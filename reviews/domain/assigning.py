"""Acts that give applications to reviewers: all seats of a computed assignment, or one more by hand."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from applications import times
from applications.enums import ApplicationState
from applications.models import Application
from portal.core import clock
from portal.core.commands import command
from portal.core.errors import DomainError
from portal.core.scope import Actor
from portal.notifications.inbox import notify
from portal.programme.enums import BatchState
from portal.programme.models import Batch
from portal.programme.states import BATCH
from reviews import queries
from reviews.models import Assignment, Conflict, ReviewerProfile
from reviews.models.assignment import OPEN
from reviews.queries import conflict_pairs

# What a province has returned, while its unit mends it.
_MENDED: Final = (ApplicationState.DRAFT, ApplicationState.RETURNED, ApplicationState.AWAITING_SIGN_OFF)


def record_conflicts(batch: Batch) -> int:
    """Keep every conflict that follows from what is known; gives how many there are. Safe to repeat."""
    rows = [
        Conflict(application_id=application, reviewer_id=reviewer, code=code, reason=reason, is_derived=True)
        for application, reviewer, code, reason in conflict_pairs(batch)
    ]
    Conflict.objects.bulk_create(rows, ignore_conflicts=True, batch_size=500)
    return len(rows)


def refuse_in_provinces_time(batch: Batch) -> None:
    """Raise DomainError while a province may still decide on an application, or its unit mend it: with the review the
    provinces' time ends, and what they would recommend in time would be left out.
    """
    until = times.province_due(batch)
    if until is None or times.has_passed(until):
        return
    mended = Q(state__in=_MENDED, mend_until__gte=clock.now().replace(microsecond=0))
    if count := Application.objects.filter(Q(state=ApplicationState.WITH_PROVINCE) | mended, batch=batch).count():
        text = _("Provinces may still decide on %(count)s applications, until %(until)s: the review begins after that.")
        named = {"count": count, "until": clock.in_words(until)}
        raise DomainError("review_after_the_provinces", text % named)


def assign(*, by: Actor, batch: Batch, pairs: Sequence[tuple[int, int, int]]) -> int:
    """Keep a computed assignment: (application, reviewer, affinity) each; what is assigned already stays.

    Gives the number of new assignments. Raises NotAllowed; DomainError when the database finds a conflict, or while
    provinces may still decide.
    Side effects: the reviewers get a letter; a closed batch is under review from here on.
    """
    with command(by, "reviews.assign", batch) as act:
        refuse_in_provinces_time(batch)
        held = set(
            Assignment.objects.filter(batch=batch).filter(state__in=OPEN).values_list("application_id", "reviewer_id")
        )
        rows = [
            Assignment(
                batch=batch, application_id=application, reviewer_id=reviewer, affinity=affinity, assigned_by_id=by.id
            )
            for application, reviewer, affinity in pairs
            if (application, reviewer) not in held
        ]
        Assignment.objects.bulk_create(rows, batch_size=500)
        _tell(by, batch, {row.reviewer_id for row in rows})
        if batch.state == BatchState.CLOSED:
            act.to(batch, BATCH, "start_review")
            batch.save(update_fields=["state"])
        act.record(batch, why=_("%(count)s assignments") % {"count": len(rows)})
        return len(rows)


def _tell(by: Actor, batch: Batch, reviewers: set[int]) -> None:
    text = gettext_lazy("Applications of batch %(number)s wait for your review. Declare your interests first.")
    notify(reviewers, text, by=by, url=reverse("reviews:mine"), number=batch.number)


def assign_one(*, by: Actor, application: Application, profile: ReviewerProfile) -> Assignment:
    """Give one application to one more reviewer, in place of one who was recused.

    Raises NotAllowed; DomainError for a conflict, a full load, or a reviewer who has it already.
    """
    with command(by, "reviews.assign_one", application.batch) as act:
        load = Assignment.objects.filter(batch=application.batch_id, reviewer=profile.user_id, state__in=OPEN)
        if load.filter(application__state__in=queries.STAYED).count() >= profile.max_load:
            raise DomainError("load", _("This reviewer has as many applications as agreed."), "reviewer")
        row = Assignment.objects.create(
            batch_id=application.batch_id,
            application=application,
            reviewer_id=profile.user_id,
            assigned_by_id=by.id,
        )
        _tell(by, application.batch, {profile.user_id})
        return act.record(row)
