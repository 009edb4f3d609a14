"""Acts of a person on a line of a bank statement: match it to a paper, set it aside, undo what was decided."""

from __future__ import annotations

from django.utils.translation import gettext as _

from grants.enums_bank import Decided, How
from grants.models import BankDecision, BankLine, Issue, PassOn, Payment
from grants.queries.bank import kind_of
from portal.core import clock
from portal.core.commands import command
from portal.core.errors import DomainError, Stale
from portal.core.scope import Actor


def match_line(*, by: Actor, line: BankLine, paper: Issue | PassOn | Payment, why: str = "") -> BankDecision:
    """Say that a line is the payment of a paper.

    Raises NotAllowed; DomainError when the line is decided already, the paper is not confirmed or not of this account,
    or its lines together would be above its amount.
    """
    with command(by, "grants.match_line", line, lock=False) as act:
        row = BankDecision(line=line, kind=Decided.MATCH, how=How.PERSON, **{kind_of(paper): paper})
        return act.record(_kept(by, row, why))


def set_aside(*, by: Actor, line: BankLine, why: str) -> BankDecision:
    """Set a line aside that is no payment of the programme (a fee, interest). Raises NotAllowed, DomainError."""
    with command(by, "grants.set_line_aside", line, lock=False) as act:
        if not why.strip():
            raise DomainError("bank_aside_with_reason", _("Say why the line is set aside."), "why")
        row = BankDecision(line=line, kind=Decided.ASIDE, how=How.PERSON)
        return act.record(_kept(by, row, why))


def _kept(by: Actor, row: BankDecision, why: str) -> BankDecision:
    row.organisation_id, row.by_id, row.at, row.why = row.line.organisation_id, by.id, clock.now(), why.strip()
    row.save(force_insert=True)
    return row


def undo(*, by: Actor, decision: BankDecision, why: str) -> BankDecision:
    """Undo what was decided on a line; the line is open again, the history stays.

    Raises NotAllowed; DomainError without a reason; Stale when it was undone already.
    """
    with command(by, "grants.undo_line", decision) as act:
        if decision.ended_at is not None:
            raise Stale("bank_history_stays", _("This decision was undone already. Look at the line again."))
        if not why.strip():
            raise DomainError("bank_undone_with_reason", _("Say why the decision is undone."), "why")
        decision.ended_at, decision.ended_by_id, decision.ended_why = clock.now(), by.id, why.strip()
        decision.save(update_fields=["ended_at", "ended_by", "ended_why"])
        return act.record(decision, why.strip())
