"""Pages on payment requests: begin one, mend its parts, enter the payment from it; their invoices and evidence."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from types import MappingProxyType
from typing import Any

from django.contrib import messages
from django.forms import Form
from django.http import Http404, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from applications.imports.report import problems
from grants import presentation, presentation_paying, sheets, tables_paying
from grants.domain import payments
from grants.domain import requests as domain
from grants.enums import SPENDABLE
from grants.forms import PaymentForm
from grants.forms.requests import EvidenceForm, InvoiceFileForm, InvoiceForm, RequestForm, UsesForm
from grants.guard_texts import GUARDS
from grants.models import PaymentRequest
from grants.queries import awards, moves
from grants.queries import requests as queries
from grants.sheets import INVOICES
from grants.views.common import Trail, crumb, enter_page
from grants.views.files import table_page
from portal.core import as_of
from portal.core.exporting import taken_away
from portal.core.files import XLSX
from portal.core.looks import serve_told
from portal.core.middleware import PortalRequest
from portal.core.money import ZERO
from portal.core.ones import one_of
from portal.core.rules import may
from portal.core.web import as_file, errors_into, page, require, see_other, signed_in


@require_safe
@signed_in
def requests(request: PortalRequest) -> HttpResponseBase:
    """Payment requests of the reader's scope."""
    require(request.actor, "grants.view")
    return table_page(request, "grants/requests.html", tables_paying.requests_table(request))


@require_safe
@signed_in
def invoices(request: PortalRequest) -> HttpResponseBase:
    """Invoices of the reader's scope; the ministries and auditors find each one of the country."""
    require(request.actor, "grants.view")
    return table_page(request, "grants/invoices.html", tables_paying.invoices_table(request))


@require_http_methods(["GET", "HEAD", "POST"])
@signed_in
def enter_payment(request: PortalRequest, pk: int) -> HttpResponse:
    """Begin a payment request for a supported project."""
    require(request.actor, "grants.view")
    found = one_of(awards.projects, request.actor, pk=pk)
    require(request.actor, "grants.prepare_request", found)
    return _asking(
        request,
        found,
        act=lambda what, _read: domain.prepare_request(by=request.actor, project=found, what=what),
        title=_("Prepare a payment"),
        cancel=reverse("grants:project", args=[pk]),
    )


@require_http_methods(["GET", "HEAD", "POST"])
@signed_in
def change(request: PortalRequest, pk: int) -> HttpResponse:
    """Mend what a request asks."""
    row = _found(request, pk)
    require(request.actor, "grants.change_request", row)
    project = get_object_or_404(awards.projects(request.actor.scope), pk=row.grant_project_id)
    names = ("method", "milestone", "reached_on", "amount", "payee_code", "purpose")
    return _asking(
        request,
        project,
        act=lambda what, read: domain.change_request(by=request.actor, request=row, what=what, read=read),
        title=_("Change the request"),
        cancel=reverse("grants:request", args=[pk]),
        initial={name: getattr(row, name) for name in names} | {"read": domain.mark(row)},
        stands=[(_("Amount asked until now"), presentation.amount(row.amount)), (_("What it is for"), row.purpose)],
    )


def _asking(
    request: PortalRequest,
    project: Any,
    *,
    act: Callable[[Any, str], PaymentRequest],
    title: str,
    cancel: str,
    stands: Sequence[tuple[str, Any]] = (),
    **more: Any,
) -> HttpResponse:
    held = awards.held(project.award_id, *SPENDABLE)
    plan = queries.planned(project.pk)
    most = max(ZERO, min(held, project.left))
    form = RequestForm(request.POST or None, plan=plan, most=most, **more)
    if form.is_valid():
        with errors_into(form):
            return see_other("grants:request", act(form.to_input(), form.cleaned_data["read"]).pk)
    facts = [
        (_("Project"), project.name),
        (_("Leading enterprise"), project.enterprise_name),
        (_("Approved support"), presentation.amount(project.approved_support)),
        (_("Left of the support"), presentation.amount(project.left)),
        (_("The unit holds"), presentation.amount(held)),
        *stands,
    ]
    trail = [crumb(_("Projects and payments"), "grants:projects"), crumb(project.name, "grants:project", project.pk)]
    context = {"title": title, "trail": trail, "facts": facts, "cancel": cancel, "submit": _("Save and go on")}
    return page(request, "grants/enter.html", context, form=form)


