"""Acts on objections: anyone lodges one during publicity, the ministries answer it."""

from __future__ import annotations

import secrets
from dataclasses import dataclass
from typing import Final

from django.db import transaction
from django.utils.translation import gettext as _

from applications.models import Application
from applications.states import APPLICATION
from portal.core import clock
from portal.core.commands import command, event_writer
from portal.core.errors import DomainError, database_refusals
from portal.core.scope import Actor
from portal.programme.enums import BatchState
from portal.programme.models import Batch
from reviews.models import Objection, PublicEntry
from reviews.states import OBJECTION

# Without 0/O, 1/I/L: people read receipts over the telephone.
LETTERS: Final = "23456789ABCDEFGHJKMNPQRSTUVWXYZ"


@dataclass(frozen=True)
class ObjectionInput:
    """Who objects, how to reach them, against which unit (None: the list as a whole), and why."""

    name: str
    contact: str
    grounds: str
    entry: PublicEntry | None = None


def lodge(*, by: Actor, batch: Batch, what: ObjectionInput) -> Objection:
    """Lodge an objection, with or without an account; gives the receipt, whose last part is secret.

    Not an act of a role, so it does not pass the table of acts: the database lets anyone write during publicity.
    Raises DomainError outside publicity or with something missing. One event in the trail, without names.
    """
    open_now = (
        batch.state == BatchState.PUBLICITY
        and batch.publicity_from is not None
        and batch.publicity_to is not None
        and batch.publicity_from <= clock.today() <= batch.publicity_to
    )
    if not open_now:
        raise DomainError("not_in_publicity", _("Objections are taken during the publicity period only."))
    row = Objection(
        batch=batch,
        entry=what.entry,
        name=what.name,
        contact=what.contact,
        grounds=what.grounds,
        receipt_no=_receipt(batch),
    )
    with database_refusals(), transaction.atomic():
        row.save(force_insert=True)
        event_writer()(
            by=by,
            act="reviews.lodge",
            obj=row,
            before={},
            after={"batch": batch.pk, "entry": what.entry.pk if what.entry else None},
            why="",
            outcome="done",
        )
    return row


def _receipt(batch: Batch) -> str:
    secret = "".join(secrets.choice(LETTERS) for _place in range(12))
    return f"{batch.number}-{clock.today():%Y%m%d}-{secret}"


def answer(*, by: Actor, objection: Objection, uphold: bool, text: str) -> Objection:
    """Answer an objection. Upheld: its unit leaves the list at once; a reserve unit may move up by an act of its own.

    Raises NotAllowed, WrongState; DomainError without an answer, or when it names no unit.
    """
    with command(by, "reviews.answer", objection) as act:
        if not text.strip():
            raise DomainError("answer", _("Write the answer that the objector will read."), "answer")
        if uphold and objection.entry is None:
            raise DomainError("entry", _("Only an objection against a unit can be upheld here."), "outcome")
        act.to(objection, OBJECTION, "uphold" if uphold else "dismiss")
        objection.answer, objection.answered_by_id, objection.answered_at = text, by.id, clock.now()
        objection.save(update_fields=["state", "answer", "answered_by", "answered_at"])
        if uphold and objection.entry is not None:
            _drop(objection.entry, objection.answer)
        return act.record(objection)


def _drop(listed: PublicEntry, why: str) -> None:
    entry = PublicEntry.objects.select_for_update(of=("self",)).get(pk=listed.pk)
    if entry.dropped_at is not None:
        return
    entry.dropped_at, entry.dropped_why = clock.now(), why[:2000]
    entry.save(update_fields=["dropped_at", "dropped_why"])
    row = Application.objects.select_for_update(of=("self",)).get(pk=entry.application_id)
    row.state = APPLICATION.target(row.state, "drop")
    row.save(update_fields=["state"])
