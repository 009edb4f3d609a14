"""Acts on a lodged objection: take it over, note, give more time, answer."""

from __future__ import annotations

from datetime import date

from django.utils.translation import gettext as _

from applications.models import Application
from applications.states import APPLICATION
from portal.accounts.enums import Role
from portal.core import clock
from portal.core.commands import command
from portal.core.errors import DomainError
from portal.core.scope import Actor
from reviews.domain.apart import refuse_conflicted, refuse_conflicted_with
from reviews.domain.suspending import end
from reviews.enums import EntryState, ObjectionState
from reviews.models import Objection, ObjectionNote, PublicEntry, Suspension
from reviews.states import ENTRY, OBJECTION


def _refuse(by: Actor, objection: Objection) -> None:
    """Raise NotAllowed for somebody with an interest, DomainError when it is answered."""
    if objection.entry is None:
        refuse_conflicted(by, objection.batch)
    else:
        refuse_conflicted_with(by, objection.entry.application_id)
    if objection.state != ObjectionState.LODGED:
        raise DomainError("objection_is_answered_once", _("This objection is answered already."))


def take(*, by: Actor, objection: Objection) -> Objection:
    """Handle an objection oneself, also in place of a colleague.

    Raises NotAllowed (also with an interest in the application); DomainError when it is answered.
    """
    with command(by, "reviews.take_objection", objection) as act:
        _refuse(by, objection)
        _take(by, objection)
        return act.record(objection)


def _take(by: Actor, objection: Objection) -> None:
    post = by.post(Role.OFFICER)
    objection.handler_id, objection.handler_ministry = by.id, post.code if post else ""
    objection.taken_at = clock.now()
    objection.save(update_fields=["handler", "handler_ministry", "taken_at"])


def note(*, by: Actor, objection: Objection, text: str) -> ObjectionNote:
    """Note something on an objection, for ministries and auditors. Raises NotAllowed; DomainError without a text."""
    with command(by, "reviews.note_objection", objection, lock=False) as act:
        if not text.strip():
            raise DomainError("objection_note_says_something", _("Write the note."), "text")
        made = ObjectionNote.objects.create(objection=objection, text=text.strip(), by_id=by.id)
        act.record(made)
        return made


def extend(*, by: Actor, objection: Objection, until: date, why: str) -> Objection:
    """Give whoever handles an objection more time, once, for the other ministry.

    Raises NotAllowed; DomainError without a reason, a second time, or when the day is no later one or over.
    """
    with command(by, "reviews.extend_objection", objection) as act:
        _refuse(by, objection)
        if objection.extended_at is not None:
            raise DomainError("objection_extended_once", _("More time was given already; it is given once."))
        if until <= objection.due_on:
            raise DomainError("objection_extended_once", _("Choose a later day than the present one."), "until")
        if until < clock.today():
            raise DomainError("objection_extended_once", _("This day is over: choose today or a later one."), "until")
        if not why.strip():
            raise DomainError("objection_extended_with_reason", _("Say why more time is needed."), "why")
        objection.due_on = until
        objection.extended_by_id, objection.extended_at, objection.extended_why = by.id, clock.now(), why.strip()
        objection.save(update_fields=["due_on", "extended_by", "extended_at", "extended_why"])
        return act.record(objection, why.strip())


def answer(*, by: Actor, objection: Objection, uphold: bool, text: str) -> Objection:
    """Answer an objection; whom nobody handles, the answering officer takes over.

    Upheld: its unit leaves the list at once; a reserve unit may move up by an act of its own. Not upheld: a unit that
    waits goes on by an act of its own.
    Raises NotAllowed (also with an interest in the application), WrongState; DomainError without an answer, when it
    names no unit, when a colleague handles it, or when the unit is final.
    """
    with command(by, "reviews.answer", objection) as act:
        if not text.strip():
            raise DomainError("answer", _("Write the answer that the objector will read."), "answer")
        if uphold and objection.entry is None:
            raise DomainError("entry", _("Only an objection against a unit can be upheld here."), "outcome")
        state = OBJECTION.target(objection.state, "uphold" if uphold else "dismiss")
        _refuse(by, objection)
        if objection.handler_id is None:
            _take(by, objection)
        elif objection.handler_id != by.id:
            raise DomainError("objection_answered_by_its_handler", _("A colleague handles this: take it over first."))
        objection.state = state
        objection.answer, objection.answered_by_id, objection.answered_at = text.strip(), by.id, clock.now()
        objection.save(update_fields=["state", "answer", "answered_by", "answered_at"])
        if uphold and objection.entry is not None:
            _drop(by, objection.entry, objection.answer)
        return act.record(objection)


def _drop(by: Actor, listed: PublicEntry, why: str) -> None:
    # The application first, as the unit that withdraws it does: of the two one waits.
    row = Application.objects.select_for_update(of=("self",)).get(pk=listed.application_id)
    entry = PublicEntry.objects.select_for_update(of=("self",)).get(pk=listed.pk)
    if entry.state == EntryState.DROPPED:
        return
    entry.state = ENTRY.target(entry.state, "drop")
    entry.dropped_at = entry.changed_at = clock.now()
    entry.dropped_why = why[:2000]
    entry.save(update_fields=["state", "changed_at", "dropped_at", "dropped_why"])
    for held in Suspension.objects.filter(entry=entry, ended_at=None):
        end(by, held, _("An objection was upheld: the unit left the list."))
    row.state = APPLICATION.target(row.state, "drop")
    row.save(update_fields=["state"])
