"""Acts that take an entry of the ledger back: entered and confirmed by the level of finance that made it."""

from __future__ import annotations

from dataclasses import dataclass

from django.db import connection
from django.utils.translation import gettext as _

from grants.domain.papers import NotEnough, Paper, begin, checking, close, entered, kept, refuse
from grants.domain.payments import bureau
from grants.enums import DocumentKind, EntryKind
from grants.models import Entry, Reversal
from grants.states import REVERSAL
from portal.accounts.enums import MOF, Kind, Role
from portal.core.commands import command
from portal.core.errors import DomainError
from portal.core.scope import Actor


@dataclass(frozen=True)
class ReversalInput:
    """Why an entry is taken back, and the paper that orders it."""

    reason: str
    paper: Paper


def _where(by: Actor, entry: Entry) -> dict[str, str]:
    """The finance department of the level that made the entry; a unit's entry also by the bureau that follows it."""
    if entry.kind in (EntryKind.AWARD, EntryKind.ISSUE):
        return {"code": MOF}
    if entry.kind == EntryKind.PASS_ON:
        return {"kind": Kind.PROVINCIAL_FINANCE, "province": entry.province_id}
    return bureau(by, entry.unit_id)


def hold(entry: Entry) -> None:
    """Hold the accounts from which the money would go back. Raises NotEnough when it is not there any more."""
    with connection.cursor() as cursor:
        cursor.execute("select reversal_hold(%s)", [entry.pk])
        (missing,) = cursor.fetchone()
    if missing is not None:
        raise NotEnough(missing, None)


def enter_reversal(*, by: Actor, entry: Entry, what: ReversalInput) -> Reversal:
    """Enter that an entry is taken back; another person of the same department confirms it.

    Raises NotAllowed; NotEnough when the money is not where the entry put it; DomainError without a reason, when the
    entry is reversed already, or when a later step rests on it.
    """
    with command(by, "grants.enter_reversal", entry, lock=False) as act:
        if not what.reason.strip():
            raise DomainError("reversal_says_why", _("Say why the entry is taken back."), "reason")
        columns = entered(by=by, role=Role.FINANCE_MAKER, paper=what.paper, **_where(by, entry))
        hold(entry)
        place = {"province": entry.province_id, "unit": entry.unit_id}
        row = Reversal(
            entry=entry,
            award_id=entry.award_id,
            province_id=entry.province_id,
            unit_id=entry.unit_id,
            amount=entry.moved,
            reason=what.reason.strip(),
            document=kept(by=by, paper=what.paper, kind=DocumentKind.REVERSAL, **place),
            **columns,
        )
        return begin(act, row)


def confirm_reversal(*, by: Actor, reversal: Reversal) -> Reversal:
    """Confirm a reversal entered by another person: the opposite entry is booked, the paper counts no more.

    Raises NotAllowed, WrongState; NotEnough when the money has moved on meanwhile.
    """
    with checking(by, "grants.confirm_reversal", reversal) as act:
        hold(reversal.entry)
        return close(act, reversal, REVERSAL)


def refuse_reversal(*, by: Actor, reversal: Reversal, why: str) -> Reversal:
    """Refuse a reversal with a reason. Raises NotAllowed, WrongState, DomainError."""
    return refuse(by=by, row=reversal, name="grants.refuse_reversal", machine=REVERSAL, why=why)
