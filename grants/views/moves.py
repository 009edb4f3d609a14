"""Pages on money on its way: issues, receipts, pass-ons, and what waits."""

from __future__ import annotations

from typing import Any, Final

from django.contrib import messages
from django.http import HttpResponse, HttpResponseBase
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext, pgettext_lazy
from django.views.decorators.http import require_http_methods, require_safe

from grants import presentation, tables
from grants.domain import issues as domain
from grants.enums import CheckState, Tranche
from grants.forms import IssueForm, PassOnForm, ReceiptForm
from grants.queries import awards, moves
from grants.views.bank_facts import bank_facts
from grants.views.common import Kind, Trail, button, crumb, enter_page, paper_page
from grants.views.files import table_page
from portal.core.middleware import PortalRequest
from portal.core.ones import one_of
from portal.core.web import errors_into, page, require, see_other, signed_in

ISSUE: Final = Kind(
    pgettext_lazy("money", "Issue"),
    "issue",
    "grants:issue",
    domain.confirm_issue,
    domain.refuse_issue,
    "issue",
    gettext_lazy("Confirmed and booked to the province."),
)
PASS_ON: Final = Kind(
    gettext_lazy("Pass-on"),
    "pass_on",
    "grants:pass_on",
    domain.confirm_pass_on,
    domain.refuse_pass_on,
    "pass_on",
    gettext_lazy("Confirmed and booked to the pilot unit."),
)


@require_safe
@signed_in
def waiting(request: PortalRequest) -> HttpResponseBase:
    """Money that lies with provinces, the one due first at the top; late ones are marked."""
    require(request.actor, "grants.view")
    return table_page(request, "grants/waiting.html", tables.waiting_table(request))


@require_safe
@signed_in
def to_check(request: PortalRequest) -> HttpResponseBase:
    """What waits for the reader as a checker."""
    require(request.actor, "grants.check")
    table = tables.to_check_table(request, moves.to_check(request.actor))
    return table_page(request, "grants/to_check.html", table)


@require_http_methods(["GET", "HEAD", "POST"])
@signed_in
def enter_issue(request: PortalRequest, pk: int) -> HttpResponse:
    """Enter the issue of a tranche of an award."""
    require(request.actor, "grants.view")
    award = one_of(awards.awards, request.actor, pk=pk)
    require(request.actor, "grants.enter_issue", award)
    open_ones = [one for one in Tranche if one is Tranche.FIRST or award.assessment_passed_on]
    tranches = {one: domain.tranche_left(award, one) for one in open_ones}
    return enter_page(
        request,
        form=IssueForm(request.POST or None, request.FILES or None, tranches=tranches),
        act=lambda form: domain.enter_issue(by=request.actor, award=award, what=form.to_input()),
        route="grants:issue",
        title=_("Enter an issue"),
        trail=[crumb(_("Awards"), "grants:awards"), crumb(str(award.unit), "grants:award", pk)],
        facts=presentation.award_facts(award),
        cancel=reverse("grants:award", args=[pk]),
    )


@require_http_methods(["GET", "HEAD", "POST"])
@signed_in
def issue(request: PortalRequest, pk: int) -> HttpResponse:
    """One issue with its pass-ons; its checker confirms or refuses it, the province receives it and passes it on."""
    require(request.actor, "grants.view")
    scope = request.actor.scope
    found = one_of(moves.issues, request.actor, pk=pk)
    receive_url, pass_url = reverse("grants:receive", args=[pk]), reverse("grants:enter_pass_on", args=[pk])
    acts = button(request, "grants.receive", found, _("Record the receipt"), receive_url)
    if found.held > found.entered:
        acts += button(request, "grants.enter_pass_on", found, _("Pass the money on"), pass_url)
    return paper_page(
        request,
        ISSUE,
        found,
        trail=[crumb(_("Awards"), "grants:awards"), crumb(str(found.unit), "grants:award", found.award_id)],
        facts=presentation.issue_facts(found),
        acts=acts,
        due=found.due_on if found.state == CheckState.CONFIRMED and found.held else None,
        pass_ons=moves.pass_ons(scope).filter(issue=found),
    )


@require_http_methods(["GET", "HEAD", "POST"])
@signed_in
def receive(request: PortalRequest, pk: int) -> HttpResponse:
    """Record when the money of an issue arrived at the province."""
    require(request.actor, "grants.view")
    found = one_of(moves.issues, request.actor, pk=pk)
    require(request.actor, "grants.receive", found)
    form = ReceiptForm(request.POST or None)
    if form.is_valid():
        with errors_into(form):
            domain.receive(by=request.actor, issue=found, received_on=form.cleaned_data["received_on"])
            messages.success(request, _("The receipt is recorded."))
            return see_other("grants:issue", pk)
    context = {
        "title": _("Record the receipt"),
        "trail": _issue_trail(found),
        "facts": presentation.issue_facts(found),
        "cancel": reverse("grants:issue", args=[pk]),
        "submit": _("Record the receipt"),
    }
    return page(request, "grants/enter.html", context, form=form)


def _issue_trail(found: Any) -> Trail:
    return [
        crumb(_("Awards"), "grants:awards"),
        crumb(str(found.unit), "grants:award", found.award_id),
        crumb(f"{pgettext('money', 'Issue')} {found.document_no}", "grants:issue", found.pk),
    ]


@require_http_methods(["GET", "HEAD", "POST"])
@signed_in
def enter_pass_on(request: PortalRequest, pk: int) -> HttpResponse:
    """Enter that money of an issue is passed on to the pilot unit."""
    require(request.actor, "grants.view")
    found = one_of(moves.issues, request.actor, pk=pk)
    require(request.actor, "grants.enter_pass_on", found)
    most = found.held - found.entered
    return enter_page(
        request,
        form=PassOnForm(request.POST or None, request.FILES or None, most=most),
        act=lambda form: domain.enter_pass_on(by=request.actor, issue=found, what=form.to_input()),
        route="grants:pass_on",
        title=_("Pass the money on"),
        trail=_issue_trail(found),
        facts=presentation.issue_facts(found),
        cancel=reverse("grants:issue", args=[pk]),
    )


@require_http_methods(["GET", "HEAD", "POST"])
@signed_in
def pass_on(request: PortalRequest, pk: int) -> HttpResponse:
    """One pass-on; its checker in the province confirms or refuses it."""
    require(request.actor, "grants.view")
    found = one_of(moves.pass_ons, request.actor, pk=pk)
    url = reverse("grants:confirm_arrival", args=[pk])
    return paper_page(
        request,
        PASS_ON,
        found,
        trail=_issue_trail(found.issue),
        facts=presentation.pass_on_facts(found) + bank_facts(request, found),
        acts=button(request, "grants.confirm_arrival", found, _("Confirm the arrival"), url),
    )
