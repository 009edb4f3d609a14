"""Pages on supported projects and their payments."""

from __future__ import annotations

from typing import Final

from django.http import HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_safe

from grants import presentation, presentation_paying, tables
from grants.domain import payments as domain
from grants.enums import SPENDABLE
from grants.forms import PaymentRefuseForm
from grants.guard_texts import GUARDS
from grants.presentation_assessing import acceptance_link
from grants.queries import awards, moves, requests, use
from grants.queries import project as project_queries
from grants.views.bank_facts import bank_facts
from grants.views.common import Kind, button, crumb, paper_page
from grants.views.files import table_page
from portal.core import units
from portal.core.middleware import PortalRequest
from portal.core.ones import one_of
from portal.core.rules import may
from portal.core.templatetags.portal_ui import moment
from portal.core.web import require, signed_in

PAYMENT: Final = Kind(
    gettext_lazy("Payment"),
    "payment",
    "grants:payment",
    domain.confirm_payment,
    domain.refuse_payment,
    "payment",
    gettext_lazy("Confirmed and booked to the project."),
)


@require_safe
@signed_in
def projects(request: PortalRequest) -> HttpResponseBase:
    """Supported projects of the reader's scope."""
    require(request.actor, "grants.view")
    return table_page(request, "grants/projects.html", tables.projects_table(request))


@require_safe
@signed_in
def payments(request: PortalRequest) -> HttpResponseBase:
    """Payments of the reader's scope."""
    require(request.actor, "grants.view")
    table = tables.payments_table(request, tables.ALL_PAYMENTS(by=request.actor))
    return table_page(request, "grants/payments.html", table)


@require_safe
@signed_in
def project(request: PortalRequest, pk: int) -> HttpResponseBase:
    """One project: support, what was paid, its payments."""
    require(request.actor, "grants.view")
    found = one_of(awards.projects, request.actor, pk=pk)
    table = tables.payments_table(
        request, moves.payments(request.actor.scope).filter(grant_project=found), places=False
    )
    project_queries.load(found, request.actor.scope)
    held = found.stopped
    acts = button(
        request, "grants.prepare_request", found, _("Prepare a payment"), reverse("grants:enter_payment", args=[pk])
    )
    stops = button(
        request,
        "grants.raise_hold",
        found,
        _("Other national money found"),
        reverse("grants:raise_hold", args=[pk]),
        kind="danger",
    )
    url = reverse("grants:enter_spending", args=[pk])
    spends = button(request, "grants.enter_spending", found, _("Report spending"), url, kind="secondary")
    tiles = [
        {"label": _("Approved support"), "value": units.digits(found.approved_support), "unit": units.word()},
        {"label": _("Paid to the project"), "value": units.digits(found.paid), "unit": units.word()},
        {"label": _("To be checked"), "value": units.digits(found.waiting), "unit": units.word()},
        {"label": _("Left of the support"), "value": units.digits(found.left), "unit": units.word()},
    ]
    facts = [
        *presentation.place_facts(found),
        (_("Leading enterprise"), found.enterprise_name),
        (_("Total investment"), presentation.amount(found.total_investment)),
        (_("Of the award"), presentation.link("grants:award", found.award_id, found.award.document_no)),
    ]
    if may(request.actor, "grants.oversee") and not request.actor.scope.units:  # a unit knows its own plan
        facts += presentation_paying.payees(request.actor, requests.planned(pk).payees)
    facts += [*presentation.plan_facts(found), *acceptance_link(request.actor, found)]
    if found.ended_at is not None:
        facts.append((_("Ended by a change of the plan"), moment(found.ended_at)))
    return table_page(
        request,
        "grants/project.html",
        table,
        project=found,
        tiles=tiles,
        facts=facts,
        acts=acts,
        stops=stops,
        held=held,
        open_requests=list(found.requests.all()),
        lies=use.lies(found),
        spends=spends,
        spending=list(found.spending.all()),
        ended=GUARDS["payment_of_living_project"].message,
    )


@require_http_methods(["GET", "HEAD", "POST"])
@signed_in
def payment(request: PortalRequest, pk: int) -> HttpResponse:
    """One payment with its voucher; its checker in the bureau confirms or refuses it."""
    require(request.actor, "grants.view")
    found = one_of(moves.payments, request.actor, pk=pk)
    project = get_object_or_404(awards.projects(request.actor.scope), pk=found.grant_project_id)
    project_queries.load_payment(found, project)
    held = awards.held(found.award_id, *SPENDABLE)
    return paper_page(
        request,
        PAYMENT,
        found,
        trail=[
            crumb(_("Projects and payments"), "grants:projects"),
            crumb(project.name, "grants:project", project.pk),
        ],
        template="grants/payment.html",
        facts=presentation.payment_facts(request.actor, found, paid=project.paid, held=held)
        + bank_facts(request, found),
        entry=awards.entry_of(found),
        refusing=PaymentRefuseForm,
        acts=presentation_paying.mending(request.actor, found),
        stopped=project.stopped if found.is_waiting else None,
        **presentation_paying.asked(found),
    )
