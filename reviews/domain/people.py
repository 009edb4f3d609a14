"""Acts on reviewers and interests: keep a profile, declare an interest or none."""

from __future__ import annotations

from dataclasses import dataclass

from django.utils.translation import gettext as _

from applications.models import Application
from portal.core.commands import command
from portal.core.errors import DomainError
from portal.core.scope import Actor
from portal.programme.models import CentralSOE, Province
from reviews.enums import AssignmentState
from reviews.models import Assignment, Interest, ReviewerProfile
from reviews.states import ASSIGNMENT


@dataclass(frozen=True)
class ProfileInput:
    """What is known of a reviewer. sectors: codes of GB/T 4754 divisions, such as C26."""

    group: str
    home_province: Province
    employer: str
    employer_soe: CentralSOE | None = None
    sectors: tuple[str, ...] = ()
    max_load: int = 30
    is_active: bool = True


@dataclass(frozen=True)
class InterestInput:
    """A declaration: with an interest its kind and the reason, or none."""

    has_interest: bool
    kind: str = ""
    reason: str = ""


def keep_profile(
    *, by: Actor, user_id: int, what: ProfileInput, profile: ReviewerProfile | None = None
) -> ReviewerProfile:
    """Keep the profile of a person who holds a reviewer's post. Raises NotAllowed, DomainError (group, load)."""
    with command(by, "reviews.keep_profile", profile) as act:
        row = profile or ReviewerProfile(user_id=user_id)
        for name, value in vars(what).items():
            setattr(row, name, list(value) if name == "sectors" else value)
        row.save()
        return act.record(row)


def declare(*, by: Actor, assignment: Assignment, what: InterestInput) -> Interest:
    """Declare as the assigned reviewer; an interest recuses at once, for good.

    Raises NotAllowed; WrongState when already recused; DomainError when the kind is missing.
    Side effects of an interest, held by the database: a conflict is recorded, the assignment recused, the dossier and
    its scores hidden from this person.
    """
    with command(by, "reviews.declare", assignment) as act:
        ASSIGNMENT.target(assignment.state, "recuse")
        row = _record(by, assignment.application_id, what)
        if what.has_interest:
            assignment.refresh_from_db(fields=["state"])
        elif assignment.state == AssignmentState.ASSIGNED:
            act.to(assignment, ASSIGNMENT)
            assignment.save(update_fields=["state"])
        act.record(assignment, why=str(row))
        return row


def declare_own(*, by: Actor, application: Application, what: InterestInput) -> Interest:
    """Declare an interest as an officer: from here on nothing of this application is shown to the officer.

    Raises NotAllowed; DomainError when no interest is named.
    """
    with command(by, "reviews.declare_own", application, lock=False) as act:
        if not what.has_interest:
            raise DomainError("kind", _("Say what kind of interest it is."), "kind")
        row = _record(by, application.pk, what)
        return act.record(row)


def _record(by: Actor, application_id: int, what: InterestInput) -> Interest:
    if what.has_interest and not what.kind:
        raise DomainError("kind", _("Say what kind of interest it is."), "kind")
    return Interest.objects.create(
        application_id=application_id,
        reviewer_id=by.id,
        has_interest=what.has_interest,
        kind=what.kind if what.has_interest else "",
        reason=what.reason if what.has_interest else "",
    )
