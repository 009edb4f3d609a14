"""Acts on interests: declared on an application or for a whole batch; a derived conflict overridden by two officers."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from django.utils.translation import gettext as _

from applications.models import Application
from portal.core import clock
from portal.core.commands import command
from portal.core.errors import DomainError
from portal.core.scope import Actor
from portal.programme.models import Batch, CentralSOE, PilotUnit
from reviews.domain.replacing import announce
from reviews.enums import AssignmentState
from reviews.models import (
    Assignment,
    BatchDeclaration,
    BatchInterest,
    Conflict,
    ConflictWaiver,
    Interest,
)
from reviews.states import ASSIGNMENT


@dataclass(frozen=True)
class InterestInput:
    """A declaration: with an interest its kind and the reason, or none."""

    has_interest: bool
    kind: str = ""
    reason: str = ""


@dataclass(frozen=True)
class BatchInput:
    """Interests for a whole batch: the same kind and reason in these units, central SOEs, enterprises; or none."""

    has_interest: bool
    kind: str = ""
    reason: str = ""
    units: Sequence[PilotUnit] = ()
    soes: Sequence[CentralSOE] = ()
    codes: Sequence[str] = ()


def declare(*, by: Actor, assignment: Assignment, what: InterestInput) -> Interest:
    """Declare as the assigned reviewer, before reading or at any time after; an interest recuses at once, for good.

    Raises NotAllowed; WrongState when already recused; DomainError when the kind is missing.
    Side effects of an interest, held by the database: a conflict is recorded, the assignment recused, the dossier and
    its scores hidden from this person, the application given to the next best choice, who gets a letter.
    """
    with command(by, "reviews.declare", assignment) as act:
        ASSIGNMENT.target(assignment.state, "recuse")
        row = _record(by, assignment.application_id, what)
        if what.has_interest:
            assignment.refresh_from_db(fields=["state"])
            announce(by)
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
        announce(by)  # an officer may be a reviewer too
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


def declare_batch(*, by: Actor, batch: Batch, what: BatchInput) -> BatchDeclaration:
    """Declare for a whole batch, without being told who applies: interests in units, enterprises, SOEs; or none.

    Raises NotAllowed; DomainError when an interest names nothing, or no kind.
    Side effects, held by the database: as of `declare`, for every application the interests touch, now or later.
    """
    with command(by, "reviews.declare_batch", batch, lock=False) as act:
        if what.has_interest and not what.kind:
            raise DomainError("kind", _("Say what kind of interest it is."), "kind")
        if what.has_interest and not (what.units or what.soes or what.codes):
            raise DomainError("units", _("Name a city, a central SOE or an enterprise by its credit code."), "units")
        row = BatchDeclaration.objects.create(batch=batch, reviewer_id=by.id, has_interest=what.has_interest)
        things = [{"unit": one} for one in what.units] + [{"soe": one} for one in what.soes]
        things += [{"credit_code": one} for one in what.codes]  # type: ignore[misc]  # either a row or a text
        for thing in things if what.has_interest else []:
            BatchInterest.objects.create(
                declaration=row, batch=batch, reviewer_id=by.id, kind=what.kind, reason=what.reason, **thing
            )
        announce(by)
        return act.record(row)


def waive(*, by: Actor, conflict: Conflict, why: str) -> ConflictWaiver:
    """Propose that a derived conflict does not stand; a second officer must confirm.

    Raises NotAllowed; DomainError without a reason, for the own province, or for what a person declared.
    """
    with command(by, "reviews.waive", conflict, lock=False) as act:
        if not why.strip():
            raise DomainError("waiver_says_why", _("Say why the conflict does not stand."), "why")
        row = ConflictWaiver.objects.create(
            conflict=conflict, application_id=conflict.application_id, reason=why, proposed_by_id=by.id
        )
        return act.record(row, why=why)


def confirm_waiver(*, by: Actor, waiver: ConflictWaiver) -> ConflictWaiver:
    """Confirm as a second officer: the person may be given the application. Raises NotAllowed, DomainError."""
    with command(by, "reviews.confirm_waiver", waiver) as act:
        waiver.confirmed_by_id, waiver.confirmed_at = by.id, clock.now()
        waiver.save(update_fields=["confirmed_by", "confirmed_at"])
        return act.record(waiver, why=waiver.reason)
