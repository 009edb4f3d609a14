"""Pages on who is to read which application, before it takes effect."""

from __future__ import annotations

import json
from typing import Any

from django.contrib import messages
from django.http import HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from portal.core.middleware import PortalRequest
from portal.core.models import Run
from portal.core.ones import one_of
from portal.core.rules import may
from portal.core.web import confirm_page, errors_into, page, require, see_other, signed_in
from reviews import queries, tables_proposed
from reviews.domain import proposing
from reviews.enums import ProposalState
from reviews.forms.proposing import ComputeForm, WishForm
from reviews.models import AssignmentProposal, ProposedRow
from reviews.proposed import proposal_tiles, shortfalls, unmet_words
from reviews.views.common import application_of, batch_of, board_trail, done


@require_http_methods(["GET", "HEAD", "POST"])
@signed_in
def assign(request: PortalRequest, number: int) -> HttpResponseBase:
    """Proposals and wishes of a batch; on POST compute the next proposal."""
    require(request.actor, "reviews.view_reviewing")
    batch = batch_of(request, number)
    if request.method == "POST":
        require(request.actor, "reviews.start_assigning", batch)
    table = tables_proposed.proposals(request, batch)
    if table.wants_file:
        return table.file()
    latest = queries.latest_proposal(batch)
    is_full = latest is not None and not queries.lack_reviewers(batch)
    form = None
    if request.method == "POST" or (not is_full and may(request.actor, "reviews.start_assigning", batch)):
        asked = {"initial": {"keeps_others": True}} if request.method != "POST" else {"data": request.POST}
        form = ComputeForm(has_earlier=latest is not None, **asked)
        if form.is_valid():
            keeps = form.cleaned_data.get("keeps_others", False)
            with errors_into(form):
                made = proposing.propose(by=request.actor, batch=batch, keeps_others=keeps, back=request.path)
                return see_other("runs:run", made.run)
    context = {
        "batch": batch,
        "table": table,
        "latest": latest,
        "is_full": is_full,
        "wishes": list(queries.wishes(request.actor, batch)),
        "may_wish": bool(may(request.actor, "reviews.wish", batch)),
        "each": batch.rule_set.reviewers_per_application if batch.rule_set else 0,
    }
    return page(request, "reviews/assign.html", context, form=form)


def _proposal(request: PortalRequest, pk: int, *, whole: bool = False) -> AssignmentProposal:
    require(request.actor, "reviews.view_reviewing")
    if whole:
        return get_object_or_404(queries.proposals(request.actor).defer(None), pk=pk)
    return one_of(queries.proposals, request.actor, pk=pk)


@require_safe
@signed_in
def proposal(request: PortalRequest, pk: int) -> HttpResponseBase:
    """One proposal: its figures, the reviewers of each application, what changed, what could not be met."""
    found = _proposal(request, pk)
    table = tables_proposed.proposed(request, found)
    if table.wants_file:
        return table.file()
    is_found = found.state in (ProposalState.READY, ProposalState.TAKEN)
    is_short = found.state == ProposalState.INFEASIBLE
    answer = json.loads(_proposal(request, pk, whole=True).answer) if is_short else {}
    may_take = found.state == ProposalState.READY and bool(may(request.actor, "reviews.take_proposal", found.batch))
    context: dict[str, Any] = {
        "proposal": found,
        "batch": found.batch,
        "table": table,
        "is_found": is_found,
        "tiles": proposal_tiles(request.actor, found) if is_found else [],
        "shortfalls": shortfalls(request.actor, answer.get("shortfall", [])),
        "run": Run.objects.filter(pk=found.run).first() if found.run and found.state == "computing" else None,
        "may_take": may_take,
        "may_compute": bool(may(request.actor, "reviews.start_assigning", found.batch)),
    }
    return page(request, "reviews/proposal.html", context)


