"""Acts on payment requests: prepare and mend one, its invoices, evidence and answers, until a payment is entered."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any, Final

from django.core.files.uploadedfile import UploadedFile
from django.db.models import Sum
from django.utils.translation import gettext as _

from applications.enums import SupportMethod
from applications.imports import intake, judging, reading
from grants.domain.papers import KINDS, NotEnough
from grants.enums import COUNTED, SPENDABLE, CheckState
from grants.enums_paying import Answer
from grants.ledger import locks
from grants.models import EvidenceFile, GrantProject, Payment, PaymentRequest, RequestInvoice
from grants.queries.requests import planned
from grants.sheets import NO_GROUND, for_request
from portal.core import clock
from portal.core.commands import Act, command
from portal.core.errors import DomainError, Stale
from portal.core.files import keep
from portal.core.money import ZERO
from portal.core.punctuation import enumerated
from portal.core.scope import Actor

MOST_INVOICES: Final = 2_000


@dataclass(frozen=True)
class RequestInput:
    """What is asked: amount in yuan, method, the milestone and when it was reached, whose code is paid, what for."""

    amount: Decimal
    method: str
    milestone: str
    reached_on: date
    payee_code: str
    purpose: str


@dataclass(frozen=True)
class InvoiceInput:
    """An invoice: code (blank for an electronic one) and number, day, seller by name and code, amount, contract."""

    code: str
    number: str
    dated: date
    seller: str
    seller_code: str
    amount: Decimal
    contract_no: str = ""


def support_left(project: GrantProject) -> Decimal:
    """What is left of the approved support after the payments entered and confirmed (yuan)."""
    rows = Payment.objects.filter(grant_project=project, state__in=COUNTED)
    return project.approved_support - (rows.aggregate(sum=Sum("amount"))["sum"] or ZERO)


def _fits(project: GrantProject, what: RequestInput) -> dict[str, Any]:
    """The columns of a request that the plan allows. Raises DomainError beside the field; NotEnough."""
    plan = planned(project.pk)
    if plan.method not in ("", what.method):
        method = SupportMethod(plan.method).label
        text = _("The approved plan supports this project by %(method)s. Another method needs a change of the plan.")
        raise DomainError("request_method_of_plan", text % {"method": method}, "method")
    if plan.milestones and what.milestone not in [name for _day, name in plan.milestones]:
        raise DomainError("request_milestone_of_plan", _("Choose a milestone of the approved plan."), "milestone")
    if what.reached_on > clock.today():
        raise DomainError("request_milestone_reached", _("The day lies in the future."), "reached_on")
    if not plan.payees:
        text = _("The plan names no enterprise of this project by code. Ask for a change of the plan that names it.")
        raise DomainError("payee_is_the_enterprise", text, "payee_code")
    if what.payee_code not in plan.payees:
        named = enumerated(f"{name} {code}" for code, name in plan.payees.items())
        text = _("Only an enterprise of the project is paid, by its code: %(named)s.")
        raise DomainError("payee_is_the_enterprise", text % {"named": named}, "payee_code")
    if what.amount > (left := min(locks.balance(project.award_id, *SPENDABLE), support_left(project))):
        raise NotEnough(left)
    return {
        "amount": what.amount,
        "method": what.method,
        "milestone": what.milestone.strip(),
        "reached_on": what.reached_on,
        "payee": plan.payees[what.payee_code],
        "payee_code": what.payee_code,
        "purpose": what.purpose.strip(),
    }


def prepare_request(*, by: Actor, project: GrantProject, what: RequestInput) -> PaymentRequest:
    """Begin a payment request for a supported project, as its unit's finance maker or drafter.

    Raises NotAllowed; NotEnough; DomainError beside the field when the plan has another method or milestone, or the
    payee is no enterprise of the project.
    """
    with command(by, "grants.prepare_request", project, lock=False) as act:
        row = PaymentRequest(grant_project=project, **_fits(project, what), **_begun(by, project))
        row.save(force_insert=True)
        return act.record(row)


def _begun(by: Actor, project: GrantProject) -> dict[str, Any]:
    return {
        "award_id": project.award_id,
        "province_id": project.province_id,
        "unit_id": project.unit_id,
        "prepared_by_id": by.id,
        "prepared_at": clock.now(),
    }


def mark(request: PaymentRequest) -> str:
    """What is asked, in short: who changes it or enters its payment says by it what was read."""
    values = [str(getattr(request, name)) for name in _COPIED]
    return hashlib.sha256(json.dumps(values).encode()).hexdigest()[:16]


def as_read(request: PaymentRequest, read: str) -> None:
    """Raise Stale when somebody else changed what is asked since it was read; without a mark nothing is compared."""
    if read and read != mark(request):
        raise Stale("changed_meanwhile", _("Somebody else changed this request meanwhile. Read it, then save again."))


def change_request(*, by: Actor, request: PaymentRequest, what: RequestInput, read: str = "") -> PaymentRequest:
    """Mend what is asked while no payment was entered from it. read: the `mark` of what was read.

    Raises as `prepare_request`; Stale when somebody else changed it meanwhile.
    """
    with command(by, "grants.change_request", request) as act:
        as_read(request, read)
        for name, value in _fits(request.grant_project, what).items():
            setattr(request, name, value)
        request.save()
        return act.record(request)


def add_invoice(*, by: Actor, request: PaymentRequest, what: InvoiceInput) -> RequestInvoice:
    """Add an invoice. Raises NotAllowed; DomainError when it stands there already or lies in the future."""
    with command(by, "grants.add_invoice", request) as act:
        return act.record(_added(request, what))


def _added(request: PaymentRequest, what: InvoiceInput) -> RequestInvoice:
    if what.dated > clock.today():
        raise DomainError("invoice_dated", _("The day lies in the future."), "dated")
    row = RequestInvoice(request=request, province_id=request.province_id, unit_id=request.unit_id, **vars(what))
    row.save(force_insert=True)
    return row


def bring_invoices(*, by: Actor, request: PaymentRequest, upload: UploadedFile) -> judging.Verdict:
    """Read invoices from a workbook or CSV file. All are added, or none and the verdict names what is wrong where.

    Raises NotAllowed; DomainError beside `file` when it is no such file, or too many come together.
    """
    with command(by, "grants.bring_invoices", request) as act:
        intake.take_in(upload)
        upload.seek(0)
        there = {code + number for code, number in request.invoices.values_list("code", "number")}
        sheet = for_request(there, clock.today())
        verdict = judging.judge(reading.read(upload, sheet), sheet, NO_GROUND)
        if len(verdict.good) > MOST_INVOICES:
            raise DomainError("too_many_invoices", _("A request has at most 2,000 invoices."), "file")
        if not verdict.all_problems:
            for row in verdict.good:
                _added(request, InvoiceInput(**row))
        act.after = {"rows": verdict.rows, "problems": verdict.all_problems}
        return verdict


def remove_invoice(*, by: Actor, request: PaymentRequest, invoice: int) -> None:
    """Take an invoice out of the request. Raises NotAllowed."""
    with command(by, "grants.remove_invoice", request) as act:
        act.after = {"invoice": invoice}
        request.invoices.filter(pk=invoice).delete()


def add_evidence(*, by: Actor, request: PaymentRequest, file: UploadedFile) -> EvidenceFile:
    """Keep a piece of evidence of the milestone. Raises NotAllowed; DomainError beside `file`."""
    with command(by, "grants.add_evidence", request) as act:
        stored = keep(file, kinds=KINDS)
        place = {"province_id": request.province_id, "unit_id": request.unit_id}
        return act.record(EvidenceFile.objects.create(**stored.fields(by=by), request=request, **place))


def remove_evidence(*, by: Actor, request: PaymentRequest, file: int) -> None:
    """Take a piece of evidence out of the request. Raises NotAllowed."""
    with command(by, "grants.remove_evidence", request) as act:
        act.after = {"file": file}
        request.evidence.filter(pk=file).delete()


def banned_uses(request: PaymentRequest) -> list[dict[str, str]]:
    """The banned uses of the batch's rule set, each in both languages."""
    rules = request.award.batch.rule_set
    return list(rules.details.get("banned_uses", [])) if rules is not None else []


