"""Acts on one unit of the list: let it wait while an objection is examined, let it go on."""

from __future__ import annotations

from django.utils.translation import gettext as _

from portal.core import clock
from portal.core.commands import command
from portal.core.errors import DomainError
from portal.core.scope import Actor
from reviews.domain.apart import refuse_conflicted_with
from reviews.enums import ObjectionState
from reviews.models import Objection, PublicEntry, Suspension
from reviews.states import ENTRY


def suspend(*, by: Actor, objection: Objection, why: str) -> Suspension:
    """Let the unit of an open objection wait; the others go on. The public list says that it is examined, not why.

    Raises NotAllowed (also with an interest in the application); WrongState; DomainError without a reason, or when the
    objection is answered or names no unit.
    """
    with command(by, "reviews.suspend", objection) as act:
        entry = _entry(by, objection)
        if objection.state != ObjectionState.LODGED:
            raise DomainError("suspension_by_objection", _("This objection is answered: nothing waits for it."))
        if not why.strip():
            raise DomainError("suspension_has_reasons", _("Say why the unit waits."), "why")
        state = ENTRY.target(entry.state, "suspend")
        made = Suspension.objects.create(entry=entry, objection=objection, reason=why.strip(), by_id=by.id)
        entry.state, entry.changed_at = state, clock.now()
        entry.save(update_fields=["state", "changed_at"])
        return act.record(made, why.strip())


def release(*, by: Actor, suspension: Suspension, why: str) -> PublicEntry:
    """Let a suspended unit go on once no objection against it is open.

    Raises NotAllowed (also with an interest in the application); WrongState; DomainError without a reason, or while an
    objection is open.
    """
    with command(by, "reviews.release", suspension) as act:
        entry = PublicEntry.objects.select_for_update(of=("self",)).get(pk=suspension.entry_id)
        refuse_conflicted_with(by, entry.application_id)
        state = ENTRY.target(entry.state, "release")
        if not why.strip():
            raise DomainError("suspension_has_reasons", _("Say why the unit goes on."), "why")
        if Objection.objects.filter(entry=entry, state=ObjectionState.LODGED).exists():
            raise DomainError("entry_released_after_answers", _("Answer the objections against this unit first."))
        end(by, suspension, why.strip())
        entry.state, entry.changed_at = state, clock.now()
        entry.save(update_fields=["state", "changed_at"])
        return act.record(entry, why.strip())


def end(by: Actor, suspension: Suspension, why: str) -> None:
    """Note that the unit no longer waits."""
    suspension.ended_by_id, suspension.ended_at, suspension.ended_why = by.id, clock.now(), why[:2000]
    suspension.save(update_fields=["ended_by", "ended_at", "ended_why"])


def _entry(by: Actor, objection: Objection) -> PublicEntry:
    if objection.entry_id is None:
        raise DomainError("suspension_by_objection", _("This objection names no unit."))
    entry = PublicEntry.objects.select_for_update(of=("self",)).get(pk=objection.entry_id)
    refuse_conflicted_with(by, entry.application_id)
    return entry
