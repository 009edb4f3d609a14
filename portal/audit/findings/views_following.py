"""Pages on how a finding goes on and ends: follow-up, hand-over, closing, dropping."""

from __future__ import annotations

from typing import Any, Final

from django.http import HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from portal.audit.findings import presentation
from portal.audit.findings.domain import findings as domain
from portal.audit.findings.forms import FollowUpForm, HandOverForm, WhyForm
from portal.audit.findings.outside import TIES
from portal.audit.findings.views_common import act_page, finding_trail, found_finding
from portal.audit.models import Finding
from portal.core.middleware import PortalRequest
from portal.core.web import require, signed_in

_READ: Final = require_http_methods(["GET", "HEAD", "POST"])


@_READ
@signed_in
def follow_up(request: PortalRequest, pk: int) -> HttpResponse:
    """Say what a follow-up found."""
    found = found_finding(request, pk)
    require(request.actor, "audit.follow_up", found)
    return act_page(
        request,
        FollowUpForm(request.POST or None),
        lambda form: domain.follow_up(by=request.actor, finding=found, **form.cleaned_data),
        title=_("Follow it up"),
        lead=_("Say what you looked at. What is not yet rectified gets a new last day."),
        submit=_("Keep the follow-up"),
        trail=finding_trail(found),
        to=reverse("auditing:finding", args=[pk]),
        done=_("Kept."),
        facts=presentation.finding_facts(request.actor, found),
    )


@_READ
@signed_in
def hand_over(request: PortalRequest, pk: int) -> HttpResponse:
    """Hand the finding over to a body that acts on it."""
    found = found_finding(request, pk)
    require(request.actor, "audit.hand_over", found)
    bodies = [row for row in TIES.bodies(found.in_province, found.in_unit) if row.pk != found.body_id]
    return act_page(
        request,
        HandOverForm(request.POST or None, bodies=bodies),
        lambda form: domain.hand_over(by=request.actor, finding=found, **form.cleaned_data),
        title=_("Hand it over"),
        lead=_("The body reads the finding from now on, for instance to demand money back that names it."),
        submit=_("Hand it over"),
        trail=finding_trail(found),
        to=reverse("auditing:finding", args=[pk]),
        done=_("Handed over. The body has a letter."),
    )


def _end(
    request: PortalRequest, found: Finding, act: str, run: Any, title: str, lead: str, *, danger: bool
) -> HttpResponse:
    require(request.actor, act, found)
    return act_page(
        request,
        WhyForm(request.POST or None),
        lambda form: run(by=request.actor, finding=found, why=form.cleaned_data["why"]),
        title=title,
        lead=lead,
        submit=title,
        trail=finding_trail(found),
        to=reverse("auditing:finding", args=[found.pk]),
        done=_("Done. It stands in the register."),
        facts=presentation.finding_facts(request.actor, found),
        danger=danger,
    )


@_READ
@signed_in
def close(request: PortalRequest, pk: int) -> HttpResponse:
    """Close the finding as a second auditor."""
    lead = _("Say on what you rest. A closed finding is not opened again.")
    return _end(
        request, found_finding(request, pk), "audit.close", domain.close, _("Close the finding"), lead, danger=False
    )


@_READ
@signed_in
def drop(request: PortalRequest, pk: int) -> HttpResponse:
    """Drop the finding with a reason."""
    lead = _("It does not stand. It stays in the register with your reason; nothing is removed.")
    return _end(request, found_finding(request, pk), "audit.drop", domain.drop, _("Drop it"), lead, danger=True)
