"""Pages of selection and publicity for both ministries."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from portal.core import clock
from portal.core.middleware import PortalRequest
from portal.core.models import Run
from portal.core.rules import may
from portal.core.web import confirm_page, errors_into, page, require, see_other, signed_in
from reviews import queries, tables
from reviews.domain import freezing, publicity, selecting
from reviews.enums import DecisionState, ScenarioState
from reviews.forms import DocumentForm, ReplaceForm, SelectionForm
from reviews.models import Scenario
from reviews.presentation import scenario_page
from reviews.queries.selection import rule_limits
from reviews.views.common import batch_of, done
from reviews.views.deciding import decision_of, decision_trail


@require_safe
@signed_in
def batches(request: PortalRequest) -> HttpResponseBase:
    """Batches with their selections."""
    require(request.actor, "reviews.view_selection")
    table = tables.batches(request, "reviews:scenarios", tables.REVIEW_COUNTS)
    if table.wants_file:
        return table.file()
    return page(request, "reviews/batches.html", {"table": table, "title": _("Selection")})


@require_safe
@signed_in
def scenarios(request: PortalRequest, number: int) -> HttpResponseBase:
    """Selections of a batch, its decision, and what comes next."""
    require(request.actor, "reviews.view_selection")
    batch = batch_of(request, number)
    table = tables.scenarios(request, batch)
    if table.wants_file:
        return table.file()
    found = list(queries.decisions(request.actor).filter(batch=batch))
    context = {
        "batch": batch,
        "table": table,
        "decisions": found,
        "current": next((row for row in found if row.state != DecisionState.WITHDRAWN), None),
        "frozen": queries.candidate_sets(request.actor).filter(batch=batch).first(),
        "may_select": bool(may(request.actor, "reviews.select", batch)),
    }
    return page(request, "reviews/scenarios.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@signed_in
def freeze(request: PortalRequest, number: int) -> HttpResponse:
    """Freeze candidates, locked scores and rules, after asking."""
    batch = batch_of(request, number)
    require(request.actor, "reviews.freeze", batch)
    if request.method == "POST":
        return done(request, lambda: freezing.freeze(by=request.actor, batch=batch), "reviews:scenarios", number)
    now = queries.candidates_now(batch)
    return confirm_page(
        request,
        title=_("Freeze the candidates"),
        text=_("Candidates, locked scores and the rules of balance become a numbered set that never changes."),
        facts=[(_("Candidates"), len(now["candidates"])), (_("Rule set"), now["rule_set"])],
        consequences=[_("Every list computed from here on answers for this set.")],
        submit=_("Freeze the candidates"),
        cancel=reverse("reviews:scenarios", args=[number]),
        trail=[(_("Selection"), reverse("reviews:selection"))],
    )


@require_http_methods(["GET", "HEAD", "POST"])
@signed_in
def select(request: PortalRequest, number: int) -> HttpResponse:
    """Start a selection under the rule set, or under rules changed with a reason."""
    batch = batch_of(request, number)
    require(request.actor, "reviews.select", batch)
    here = reverse("reviews:scenarios", args=[number])
    form = SelectionForm(request.POST or None, limits=rule_limits(batch.rule_set) if batch.rule_set else {})
    if form.is_valid():
        with errors_into(form):
            made = selecting.select(by=request.actor, batch=batch, what=form.to_input(), back=here)
            return see_other("runs:run", made.run)
    return page(request, "reviews/select.html", {"batch": batch}, form=form)


def _scenario(request: PortalRequest, pk: int) -> Scenario:
    require(request.actor, "reviews.view_selection")
    return get_object_or_404(queries.scenarios(request.actor).defer(None), pk=pk)


@require_safe
@signed_in
def scenario(request: PortalRequest, pk: int) -> HttpResponse:
    """One computed selection: chosen units, regions against their bounds, totals, rules, proof data."""
    found = _scenario(request, pk)
    solved = found.state in (ScenarioState.OPTIMAL, ScenarioState.INFEASIBLE)
    may_propose = found.state == ScenarioState.OPTIMAL and bool(may(request.actor, "reviews.propose", found.batch))
    context: dict[str, Any] = {
        "scenario": found,
        "run": Run.objects.filter(pk=found.run).first() if found.run and not solved else None,
        "may_propose": may_propose
        and not queries.decisions(request.actor)
        .filter(batch=found.batch)
        .exclude(state=DecisionState.WITHDRAWN)
        .exists(),
        **(scenario_page(found) if solved else {}),
    }
    return page(request, "reviews/scenario.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@signed_in
def publish(request: PortalRequest, pk: int) -> HttpResponse:
    """Put the adopted list up for objections, after asking."""
    found = decision_of(request, pk)
    require(request.actor, "reviews.publish", found)
    if request.method == "POST":
        return done(request, lambda: publicity.publish(by=request.actor, decision=found), "reviews:decision", pk)
    rules = found.batch.rule_set
    last = publicity.last_day(clock.today(), rules.publicity_days if rules else 1)
    return confirm_page(
        request,
        title=_("Publish the list"),
        text=_("The list is public at once, by administrative division, without scores and ranks."),
        facts=[(_("First day"), clock.today()), (_("Last day"), last), (_("Units"), len(found.chosen))],
        consequences=[_("Anyone can object until the last day. The period is never shortened.")],
        submit=_("Publish the list"),
        cancel=reverse("reviews:decision", args=[pk]),
        trail=decision_trail(found),
    )


@require_http_methods(["GET", "HEAD", "POST"])
@signed_in
def replace(request: PortalRequest, number: int) -> HttpResponse:
    """Let a reserve unit move up for one that was dropped."""
    batch = batch_of(request, number)
    require(request.actor, "reviews.replace", batch)
    found = get_object_or_404(queries.decisions(request.actor), batch=batch, state=DecisionState.PUBLISHED)
    here = reverse("reviews:decision", args=[found.pk])
    units = queries.units_of(found)
    choices = [(code, str(units[code])) for code in queries.still_in_reserve(found)]
    form = ReplaceForm(request.POST or None, choices=choices)
    if form.is_valid():
        with errors_into(form):
            publicity.replace(by=request.actor, batch=batch, unit=form.cleaned_data["unit"])
            messages.success(request, _("The unit is on the list; the publicity period begins anew for it."))
            return see_other(here)
    return confirm_page(
        request,
        title=_("Let a reserve unit move up"),
        text=_("A unit was dropped from the list. A reserve unit takes its place if the rules of balance allow it.")
        if choices
        else _("No unit is in reserve."),
        consequences=[_("The list is up for objections for another full period.")],
        form=form,
        submit=_("Move it up"),
        cancel=here,
        trail=decision_trail(found),
    )


@require_http_methods(["GET", "HEAD", "POST"])
@signed_in
def finalise(request: PortalRequest, number: int) -> HttpResponse:
    """Make the list final under a document number."""
    batch = batch_of(request, number)
    require(request.actor, "reviews.finalise", batch)
    found = get_object_or_404(queries.decisions(request.actor), batch=batch, state=DecisionState.PUBLISHED)
    here = reverse("reviews:decision", args=[found.pk])
    form = DocumentForm(request.POST or None)
    if form.is_valid():
        with errors_into(form):
            publicity.finalise(by=request.actor, batch=batch, document_no=form.cleaned_data["document_no"])
            messages.success(request, _("The list is final."))
            return see_other(here)
    return confirm_page(
        request,
        title=_("Make the list final"),
        text=_("The listed units are selected. The list and its document number are public at once."),
        consequences=[_("This cannot be undone."), _("MOF can make the awards from here on.")],
        form=form,
        submit=_("Make the list final"),
        cancel=here,
        trail=decision_trail(found),
    )
