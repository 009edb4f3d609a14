"""Pages on changes of awards, and on the unit's word that a pass-on has come."""

from __future__ import annotations

from typing import Final

from django.contrib import messages
from django.http import HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_POST

from grants import presentation, presentation_papers
from grants.domain import arrivals
from grants.domain import award_changes as domain
from grants.forms.issue_papers import ArrivalForm, AwardChangeForm
from grants.queries import awards, changes, moves
from grants.views.common import Kind, crumb, enter_page, paper_page
from portal.core.errors import DomainError
from portal.core.middleware import PortalRequest
from portal.core.ones import one_of
from portal.core.rules import may
from portal.core.web import errors_into, page, require, see_other, signed_in

CHANGE: Final = Kind(
    gettext_lazy("Change of an award"),
    "award_change",
    "grants:award_change",
    domain.confirm_award_change,
    domain.refuse_award_change,
    "award_change",
    gettext_lazy("Confirmed and booked: the award has its new amount."),
)


@require_http_methods(["GET", "HEAD", "POST"])
@signed_in
def enter_award_change(request: PortalRequest, pk: int) -> HttpResponse:
    """Enter another amount for an award."""
    require(request.actor, "grants.view")
    award = one_of(awards.awards, request.actor, pk=pk)
    require(request.actor, "grants.enter_award_change", award)
    lacks = not changes.targets(request.actor.scope).filter(award=award).exists()
    initial = {"amount": f"{award.amount:,.2f}"} if lacks else {}
    return enter_page(
        request,
        form=AwardChangeForm(request.POST or None, request.FILES or None, lacks_targets=lacks, initial=initial),
        act=lambda form: domain.enter_award_change(by=request.actor, award=award, what=form.to_input()),
        route="grants:award_change",
        title=_("Change the award"),
        trail=[crumb(_("Awards"), "grants:awards"), crumb(str(award.unit), "grants:award", pk)],
        facts=presentation.award_facts(award),
        cancel=reverse("grants:award", args=[pk]),
    )


@require_http_methods(["GET", "HEAD", "POST"])
@signed_in
def award_change(request: PortalRequest, pk: int) -> HttpResponse:
    """One change: MIIT agrees, MOF's checker confirms; either refuses it."""
    require(request.actor, "grants.view")
    found = one_of(changes.award_changes, request.actor, pk=pk)
    agrees = found.is_waiting and bool(may(request.actor, "grants.agree_award_change", found))
    return paper_page(
        request,
        CHANGE,
        found,
        template="grants/award_change.html",
        trail=[crumb(_("Awards"), "grants:awards"), crumb(str(found.unit), "grants:award", found.award_id)],
        facts=presentation_papers.award_change_facts(found),
        agrees=agrees,
    )


@require_POST
@signed_in
def agree_award_change(request: PortalRequest, pk: int) -> HttpResponse:
    """Agree for MIIT to a change of an award."""
    require(request.actor, "grants.view")
    found = one_of(changes.award_changes, request.actor, pk=pk)
    require(request.actor, "grants.agree_award_change", found)
    try:
        domain.agree_award_change(by=request.actor, award_change=found)
        messages.success(request, _("Agreed. The Ministry of Finance confirms the change now."))
    except DomainError as error:
        messages.error(request, str(error))
    return see_other("grants:award_change", pk)


@require_http_methods(["GET", "HEAD", "POST"])
@signed_in
def confirm_arrival(request: PortalRequest, pk: int) -> HttpResponse:
    """Confirm for the unit when a pass-on came."""
    require(request.actor, "grants.view")
    found = one_of(moves.pass_ons, request.actor, pk=pk)
    require(request.actor, "grants.confirm_arrival", found)
    form = ArrivalForm(request.POST or None)
    if form.is_valid():
        with errors_into(form):
            arrivals.confirm_arrival(by=request.actor, pass_on=found, arrived_on=form.cleaned_data["arrived_on"])
            messages.success(request, _("The arrival is confirmed."))
            return see_other("grants:pass_on", pk)
    context = {
        "title": _("Confirm the arrival"),
        "trail": [
            crumb(_("Awards"), "grants:awards"),
            crumb(str(found.unit), "grants:award", found.award_id),
            crumb(f"{_('Pass-on')} {found.document_no}", "grants:pass_on", pk),
        ],
        "facts": presentation.pass_on_facts(found),
        "cancel": reverse("grants:pass_on", args=[pk]),
        "submit": _("Confirm the arrival"),
    }
    return page(request, "grants/enter.html", context, form=form)
