"""Acts that change the amount of an award: entered by MOF, agreed by MIIT, confirmed by MOF, by three persons."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal

from django.utils.translation import gettext as _

from grants.domain.papers import Paper, begin, checking, close, entered, kept, refuse, sealed
from grants.enums import DocumentKind
from grants.ledger import locks
from grants.models import Award, AwardChange
from grants.states import AWARD_CHANGE
from portal.accounts.enums import MOF, Role
from portal.core import clock
from portal.core.commands import command
from portal.core.errors import DomainError, Stale
from portal.core.scope import Actor


@dataclass(frozen=True)
class AwardChangeInput:
    """The new amount in yuan, why, and the paper that orders it.

    attaches_targets: of an award that has none, also the performance targets of the plan; the amount may then stay.
    """

    amount: Decimal
    reason: str
    paper: Paper
    attaches_targets: bool = False


def enter_award_change(*, by: Actor, award: Award, what: AwardChangeInput) -> AwardChange:
    """Enter another amount for a confirmed award, or the targets it lacks, for MOF.

    Raises NotAllowed; DomainError without a reason or its sealed file, above cap or budget, below what was issued or
    what projects were promised, for targets the award has already, or while another change is under way.
    """
    with command(by, "grants.enter_award_change", award, lock=False) as act:
        if not what.reason.strip():
            raise DomainError("award_change_says_why", _("Say why the award changes."), "reason")
        paper = sealed(what.paper)
        columns = entered(by=by, role=Role.FINANCE_MAKER, paper=paper, code=MOF)
        locks.batch(award.batch_id)
        place = {"province": award.province_id, "unit": award.unit_id}
        row = AwardChange(
            award=award,
            province_id=award.province_id,
            unit_id=award.unit_id,
            amount=what.amount,
            before=award.amount,
            reason=what.reason.strip(),
            attaches_targets=what.attaches_targets,
            document=kept(by=by, paper=paper, kind=DocumentKind.CHANGE, **place),
            **columns,
        )
        return begin(act, row)


def agree_award_change(*, by: Actor, award_change: AwardChange) -> AwardChange:
    """Agree for MIIT to a change of an award; MOF confirms it afterwards. Raises NotAllowed; Stale when it is over."""
    with checking(by, "grants.agree_award_change", award_change) as act:
        if not award_change.is_waiting or award_change.agreed_by_id is not None:
            raise Stale("checked_already", _("This was confirmed or refused already. Look at its page."))
        award_change.agreed_by_id, award_change.agreed_at = by.id, clock.now()
        award_change.save(update_fields=["agreed_by", "agreed_at"])
        return act.record(award_change)


def confirm_award_change(*, by: Actor, award_change: AwardChange) -> AwardChange:
    """Confirm a change MIIT agreed to: the difference is booked, the award has its new amount and its targets.

    Raises NotAllowed, WrongState; DomainError when cap, budget or what was issued meanwhile stand in the way.
    """
    with checking(by, "grants.confirm_award_change", award_change) as act:
        return close(act, award_change, AWARD_CHANGE)


def refuse_award_change(*, by: Actor, award_change: AwardChange, why: str) -> AwardChange:
    """Refuse a change with a reason, for either ministry. Raises NotAllowed, WrongState, DomainError."""
    return refuse(by=by, row=award_change, name="grants.refuse_award_change", machine=AWARD_CHANGE, why=why)