@require_safe
@signed_in
def proposal_loads(request: PortalRequest, pk: int) -> HttpResponseBase:
    """The reviewers of a proposal with their loads."""
    found = _proposal(request, pk)
    table = tables_proposed.proposed_loads(request, found)
    context = {"proposal": found, "batch": found.batch, "table": table}
    return table.file() if table.wants_file else page(request, "reviews/proposal_loads.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@signed_in
def proposed(request: PortalRequest, pk: int, row: int) -> HttpResponse:
    """The reviewers proposed for one application, who would fit better and why not; wishes for the next answer."""
    found = _proposal(request, pk)
    line = get_object_or_404(queries.proposed_rows(request.actor, found.pk), pk=row)
    if request.method == "POST":
        require(request.actor, "reviews.wish", found.batch)
    names = queries.reviewer_names(request.actor)
    form = None
    if found.state != ProposalState.TAKEN and may(request.actor, "reviews.wish", found.batch):
        form = WishForm(request.POST or None, choices=_people(line, names))
        if form.is_valid():
            with errors_into(form):
                _wish(request, line, form)
                messages.success(request, _("The wish is kept. Compute the next proposal when you have named all."))
                return see_other("reviews:proposed", pk, row)
    context = {
        "proposal": found,
        "batch": found.batch,
        "row": line,
        "seats": [{**seat, "name": names.get(seat["reviewer"], "–")} for seat in line.seats],
        "gone": [names.get(key, "–") for key in line.gone],
        "unmet": [
            {"key": key, "name": names.get(key, "–"), "affinity": fit, "why": unmet_words(why), "code": why}
            for key, fit, why in line.unmet
        ],
        "conflicts": list(queries.standing_conflicts(request.actor, line.application_id)),
        "wishes": list(queries.wishes(request.actor, found.batch).filter(application=line.application_id)),
    }
    return page(request, "reviews/proposed.html", context, form=form)


def _wish(request: PortalRequest, line: ProposedRow, form: WishForm) -> None:
    data = form.cleaned_data
    profile = get_object_or_404(queries.profiles(request.actor), user=int(data["reviewer"]))
    application = application_of(request, line.application_id)
    is_pin = data["what"] == "pin"
    proposing.wish(by=request.actor, application=application, profile=profile, is_pin=is_pin, reason=data["reason"])


def _people(line: ProposedRow, names: dict[int, str]) -> list[tuple[str, str]]:
    """Everybody who can be named: those seated first, then those who fit, then all others."""
    fit = {seat["reviewer"]: seat["affinity"] for seat in line.seats} | {key: value for key, value, _why in line.unmet}
    order = sorted(names, key=lambda key: (key not in fit, -fit.get(key, 0), names[key]))
    return [(str(key), f"{names[key]} ({fit[key]})" if key in fit else names[key]) for key in order]


@require_POST
@signed_in
def take_back(request: PortalRequest, pk: int) -> HttpResponse:
    """Take a wish back."""
    require(request.actor, "reviews.view_reviewing")
    found = one_of(queries.all_wishes, request.actor, pk=pk)
    require(request.actor, "reviews.wish", found.batch)
    return done(
        request,
        lambda: proposing.take_back_wish(by=request.actor, wish=found),
        "reviews:assign",
        found.batch.number,
        text=_("The wish is taken back."),
    )


@require_http_methods(["GET", "HEAD", "POST"])
@signed_in
def take(request: PortalRequest, pk: int) -> HttpResponse:
    """Put a proposal into effect, after asking."""
    found = _proposal(request, pk)
    require(request.actor, "reviews.take_proposal", found.batch)
    here = reverse("reviews:proposal", args=[pk])
    if found.state != ProposalState.READY:
        messages.error(request, _("Only a proposal that was found and is not yet in effect can be put into effect."))
        return see_other(here)
    if request.method == "POST":
        return see_other("runs:run", proposing.start_taking(by=request.actor, proposal=found, back=here).pk)
    return confirm_page(
        request,
        title=_("Put the assignment into effect"),
        text=_("%(proposal)s becomes the assignment of %(batch)s.") % {"proposal": found, "batch": found.batch},
        facts=[(tile["label"], tile["value"]) for tile in proposal_tiles(request.actor, found)],
        consequences=[
            _("The reviewers are told, declare their interests and begin to read."),
            _("From here on a seat changes only when a reviewer steps back or is relieved."),
        ],
        submit=_("Put into effect"),
        cancel=here,
        trail=board_trail(found.batch, (str(found), here)),
    )
