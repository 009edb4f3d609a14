"""Acts that get money back: a finance department demands it, the unit's bureau pays in parts, the demand may end.

Other parts of the grants demand money by `demand`, with a ground of their own.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from django.utils.translation import gettext as _

from grants.domain.papers import NotEnough, Paper, begin, checking, close, entered, kept, refuse
from grants.domain.payments import bureau
from grants.domain.violations import fine_of
from grants.enums import SPENDABLE, DocumentKind, Ground, Level, Place
from grants.ledger import locks
from grants.models import Award, GrantProject, Recovery, RecoveryPayment, RecoveryWithdrawal
from grants.states import RECOVERY, RECOVERY_PAYMENT, RECOVERY_WITHDRAWAL
from portal.accounts.enums import MOF, Kind, Role
from portal.core.commands import command
from portal.core.errors import DomainError
from portal.core.scope import Actor


@dataclass(frozen=True)
class DemandInput:
    """What a demand says: ground, amount in yuan, the last day to pay, what was found, its paper.

    project: whose money; None for the unit's whole money. violation: its code in the batch's rule set, for that
    ground only; the range of the fine follows from it. reference: of the finding, report or assessment. finding: number
    of the row of an audit finding that was addressed or handed over to who demands.
    """

    ground: Ground
    amount: Decimal
    due_on: date
    reason: str
    paper: Paper
    project: GrantProject | None = None
    violation: str = ""
    reference: str = ""
    finding: int | None = None


@dataclass(frozen=True)
class CollectedInput:
    """A part of a demand: the amount in yuan, from which project (None: the unit's own money), its paper."""

    amount: Decimal
    paper: Paper
    project: GrantProject | None = None


@dataclass(frozen=True)
class WithdrawalInput:
    """Why a demand is withdrawn, and the paper that says so."""

    reason: str
    paper: Paper


def _home(by: Actor, province: str) -> tuple[Level, dict[str, str]]:
    """Who demands: the Ministry of Finance when the actor enters there, else the department of the province."""
    if by.post(Role.FINANCE_MAKER, code=MOF) is not None:
        return Level.MINISTRY, {"code": MOF}
    return Level.PROVINCE, {"kind": Kind.PROVINCIAL_FINANCE, "province": province}


def demand(*, by: Actor, award: Award, what: DemandInput) -> Recovery:
    """Enter a demand for money back, for MOF or the finance department of the unit's province.

    what.amount: above zero, at most what the unit and its projects have and had, less what is demanded already.
    Raises NotAllowed; DomainError when the ground lacks what belongs to it, or the deadline is not after the
    document; NotEnough with what may be demanded.
    """
    with command(by, "grants.enter_recovery", award, lock=False) as act:
        _check(what)
        level, home = _home(by, award.province_id)
        columns = entered(by=by, role=Role.FINANCE_MAKER, paper=what.paper, **home)
        locks.row("award", award.pk)
        project = what.project.pk if what.project else None
        if what.amount > (left := locks.left("recovery", award.pk, project)):
            raise NotEnough(left)
        fine = fine_of(award, what.violation, what.amount) if what.ground == Ground.VIOLATION else None
        place = {"province": award.province_id, "unit": award.unit_id}
        row = Recovery(
            award=award,
            grant_project=what.project,
            province_id=award.province_id,
            unit_id=award.unit_id,
            level=level,
            ground=what.ground,
            violation=what.violation if what.ground == Ground.VIOLATION else "",
            reference=what.reference.strip(),
            finding_id=what.finding,
            reason=what.reason.strip(),
            amount=what.amount,
            due_on=what.due_on,
            fine_from=fine[0] if fine else None,
            fine_to=fine[1] if fine else None,
            document=kept(by=by, paper=what.paper, kind=DocumentKind.RECOVERY, **place),
            **columns,
        )
        return begin(act, row)


def _check(what: DemandInput) -> None:
    if not what.reason.strip():
        raise DomainError("recovery_says_what_was_found", _("Say what was found: the pilot unit reads it."), "reason")
    if what.due_on <= what.paper.document_date:
        raise DomainError("recovery_leaves_time", _("The deadline lies after the date of the document."), "due_on")
    if what.ground == Ground.VIOLATION and not what.violation:
        raise DomainError("recovery_names_its_violation", _("Choose the kind of violation."), "violation")
    if what.ground == Ground.FINDING and not what.reference.strip():
        raise DomainError("recovery_names_its_finding", _("Name the finding or report."), "reference")
    if what.ground == Ground.ENDED and (what.project is None or what.project.ended_at is None):
        raise DomainError(
            "recovery_of_ended_project", _("Choose a project that a change took out of the plan."), "project"
        )


def confirm_recovery(*, by: Actor, recovery: Recovery) -> Recovery:
    """Confirm a demand entered by another person of the department: it is issued, the unit gets a letter.

    Raises NotAllowed, WrongState.
    """
    with checking(by, "grants.confirm_recovery", recovery) as act:
        return close(act, recovery, RECOVERY)


def refuse_recovery(*, by: Actor, recovery: Recovery, why: str) -> Recovery:
    """Refuse a demand with a reason. Raises NotAllowed, WrongState, DomainError."""
    return refuse(by=by, row=recovery, name="grants.refuse_recovery", machine=RECOVERY, why=why)


def enter_recovery_payment(*, by: Actor, recovery: Recovery, what: CollectedInput) -> RecoveryPayment:
    """Enter for the unit's bureau that a part of a demand was collected.

    what.amount: at most what is left of the demand and what lies with the project (or with the unit itself).
    Raises NotAllowed; DomainError for another project than the demand's; NotEnough.
    """
    with command(by, "grants.enter_recovery_payment", recovery, lock=False) as act:
        if recovery.grant_project_id and (what.project is None or what.project.pk != recovery.grant_project_id):
            raise DomainError("recovery_of_own_award", _("This demand is about another project."), "project")
        columns = entered(by=by, role=Role.FINANCE_MAKER, paper=what.paper, **bureau(by, recovery.unit_id))
        locks.row("recovery", recovery.pk)
        left = min(locks.left("demand", recovery.pk), lies(recovery.award_id, what.project))
        if what.amount > left:
            raise NotEnough(left)
        place = {"province": recovery.province_id, "unit": recovery.unit_id}
        row = RecoveryPayment(
            recovery=recovery,
            award_id=recovery.award_id,
            grant_project=what.project,
            province_id=recovery.province_id,
            unit_id=recovery.unit_id,
            amount=what.amount,
            document=kept(by=by, paper=what.paper, kind=DocumentKind.RECOVERY, **place),
            **columns,
        )
        return begin(act, row)


def lies(award_id: int, project: GrantProject | None) -> Decimal:
    """Hold and give what lies with a project, unused and used, or with the unit itself (yuan)."""
    if project is None:
        return locks.balance(award_id, *SPENDABLE)
    return locks.balance_of_project(project.pk, Place.PROJECT, Place.USED)


def confirm_recovery_payment(*, by: Actor, recovery_payment: RecoveryPayment) -> RecoveryPayment:
    """Confirm a part entered by another person of the bureau: it is booked and lies as surplus with the unit.

    Raises NotAllowed, WrongState; NotEnough with what still lies there; DomainError when the demand was withdrawn.
    """
    with checking(by, "grants.confirm_recovery_payment", recovery_payment) as act:
        locks.row("recovery", recovery_payment.recovery_id)
        left = lies(recovery_payment.award_id, recovery_payment.grant_project)
        if recovery_payment.amount > left:
            raise NotEnough(left, None)
        return close(act, recovery_payment, RECOVERY_PAYMENT)


def refuse_recovery_payment(*, by: Actor, recovery_payment: RecoveryPayment, why: str) -> RecoveryPayment:
    """Refuse a part with a reason. Raises NotAllowed, WrongState, DomainError."""
    name = "grants.refuse_recovery_payment"
    return refuse(by=by, row=recovery_payment, name=name, machine=RECOVERY_PAYMENT, why=why)


def enter_withdrawal(*, by: Actor, recovery: Recovery, what: WithdrawalInput) -> RecoveryWithdrawal:
    """Enter that a demand is withdrawn, for the department that made it; another person of it confirms.

    Raises NotAllowed; DomainError without a reason or when nothing is outstanding.
    """
    with command(by, "grants.enter_withdrawal", recovery, lock=False) as act:
        if not what.reason.strip():
            raise DomainError("recovery_withdrawal_says_why", _("Say why the demand is withdrawn."), "reason")
        level, home = _home(by, recovery.province_id)
        columns = entered(by=by, role=Role.FINANCE_MAKER, paper=what.paper, **home)
        place = {"province": recovery.province_id, "unit": recovery.unit_id}
        row = RecoveryWithdrawal(
            recovery=recovery,
            award_id=recovery.award_id,
            province_id=recovery.province_id,
            unit_id=recovery.unit_id,
            level=level,
            amount=recovery.amount,
            reason=what.reason.strip(),
            document=kept(by=by, paper=what.paper, kind=DocumentKind.RECOVERY, **place),
            **columns,
        )
        return begin(act, row)


def confirm_withdrawal(*, by: Actor, withdrawal: RecoveryWithdrawal) -> RecoveryWithdrawal:
    """Confirm a withdrawal entered by another person: nothing more is paid on the demand.

    Raises NotAllowed, WrongState; DomainError when nothing is outstanding any more.
    """
    with checking(by, "grants.confirm_withdrawal", withdrawal) as act:
        return close(act, withdrawal, RECOVERY_WITHDRAWAL)


def refuse_withdrawal(*, by: Actor, withdrawal: RecoveryWithdrawal, why: str) -> RecoveryWithdrawal:
    """Refuse a withdrawal with a reason. Raises NotAllowed, WrongState, DomainError."""
    return refuse(by=by, row=withdrawal, name="grants.refuse_withdrawal", machine=RECOVERY_WITHDRAWAL, why=why)
