"""Acts on matching money: what came beside the central reward. It is compared with the plan and never booked."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from django.utils.translation import gettext as _

from grants.domain.papers import Paper, begin, checking, close, entered, kept, refuse
from grants.domain.payments import bureau
from grants.enums import DocumentKind, Matching
from grants.models import Award, GrantProject, MatchingFunds
from grants.states import MATCHING
from portal.accounts.enums import Role
from portal.core import clock
from portal.core.commands import command
from portal.core.errors import DomainError
from portal.core.scope import Actor


@dataclass(frozen=True)
class MatchingInput:
    """Money that arrived: the plan's year it belongs to, source, amount in yuan, the day, its paper.

    project: for which supported project; None for the unit as a whole.
    """

    year: int
    source: Matching
    amount: Decimal
    arrived_on: date
    paper: Paper
    project: GrantProject | None = None


def enter_matching(*, by: Actor, award: Award, what: MatchingInput) -> MatchingFunds:
    """Enter matching money that arrived, for the unit's finance bureau.

    Raises NotAllowed; DomainError for a day in the future, a project of another award, a number entered already.
    """
    with command(by, "grants.enter_matching", award, lock=False) as act:
        if what.arrived_on > clock.today():
            raise DomainError("arrived_on", _("The day lies in the future."), "arrived_on")
        columns = entered(by=by, role=Role.FINANCE_MAKER, paper=what.paper, **bureau(by, award.unit_id))
        place = {"province": award.province_id, "unit": award.unit_id}
        row = MatchingFunds(
            award=award,
            grant_project=what.project,
            province_id=award.province_id,
            unit_id=award.unit_id,
            year=what.year,
            source=what.source,
            amount=what.amount,
            arrived_on=what.arrived_on,
            document=kept(by=by, paper=what.paper, kind=DocumentKind.MATCHING, **place),
            **columns,
        )
        return begin(act, row)


def confirm_matching(*, by: Actor, matching: MatchingFunds) -> MatchingFunds:
    """Confirm matching money entered by another person of the bureau. Raises NotAllowed, WrongState."""
    with checking(by, "grants.confirm_matching", matching) as act:
        return close(act, matching, MATCHING)


def refuse_matching(*, by: Actor, matching: MatchingFunds, why: str) -> MatchingFunds:
    """Refuse matching money with a reason. Raises NotAllowed, WrongState, DomainError."""
    return refuse(by=by, row=matching, name="grants.refuse_matching", machine=MATCHING, why=why)
