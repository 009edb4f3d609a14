"""Pages on supported projects and their payments."""

from __future__ import annotations

from typing import Final

from django.http import HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_safe

from grants import presentation, tables
from grants.domain import payments as domain
from grants.enums import SPENDABLE
from grants.forms import PaymentForm
from grants.guard_texts import GUARDS
from grants.presentation_assessing import acceptance_link
from grants.queries import awards, moves
from grants.views.common import Kind, button, crumb, enter_page, paper_page
from grants.views.files import table_page
from portal.core.middleware import PortalRequest
from portal.core.money import ZERO
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
    table = tables.payments_table(request, moves.payments(request.actor.scope))
    return table_page(request, "grants/payments.html", table)


@require_safe
@signed_in
def project(request: PortalRequest, pk: int) -> HttpResponseBase:
    """One project: support, what was paid, its payments."""
    require(request.actor, "grants.view")
    found = get_object_or_404(awards.projects(request.actor.scope), pk=pk)
    table = tables.payments_table(
        request, moves.payments(request.actor.scope).filter(grant_project=found), places=False
    )
    acts = button(
        request, "grants.enter_payment", found, _("Enter a payment"), reverse("grants:enter_payment", args=[pk])
    )
    tiles = [
        {"label": _("Approved support"), "value": f"{found.approved_support:,.2f}", "unit": _("yuan")},
        {"label": _("Paid to the project"), "value": f"{found.paid:,.2f}", "unit": _("yuan")},
        {"label": _("To be checked"), "value": f"{found.waiting:,.2f}", "unit": _("yuan")},
        {"label": _("Left of the support"), "value": f"{found.left:,.2f}", "unit": _("yuan")},
    ]
    facts = [
        *presentation.place_facts(found),
        (_("Leading enterprise"), found.enterprise_name),
        (_("Total investment"), presentation.amount(found.total_investment)),
        (_("Of the award"), presentation.link("grants:award", found.award_id, found.award.document_no)),
    ]
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
        ended=GUARDS["payment_of_living_project"].message,
    )


@require_http_methods(["GET", "HEAD", "POST"])
@signed_in
def enter_payment(request: PortalRequest, pk: int) -> HttpResponse:
    """Enter a payment to a project, with its voucher."""
    require(request.actor, "grants.view")
    found = get_object_or_404(awards.projects(request.actor.scope), pk=pk)
    require(request.actor, "grants.enter_payment", found)
    held = awards.held(found.award_id, *SPENDABLE)
    most = max(ZERO, min(held, found.left))
    return enter_page(
        request,
        form=PaymentForm(
            request.POST or None, request.FILES or None, most=most, initial={"payee": found.enterprise_name}
        ),
        act=lambda form: domain.enter_payment(by=request.actor, project=found, what=form.to_input()),
        route="grants:payment",
        title=_("Enter a payment"),
        trail=[crumb(_("Projects and payments"), "grants:projects"), crumb(found.name, "grants:project", pk)],
        facts=[
            (_("Project"), found.name),
            (_("Leading enterprise"), found.enterprise_name),
            (_("Approved support"), presentation.amount(found.approved_support)),
            (_("Left of the support"), presentation.amount(found.left)),
            (_("The unit holds"), presentation.amount(held)),
        ],
        cancel=reverse("grants:project", args=[pk]),
    )


@require_http_methods(["GET", "HEAD", "POST"])
@signed_in
def payment(request: PortalRequest, pk: int) -> HttpResponse:
    """One payment with its voucher; its checker in the bureau confirms or refuses it."""
    require(request.actor, "grants.view")
    found = get_object_or_404(moves.payments(request.actor.scope), pk=pk)
    project = get_object_or_404(awards.projects(request.actor.scope), pk=found.grant_project_id)
    held = awards.held(found.award_id, *SPENDABLE)
    return paper_page(
        request,
        PAYMENT,
        found,
        trail=[
            crumb(_("Projects and payments"), "grants:projects"),
            crumb(project.name, "grants:project", project.pk),
        ],
        facts=presentation.payment_facts(found, paid=project.paid, held=held),
        entry=awards.entry_of(found),
    )
