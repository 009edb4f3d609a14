"""Acts on payments: the unit's finance bureau pays a project of the approved plan, from a request that is complete."""

from __future__ import annotations

from django.utils.translation import gettext as _

from grants.domain.papers import NotEnough, Paper, begin, checking, close, entered, kept
from grants.domain.requests import as_read, support_left
from grants.enums import SPENDABLE, DocumentKind
from grants.enums_paying import Ground
from grants.guard_texts import GUARDS
from grants.ledger import locks
from grants.models import Payment, PaymentRefusal, PaymentRequest
from grants.queries import unit_that_follows
from grants.queries.requests import missing
from grants.states import PAYMENT
from portal.accounts.enums import Kind, Role
from portal.core.commands import command
from portal.core.errors import DomainError
from portal.core.scope import Actor


def enter_payment(*, by: Actor, request: PaymentRequest, paper: Paper, read: str = "") -> Payment:
    """Enter the payment that a request asks for, for the unit's finance bureau; the request is frozen, its invoices
    count.

    paper: the voucher, with its file. read: the `mark` of the request that was read. Raises NotAllowed; Stale when it
    was changed meanwhile; DomainError when something of the request is missing, an invoice counts elsewhere, without a
    voucher or with one entered already; NotEnough with what is left.
    """
    with command(by, "grants.enter_payment", request) as act:
        as_read(request, read)
        project = request.grant_project
        columns = entered(by=by, role=Role.FINANCE_MAKER, paper=paper, **bureau(by, request.unit_id))
        if (problem := missing(request.pk)) is not None:
            raise DomainError(problem, GUARDS[problem].message)
        if request.amount > (left := min(locks.balance(project.award_id, *SPENDABLE), support_left(project))):
            raise NotEnough(left, None)
        place = {"province": project.province_id, "unit": project.unit_id}
        voucher = kept(by=by, paper=paper, kind=DocumentKind.VOUCHER, **place)
        if voucher is None:
            raise DomainError("payment_has_voucher", _("A payment needs the file of its voucher."), "file")
        row = Payment(
            grant_project=project,
            award_id=project.award_id,
            request=request,
            province_id=project.province_id,
            unit_id=project.unit_id,
            amount=request.amount,
            payee=request.payee,
            purpose=request.purpose,
            document=voucher,
            **columns,
        )
        return begin(act, row)


def bureau(by: Actor, unit: str) -> dict[str, str]:
    """The finance bureau of the unit, or of the one that follows it."""
    bureau = {"kind": str(Kind.UNIT_FINANCE), "unit": unit}
    return bureau if by.post(Role.FINANCE_MAKER, **bureau) else bureau | {"unit": unit_that_follows(unit)}


def confirm_payment(*, by: Actor, payment: Payment) -> Payment:
    """Confirm a payment entered by another person of the bureau: the money is booked to the project.

    Raises NotAllowed, WrongState; NotEnough with what the unit still holds; DomainError when other national money was
    found at the project.
    """
    with checking(by, "grants.confirm_payment", payment) as act:
        if payment.amount > (left := locks.balance(payment.award_id, *SPENDABLE)):
            raise NotEnough(left, None)
        return close(act, payment, PAYMENT)


def refuse_payment(*, by: Actor, payment: Payment, ground: str, why: str) -> Payment:
    """Refuse a payment on a ground, with the reason in words. Raises NotAllowed, WrongState, DomainError."""
    with checking(by, "grants.refuse_payment", payment) as act:
        if ground not in Ground.values:
            raise DomainError("refusal_ground_is_known", _("Choose the ground of the refusal."), "ground")
        if not why.strip():
            raise DomainError("reason", _("Say why it is refused, so that the maker can mend it."), "why")
        if payment.is_waiting:
            place = {"province_id": payment.province_id, "unit_id": payment.unit_id}
            PaymentRefusal.objects.create(payment=payment, ground=ground, **place)
        return close(act, payment, PAYMENT, why=why)
