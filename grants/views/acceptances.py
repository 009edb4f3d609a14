"""Pages on the acceptance of projects, and the files that prove things."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import HttpResponse, HttpResponseBase
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from applications.exports.answers import as_csv, as_workbook
from grants import presentation_assessing as presentation
from grants.domain import acceptances as domain
from grants.enums import EvidenceKind
from grants.forms.assessing import AcceptanceForm, DecideForm, lines
from grants.models import Acceptance
from grants.presentation import amount
from grants.queries import assessing as queries
from grants.queries import awards
from grants.sheets_equipment import EQUIPMENT
from grants.views.asking import ask
from grants.views.assessing import trail
from grants.views.common import button, crumb
from portal.core.looks import serve_told
from portal.core.middleware import PortalRequest
from portal.core.ones import one_of
from portal.core.rules import may
from portal.core.web import errors_into, page, require, see_other, signed_in


@require_http_methods(["GET", "HEAD", "POST"])
@signed_in
def start(request: PortalRequest, pk: int) -> HttpResponse:
    """Begin the acceptance of a supported project, or go to the one that was begun."""
    require(request.actor, "grants.see_assessing")
    found = one_of(awards.projects, request.actor, pk=pk)
    begun = queries.acceptances(request.actor).filter(grant_project=found).first()
    if begun is not None:
        return see_other("grants:acceptance", begun.pk)
    require(request.actor, "grants.start_acceptance", found)
    form = AcceptanceForm(request.POST or None, request.FILES or None)
    if form.is_valid():
        with errors_into(form):
            row = domain.start_acceptance(by=request.actor, project=found, what=form.to_input())
            messages.success(request, _("Kept. Send it to the province when it is whole."))
            return see_other("grants:acceptance", row.pk)
    context = {
        "title": _("Acceptance of the project"),
        "trail": [crumb(_("Projects and payments"), "grants:projects"), crumb(found.name, "grants:project", pk)],
        "facts": [
            (_("Project"), found.name),
            (_("Leading enterprise"), found.enterprise_name),
            (_("Total investment"), amount(found.total_investment)),
        ],
        "cancel": reverse("grants:project", args=[pk]),
        "submit": _("Keep it"),
    }
    return page(request, "grants/fill_acceptance.html", context, form=form)


@require_safe
@signed_in
def equipment_template(request: PortalRequest) -> HttpResponseBase:
    """The workbook in which equipment is listed; ?format=csv: as CSV."""
    require(request.actor, "grants.see_assessing")
    if request.GET.get("format") == "csv":
        return as_csv(request, EQUIPMENT, [], name=EQUIPMENT.zh)
    return as_workbook(request, EQUIPMENT, [], name=EQUIPMENT.zh, industries=())


def _one(request: PortalRequest, pk: int) -> Acceptance:
    require(request.actor, "grants.see_assessing")
    return one_of(queries.acceptances, request.actor, pk=pk)


@require_http_methods(["GET", "HEAD", "POST"])
@signed_in
def acceptance(request: PortalRequest, pk: int) -> HttpResponse:
    """One acceptance with equipment, photographs and report; the province confirms it or sends it back."""
    found = _one(request, pk)
    decides = may(request.actor, "grants.confirm_acceptance", found)
    if request.method == "POST":
        require(request.actor, "grants.confirm_acceptance", found)
    form = DecideForm(request.POST or None) if decides else None
    if form is not None and form.is_valid():
        done = _decided(request, found, form)
        if done is not None:
            return done
    acts = [
        *button(
            request, "grants.fill_acceptance", found, _("Fill it in"), reverse("grants:fill_acceptance", args=[pk])
        ),
        *button(
            request,
            "grants.send_acceptance",
            found,
            _("Send it to the province"),
            reverse("grants:send_acceptance", args=[pk]),
        ),
    ]
    files = list(found.files.all())
    context = {
        "row": found,
        "trail": trail(request.actor, found),
        "acts": acts,
        "decides": bool(decides),
        "facts": presentation.acceptance_facts(found),
        "equipment": found.equipment.all(),
        "photos": [file for file in files if file.kind == EvidenceKind.PHOTO],
        "reports": [file for file in files if file.kind == EvidenceKind.REPORT],
    }
    return page(request, "grants/acceptance.html", context, form=form)


def _decided(request: PortalRequest, row: Acceptance, form: Any) -> HttpResponse | None:
    asked = request.POST.get("act", "")
    if asked not in {"confirm", "return"}:
        form.add_error(None, _("Choose whether to confirm it or to send it back."))
        return None
    with errors_into(form):
        if asked == "confirm":
            domain.confirm_acceptance(by=request.actor, acceptance=row)
            messages.success(request, _("Confirmed. It stands with the project."))
        else:
            domain.return_acceptance(by=request.actor, acceptance=row, why=form.cleaned_data["why"])
            messages.success(request, _("Sent back. The unit reads your reason."))
        return see_other("grants:acceptance", row.pk)
    return None


@require_http_methods(["GET", "HEAD", "POST"])
@signed_in
def fill(request: PortalRequest, pk: int) -> HttpResponse:
    """Change what was filled in; a new photograph or report is added."""
    found = _one(request, pk)
    require(request.actor, "grants.fill_acceptance", found)
    kept = {name: getattr(found, name) for name in ("invested", "accepted_on", "result", "findings")}
    form = AcceptanceForm(
        request.POST or None, request.FILES or None, initial={**kept, "equipment": lines(found.equipment.all())}
    )
    if form.is_valid():
        with errors_into(form):
            domain.fill_acceptance(by=request.actor, acceptance=found, what=form.to_input())
            messages.success(request, _("Kept. Send it to the province when it is whole."))
            return see_other("grants:acceptance", pk)
    context = {
        "title": _("Acceptance of the project"),
        "trail": trail(request.actor, found),
        "facts": presentation.acceptance_facts(found),
        "cancel": reverse("grants:acceptance", args=[pk]),
        "submit": _("Keep it"),
    }
    return page(request, "grants/fill_acceptance.html", context, form=form)


@require_http_methods(["GET", "HEAD", "POST"])
@signed_in
def send(request: PortalRequest, pk: int) -> HttpResponse:
    """Send an acceptance to the province, after asking."""
    found = _one(request, pk)
    require(request.actor, "grants.send_acceptance", found)
    return ask(
        request,
        act=lambda: domain.send_acceptance(by=request.actor, acceptance=found),
        done=_("Sent. The industry department of the province has been told."),
        to=reverse("grants:acceptance", args=[pk]),
        title=_("Send it to the province"),
        text=_("You cannot change it while the province looks at it."),
        facts=presentation.acceptance_facts(found),
        trail=trail(request.actor, found),
    )


@require_safe
@signed_in
def evidence(request: PortalRequest, pk: int) -> HttpResponseBase:
    """A file of proof, as a download; the look at it stands in the trail."""
    require(request.actor, "grants.see_assessing")
    found = one_of(queries.evidence, request.actor, pk=pk)
    return serve_told(found, request=request, act="grants.view_file")
