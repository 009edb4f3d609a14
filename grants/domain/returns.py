"""Acts that give money back to the level above: the unit to its province, the province to the Ministry of Finance."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from django.utils.translation import gettext as _

from grants.domain.papers import NotEnough, Paper, begin, checking, close, entered, kept, refuse
from grants.domain.payments import bureau
from grants.enums import DocumentKind, GivenBack, Place
from grants.ledger import locks
from grants.models import Award, Issue, ReturnPaper
from grants.states import RETURN
from portal.accounts.enums import MOF, Kind, Role
from portal.core import clock
from portal.core.commands import command
from portal.core.errors import DomainError
from portal.core.scope import Actor


@dataclass(frozen=True)
class ReturnInput:
    """What a return says: from which account, the amount in yuan, why, its paper.

    issue: of the province's own returns, the issue whose money it does not pass on; None hands on what came back.
    """

    source: GivenBack
    amount: Decimal
    reason: str
    paper: Paper
    issue: Issue | None = None


def enter_return(*, by: Actor, award: Award, what: ReturnInput) -> ReturnPaper:
    """Enter that money goes back to the level above, for the level at which it lies.

    Raises NotAllowed; DomainError without a reason; NotEnough with what may be given back.
    """
    from_province = what.source == GivenBack.PROVINCE
    name = "grants.enter_return_province" if from_province else "grants.enter_return_unit"
    with command(by, name, award, lock=False) as act:
        if not what.reason.strip():
            raise DomainError("return_says_why", _("Say why the money goes back."), "reason")
        post = {"kind": Kind.PROVINCIAL_FINANCE, "province": award.province_id}
        columns = entered(
            by=by,
            role=Role.FINANCE_MAKER,
            paper=what.paper,
            **(post if from_province else bureau(by, award.unit_id)),
        )
        issue = what.issue.pk if what.issue else None
        locks.balance(award.pk, Place(what.source.value))
        if issue:
            locks.row("issue", issue)
        if what.amount > (left := locks.left("return", award.pk, what.source.value, issue)):
            raise NotEnough(left)
        place = {"province": award.province_id, "unit": award.unit_id}
        row = ReturnPaper(
            award=award,
            issue=what.issue,
            province_id=award.province_id,
            unit_id=award.unit_id,
            source=what.source,
            amount=what.amount,
            reason=what.reason.strip(),
            document=kept(by=by, paper=what.paper, kind=DocumentKind.RETURN, **place),
            **columns,
        )
        return begin(act, row)


def confirm_return(*, by: Actor, return_paper: ReturnPaper) -> ReturnPaper:
    """Confirm a return entered by another person of the same department: the money is booked one level up.

    Raises NotAllowed, WrongState; NotEnough with what still lies there.
    """
    with checking(by, "grants.confirm_return", return_paper) as act:
        if return_paper.amount > (left := locks.balance(return_paper.award_id, Place(return_paper.source))):
            raise NotEnough(left, None)
        return close(act, return_paper, RETURN)


def refuse_return(*, by: Actor, return_paper: ReturnPaper, why: str) -> ReturnPaper:
    """Refuse a return with a reason. Raises NotAllowed, WrongState, DomainError."""
    return refuse(by=by, row=return_paper, name="grants.refuse_return", machine=RETURN, why=why)


def receive_return(*, by: Actor, return_paper: ReturnPaper, received_on: date) -> ReturnPaper:
    """Record for the level above when money that was given back arrived; when it was recorded, the database says.

    Raises NotAllowed; DomainError for a day before the document or in the future.
    """
    above = {"code": MOF} if return_paper.source == GivenBack.PROVINCE else {"province": return_paper.province_id}
    lock = by.post(Role.FINANCE_MAKER, **above) is not None
    with command(by, "grants.receive_return", return_paper, lock=lock) as act:
        if not return_paper.document_date <= received_on <= clock.today():
            raise DomainError("received_on", _("The day lies between the document's date and today."), "received_on")
        return_paper.received_on, return_paper.received_by_id = received_on, by.id
        return_paper.received_at = clock.now()
        return_paper.save(update_fields=["received_on", "received_by", "received_at"])
        return_paper.refresh_from_db(fields=["received_at"])
        return act.record(return_paper)
