"""What stands before the demonstration's payments: requests with invoices, evidence and answers; one hold."""

from __future__ import annotations

from decimal import Decimal
from typing import Final

from django.core.files.uploadedfile import UploadedFile
from stdnum.cn import uscc

from grants.domain import holds, requests
from grants.models import GrantProject, PaymentRequest, RequestInvoice
from grants.queries.requests import Planned, basis, planned
from portal.core import clock
from portal.core.scope import Actor
from portal.demonstration.invent import MARK

_STEM: Final = "91110000MA0000001"
SELLER: Final = _STEM + uscc.calc_check_digit(_STEM)


def asked(
    *, by: Actor, project: GrantProject, amount: Decimal, number: int, evidence: UploadedFile | None
) -> PaymentRequest | None:
    """A complete request for a project; None where the plan names no enterprise of it by code, or without evidence."""
    plan = planned(project.pk)
    if not plan.payees or evidence is None:
        return None
    row = requests.prepare_request(by=by, project=project, what=_what(plan, amount))
    invoice = requests.InvoiceInput(
        code="",
        number=f"26{project.pk:012}{number:06}",
        dated=clock.today(),
        seller=f"{MARK}示例机床有限公司",
        seller_code=SELLER,
        amount=basis(row),
        contract_no=f"HT-{project.pk}-{number}",
    )
    return _completed(by, row, invoice, evidence)


def _what(plan: Planned, amount: Decimal) -> requests.RequestInput:
    return requests.RequestInput(
        amount=amount,
        method=plan.method,
        milestone=plan.milestones[0][1] if plan.milestones else f"{MARK}主要设备到货",
        reached_on=clock.today(),
        payee_code=next(iter(plan.payees)),
        purpose=f"{MARK}设备更新与数字化改造进度款",
    )


def asked_again(
    *, by: Actor, project: GrantProject, amount: Decimal, evidence: UploadedFile | None, invoice: RequestInvoice
) -> PaymentRequest | None:
    """A request that rests on an invoice which stands in another one already; None as `asked`."""
    plan = planned(project.pk)
    if not plan.payees or evidence is None or requests.support_left(project) < amount:
        return None
    row = requests.prepare_request(by=by, project=project, what=_what(plan, amount))
    names = ("code", "number", "dated", "seller", "seller_code", "amount", "contract_no")
    again = requests.InvoiceInput(**{name: getattr(invoice, name) for name in names})
    return _completed(by, row, again, evidence)


def _completed(
    by: Actor, row: PaymentRequest, invoice: requests.InvoiceInput, evidence: UploadedFile
) -> PaymentRequest:
    requests.add_invoice(by=by, request=row, what=invoice)
    requests.add_evidence(by=by, request=row, file=evidence)
    return requests.answer_uses(by=by, request=row, answers=["no"] * len(requests.banned_uses(row)))


def found(*, by: Actor, project: GrantProject, evidence: UploadedFile | None) -> None:
    """Other national money was found at a project: its payments are stopped until both ministries decide."""
    what = holds.HoldInput(
        level="national",
        source=f"{MARK}其他中央部门",
        fund=f"{MARK}产业基础再造专项，文号待核",
        amount=Decimal("8000000.00"),
        note=f"{MARK}与其他专项资金台账比对时发现，项目名称和建设地点相同。",
        file=evidence,
    )
    holds.raise_hold(by=by, project=project, what=what)
