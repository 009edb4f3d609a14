"""Acts that take applications from a reviewer who has no conflict, and give them to somebody else."""

from __future__ import annotations

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from portal.core.commands import command
from portal.core.errors import DomainError
from portal.core.punctuation import said_of
from portal.core.scope import Actor
from portal.notifications.inbox import notify
from portal.programme.models import Batch
from reviews.domain.replacing import announce
from reviews.enums import AssignmentState, ReviewState
from reviews.models import Assignment, AssignmentWish, ReviewerProfile
from reviews.models.assignment import OPEN
from reviews.queries import STAYED, was_reopened
from reviews.states import ASSIGNMENT


def relieve(
    *, by: Actor, assignment: Assignment, reason: str, instead: ReviewerProfile | None = None
) -> Assignment | None:
    """Give one application to somebody else: to `instead`, else to the next best choice. Other seats stay.

    Gives the assignment that takes the place, None where nobody can. Raises NotAllowed; DomainError after the review
    was submitted, also where it was opened again since, or when `instead` has a conflict or is kept away.
    Both reviewers are told.
    """
    with command(by, "reviews.relieve", assignment.batch) as act:
        if instead is not None:
            wish, _made = AssignmentWish.objects.get_or_create(
                application_id=assignment.application_id,
                reviewer_id=instead.user_id,
                defaults={"batch_id": assignment.batch_id, "is_pin": True, "by_id": by.id},
            )
            if not wish.is_pin:
                text = _("This reviewer is kept away from this application: take that wish back first.")
                raise DomainError("kept_away", text, "reviewer")
        found = _relieve(by, assignment, reason)
        if instead is not None and (found is None or found.reviewer_id != instead.user_id):
            raise DomainError("load", _("This reviewer has as many applications as agreed, or is away."), "reviewer")
        act.record(assignment, why=reason)
        announce(by)
        return found


def relieve_all(*, by: Actor, batch: Batch, profile: ReviewerProfile, reason: str) -> tuple[int, int]:
    """Take all applications of a batch that a reviewer has not submitted, and give each to the next best choice.

    Gives how many were taken, and for how many nobody could take the place. Raises NotAllowed; DomainError without a
    reason, or when there is nothing to take.
    """
    with command(by, "reviews.relieve", batch) as act:
        rows = (
            Assignment.objects.filter(batch=batch, reviewer=profile.user_id, state__in=OPEN)
            .filter(application__state__in=STAYED)
            .exclude(review__state__in=[ReviewState.SUBMITTED, ReviewState.LOCKED])
            .exclude(was_reopened())
            .select_related("application__unit", "batch")
            .order_by("pk")
        )
        found = [_relieve(by, row, reason) for row in rows]
        if not found:
            raise DomainError("nothing_to_relieve", _("This reviewer has nothing in this batch that is not submitted."))
        act.record(batch, why=said_of(profile.user, reason))
        announce(by)
        return len(found), sum(row is None for row in found)


def _relieve(by: Actor, row: Assignment, reason: str) -> Assignment | None:
    if not reason.strip():
        raise DomainError(
            "assignment_relief_has_a_reason", _("Say why the application is given to somebody else."), "reason"
        )
    row.state, row.relief = ASSIGNMENT.target(row.state, "relieve"), reason.strip()
    row.save(update_fields=["state", "relief"])
    text = gettext_lazy("%(unit)s was given to another reviewer: %(reason)s")
    notify([row.reviewer_id], text, by=by, unit=row.application.unit, reason=reason.strip())
    return Assignment.objects.filter(replaces=row, state=AssignmentState.ASSIGNED).first()