def _found(request: PortalRequest, pk: int) -> PaymentRequest:
    require(request.actor, "grants.view")
    return one_of(queries.requests, request.actor, pk=pk)


Build = Callable[[Any, Any, PaymentRequest], Form]
Part = tuple[str, Build, Callable[[PortalRequest, PaymentRequest, Any], Any]]


def _invoice(data: Any, files: Any, row: PaymentRequest) -> Form:
    return InvoiceForm(data, prefix="invoice")


def _file(data: Any, files: Any, row: PaymentRequest) -> Form:
    return InvoiceFileForm(data, files, prefix="sheet")


def _evidence(data: Any, files: Any, row: PaymentRequest) -> Form:
    return EvidenceForm(data, files, prefix="evidence")


def _uses(data: Any, files: Any, row: PaymentRequest) -> Form:
    return UsesForm(data, asked=domain.banned_uses(row), given=row.uses, prefix="uses")


PARTS: dict[str, Part] = {
    "invoice": (
        "grants.add_invoice",
        _invoice,
        lambda request, row, form: domain.add_invoice(by=request.actor, request=row, what=form.to_input()),
    ),
    "sheet": (
        "grants.bring_invoices",
        _file,
        lambda request, row, form: domain.bring_invoices(
            by=request.actor, request=row, upload=form.cleaned_data["file"]
        ),
    ),
    "evidence": (
        "grants.add_evidence",
        _evidence,
        lambda request, row, form: domain.add_evidence(by=request.actor, request=row, file=form.cleaned_data["file"]),
    ),
    "uses": (
        "grants.answer_uses",
        _uses,
        lambda request, row, form: domain.answer_uses(by=request.actor, request=row, answers=form.answers()),
    ),
}


@require_http_methods(["GET", "HEAD", "POST"])
@signed_in
def payment_request(request: PortalRequest, pk: int) -> HttpResponse:
    """One request in its parts: what is asked, invoices, evidence, banned uses; then the payment is entered from it."""
    row = _found(request, pk)
    if request.method != "POST":
        return _shown(request, row)
    part = PARTS.get(request.POST.get("part", ""))
    if part is None:
        require(request.actor, "grants.change_request", row)
        messages.warning(request, _("Choose one part of the request."))
        return _shown(request, row, status=422)
    act, build, do = part
    require(request.actor, act, row)
    form = build(request.POST, request.FILES, row)
    wrong: list[Any] = []
    if form.is_valid():
        with errors_into(form):
            done = do(request, row, form)
            wrong = getattr(done, "problems", [])
            if not wrong:
                messages.success(request, _("Kept."))
                return see_other("grants:request", row.pk)
            form.add_error("file", _("Nothing was taken over. Mend the cells named below and bring the file again."))
    listed = problems([one.to_json() for one in wrong], INVOICES)
    return _shown(request, row, bound={request.POST["part"]: form}, wrong=listed)


