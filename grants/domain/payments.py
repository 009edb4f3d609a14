"""Acts on payments: the unit's finance bureau pays a project of the approved plan."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal

from django.db.models import Sum
from django.utils.translation import gettext as _

from grants.domain.papers import NotEnough, Paper, begin, checking, close, entered, kept, refuse
from grants.enums import COUNTED, SPENDABLE, DocumentKind
from grants.ledger import locks
from grants.models import GrantProject, Payment
from grants.queries import unit_that_follows
from grants.states import PAYMENT
from portal.accounts.enums import Kind, Role
from portal.core.commands import command
from portal.core.errors import DomainError
from portal.core.money import ZERO
from portal.core.scope import Actor


@dataclass(frozen=True)
class PaymentInput:
    """What a payment says: amount in yuan, who is paid, what for; the voucher as its paper."""

    amount: Decimal
    payee: str
    purpose: str
    paper: Paper


def support_left(project: GrantProject) -> Decimal:
    """What is left of the approved support after the payments entered and confirmed (yuan)."""
    rows = Payment.objects.filter(grant_project=project, state__in=COUNTED)
    return project.approved_support - (rows.aggregate(sum=Sum("amount"))["sum"] or ZERO)


def bureau(by: Actor, unit: str) -> dict[str, str]:
    """Where a maker of the unit's finance bureau sits: its own bureau, or that of the unit that follows it."""
    own = {"kind": Kind.UNIT_FINANCE, "unit": unit}
    return own if by.post(Role.FINANCE_MAKER, **own) else {**own, "unit": unit_that_follows(unit)}


def enter_payment(*, by: Actor, project: GrantProject, what: PaymentInput) -> Payment:
    """Enter a payment to a project for the unit's finance bureau.

    what.amount: above zero, at most what is left of the project's approved support and what the unit holds.
    Raises NotAllowed; DomainError without a voucher or with one entered already; NotEnough with what is left.
    """
    with command(by, "grants.enter_payment", project, lock=False) as act:
        columns = entered(by=by, role=Role.FINANCE_MAKER, paper=what.paper, **bureau(by, project.unit_id))
        held = locks.balance(project.award_id, *SPENDABLE)
        if what.amount > (left := min(held, support_left(project))):
            raise NotEnough(left)
        place = {"province": project.province_id, "unit": project.unit_id}
        voucher = kept(by=by, paper=what.paper, kind=DocumentKind.VOUCHER, **place)
        if voucher is None:
            raise DomainError("payment_has_voucher", _("A payment needs the file of its voucher."), "file")
        row = Payment(
            grant_project=project,
            award_id=project.award_id,
            province_id=project.province_id,
            unit_id=project.unit_id,
            amount=what.amount,
            payee=what.payee.strip(),
            purpose=what.purpose.strip(),
            document=voucher,
            **columns,
        )
        return begin(act, row)


def confirm_payment(*, by: Actor, payment: Payment) -> Payment:
    """Confirm a payment entered by another person of the bureau: the money is booked to the project.

    Raises NotAllowed, WrongState; NotEnough with what the unit still holds.
    """
    with checking(by, "grants.confirm_payment", payment) as act:
        if payment.amount > (left := locks.balance(payment.award_id, *SPENDABLE)):
            raise NotEnough(left, None)
        return close(act, payment, PAYMENT)


def refuse_payment(*, by: Actor, payment: Payment, why: str) -> Payment:
    """Refuse a payment with a reason. Raises NotAllowed, WrongState, DomainError."""
    return refuse(by=by, row=payment, name="grants.refuse_payment", machine=PAYMENT, why=why)