def answer_uses(*, by: Actor, request: PaymentRequest, answers: Sequence[str]) -> PaymentRequest:
    """Keep the answer to each banned use of the rule set, in its order, with the text and version answered to.

    Raises NotAllowed; DomainError when an answer is missing, or one is "yes": such a payment is not entered.
    """
    with command(by, "grants.answer_uses", request) as act:
        asked = banned_uses(request)
        if len(answers) != len(asked) or not set(answers) <= set(Answer.values):
            raise DomainError("request_denies_banned_uses", _("Answer for each banned use."))
        if Answer.YES in answers:
            text = _("Pilot money must not go to a banned use. Take this part out of the request; it cannot be paid.")
            raise DomainError("request_denies_banned_uses", text)
        request.uses = [{**use, "answer": answer} for use, answer in zip(asked, answers, strict=True)]
        request.rules_version = request.award.batch.rule_set.version if request.award.batch.rule_set else ""
        request.save(update_fields=["uses", "rules_version"])
        return act.record(request)


def mend_request(*, by: Actor, payment: Payment) -> PaymentRequest:
    """Copy what a refused or reversed payment was asked with into a new request; the banned uses are answered anew.

    Raises NotAllowed; DomainError when the payment counts, or has no request.
    """
    old = payment.request
    with command(by, "grants.mend_request", payment, lock=False) as act:
        if old is None or payment.state not in (CheckState.REFUSED, CheckState.REVERSED):
            raise DomainError("payment_counts", _("Only a refused or reversed payment is mended."))
        return act.record(_copied(act, old))


_COPIED: Final = ("amount", "method", "milestone", "reached_on", "payee", "payee_code", "purpose")
_INVOICE: Final = ("code", "number", "dated", "seller", "seller_code", "amount", "contract_no")
_FILE: Final = ("file_name", "content_type", "size", "sha256", "storage_key")


def _copied(act: Act, old: PaymentRequest) -> PaymentRequest:
    project = old.grant_project
    place = {"province_id": project.province_id, "unit_id": project.unit_id}
    same = {name: getattr(old, name) for name in _COPIED}
    row = PaymentRequest(grant_project=project, copy_of=old, **same, **_begun(act.by, project))
    row.save(force_insert=True)
    RequestInvoice.objects.bulk_create(
        RequestInvoice(request=row, **place, **{name: getattr(one, name) for name in _INVOICE})
        for one in old.invoices.all()
    )
    brought = {"uploaded_by_id": act.by.id, "uploaded_at": clock.now()}
    EvidenceFile.objects.bulk_create(
        EvidenceFile(request=row, **place, **brought, **{name: getattr(one, name) for name in _FILE})
        for one in old.evidence.all()
    )
    return row