def _shown(
    request: PortalRequest,
    row: PaymentRequest,
    *,
    status: int = 200,
    bound: Mapping[str, Form] = MappingProxyType({}),
    wrong: Sequence[Any] = (),
) -> HttpResponse:
    invoices = list(row.invoices.all())
    mends = bool(may(request.actor, "grants.change_request", row))
    forms = {
        name: bound.get(name) or (build(None, None, row) if mends else None)
        for name, (_act, build, _do) in PARTS.items()
    }
    # What is missing is asked of the present alone: nobody acts on a page of the past.
    problem = queries.missing(row.pk) if row.is_open and as_of.moment() is None else None
    context = {
        "row": row,
        "facts": presentation_paying.request_facts(request.actor, row),
        "sums": presentation_paying.sums(row, invoices),
        "invoices": presentation_paying.invoice_rows(row, invoices, queries.claims(row, invoices)),
        "evidence": list(row.evidence.all()),
        "uses": presentation_paying.uses(row),
        "mends": mends,
        "missing": GUARDS[problem].message if problem else "",
        "enters": may(request.actor, "grants.enter_payment", row),
        "wrong": wrong,
        "forms": forms,
    }
    failed = next((form for form in forms.values() if form is not None and form.is_bound), None)
    answer = page(request, "grants/request.html", context, form=failed)
    if status != 200:
        answer.status_code = status
    return answer


@require_POST
@signed_in
def remove(request: PortalRequest, pk: int, part: str, number: int) -> HttpResponse:
    """Take an invoice or a piece of evidence out of a request."""
    row = _found(request, pk)
    if part == "invoice":
        require(request.actor, "grants.remove_invoice", row)
        domain.remove_invoice(by=request.actor, request=row, invoice=number)
    elif part == "evidence":
        require(request.actor, "grants.remove_evidence", row)
        domain.remove_evidence(by=request.actor, request=row, file=number)
    else:
        raise Http404
    messages.success(request, _("Taken out."))
    return see_other("grants:request", pk)


@require_http_methods(["GET", "HEAD", "POST"])
@signed_in
def enter(request: PortalRequest, pk: int) -> HttpResponse:
    """Enter the payment from a request that is complete, with its voucher."""
    row = _found(request, pk)
    require(request.actor, "grants.enter_payment", row)
    trail: Trail = [
        crumb(_("Projects and payments"), "grants:projects"),
        crumb(row.grant_project.name, "grants:project", row.grant_project_id),
        crumb(_("Payment request"), "grants:request", pk),
    ]
    return enter_page(
        request,
        form=PaymentForm(request.POST or None, request.FILES or None, initial={"read": domain.mark(row)}),
        act=lambda form: payments.enter_payment(
            by=request.actor, request=row, paper=form.paper(), read=form.cleaned_data["read"]
        ),
        route="grants:payment",
        title=_("Enter a payment"),
        trail=trail,
        facts=presentation_paying.request_facts(request.actor, row)
        + presentation_paying.sum_facts(row, list(row.invoices.all())),
        cancel=reverse("grants:request", args=[pk]),
    )


@require_POST
@signed_in
def mend(request: PortalRequest, pk: int) -> HttpResponse:
    """Copy the request of a refused payment into a new one."""
    require(request.actor, "grants.view")
    payment = get_object_or_404(
        moves.payments(request.actor.scope).select_related("request__grant_project__end"), pk=pk
    )
    require(request.actor, "grants.mend_request", payment)
    row = domain.mend_request(by=request.actor, payment=payment)
    messages.success(request, _("Everything was copied into a new request. Mend it, then enter the payment anew."))
    return see_other("grants:request", row.pk)


@require_safe
@signed_in
def template(request: PortalRequest) -> HttpResponseBase:
    """The workbook in which invoices are listed."""
    require(request.actor, "grants.view")
    taken_away(request, INVOICES.zh)
    return as_file(HttpResponse(sheets.template(), content_type=XLSX.content_type), f"{INVOICES.zh}.xlsx")


@require_safe
@signed_in
def evidence(request: PortalRequest, pk: int) -> HttpResponseBase:
    """A piece of evidence of the reader's scope, as a download; the look at it stands in the trail."""
    require(request.actor, "grants.view")
    found = one_of(queries.evidence, request.actor, pk=pk)
    return serve_told(found, request=request, act="grants.view_file")
