"""Pages of selection and decision for both ministries."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from portal.core.middleware import PortalRequest
from portal.core.rules import may
from portal.core.web import confirm_page, errors_into, page, require, see_other, signed_in
from reviews import queries, tables
from reviews.domain import deciding
from reviews.enums import DecisionState, Ministry, ScenarioState
from reviews.forms import ProposalForm, WhyForm
from reviews.models import Decision, Scenario
from reviews.views.common import done


@require_safe
@signed_in
def batches(request: PortalRequest) -> HttpResponseBase:
    """Batches with their selections."""
    require(request.actor, "reviews.view_selection")
    table = tables.batches(request, "reviews:scenarios", tables.REVIEW_COUNTS)
    if table.wants_file:
        return table.file()
    return page(request, "reviews/batches.html", {"table": table, "title": _("Selection")})


def _scenario(request: PortalRequest, pk: int) -> Scenario:
    require(request.actor, "reviews.view_selection")
    return get_object_or_404(queries.scenarios(request.actor).defer(None), pk=pk)


@require_http_methods(["GET", "HEAD", "POST"])
@signed_in
def propose(request: PortalRequest, pk: int) -> HttpResponse:
    """Propose a selection for decision, with grounds and a reserve."""
    found = _scenario(request, pk)
    require(request.actor, "reviews.propose", found.batch)
    form = ProposalForm(request.POST or None)
    if found.state != ScenarioState.OPTIMAL:
        messages.error(request, _("Only a selection that was found and proven can be proposed."))
        return see_other("reviews:scenario", pk)
    if form.is_valid():
        with errors_into(form):
            what = deciding.ProposalInput(form.cleaned_data["grounds"], form.cleaned_data["reserve"])
            made = deciding.propose(by=request.actor, scenario=found, what=what)
            messages.success(request, _("The proposal is on the table: an officer of each ministry signs."))
            return see_other("reviews:decision", made.pk)
    return page(request, "reviews/propose.html", {"scenario": found}, form=form)


def decision_of(request: PortalRequest, pk: int) -> Decision:
    """The decision of this key for its readers, or 404."""
    require(request.actor, "reviews.view_selection")
    return get_object_or_404(queries.decisions(request.actor), pk=pk)


@require_safe
@signed_in
def decision(request: PortalRequest, pk: int) -> HttpResponse:
    """One decision: grounds, units, signatures, and what the reader may do."""
    found = decision_of(request, pk)
    batch = found.batch
    acts = {
        name: bool(may(request.actor, f"reviews.{name}", found))
        for name in ("sign_miit", "sign_mof", "withdraw_proposal", "publish")
    }
    units = queries.units_of(found)
    listed, dropped = queries.listed_units(batch)
    context = {
        "decision": found,
        "batch": batch,
        "acts": acts,
        "may_sign": acts["sign_miit"] or acts["sign_mof"],
        "is_public": found.state in (DecisionState.PUBLISHED, DecisionState.FINAL),
        "listed": listed,
        "dropped": dropped,
        "chosen": [units[code] for code in sorted(found.chosen, key=lambda code: (units[code].province_id, code))],
        "reserve": [units[code] for code in found.reserve],
    }
    return page(request, "reviews/decision.html", context)


def decision_trail(found: Decision) -> list[tuple[str, str]]:
    """The way to a page below a decision."""
    return [
        (_("Selection"), reverse("reviews:selection")),
        (str(found.batch), reverse("reviews:scenarios", args=[found.batch.number])),
        (_("Decision"), reverse("reviews:decision", args=[found.pk])),
    ]


@require_http_methods(["GET", "HEAD", "POST"])
@signed_in
def sign(request: PortalRequest, pk: int) -> HttpResponse:
    """Sign a decision for one's ministry, after asking."""
    found = decision_of(request, pk)
    ministry = Ministry.MIIT if may(request.actor, "reviews.sign_miit", found) else Ministry.MOF
    require(request.actor, f"reviews.sign_{ministry.lower()}", found)
    if request.method == "POST":
        return done(
            request,
            lambda: deciding.sign(by=request.actor, decision=found, ministry=ministry),
            "reviews:decision",
            pk,
        )
    return confirm_page(
        request,
        title=_("Sign the decision"),
        text=_("You sign for the %(ministry)s.") % {"ministry": Ministry(ministry).label},
        facts=[(_("Units chosen"), len(found.chosen)), (_("In reserve"), len(found.reserve))],
        consequences=[
            _("With the signatures of both ministries the decision is adopted and does not change any more."),
            _("Your signature stands in the audit trail and cannot be taken back."),
        ],
        submit=_("Sign"),
        cancel=reverse("reviews:decision", args=[pk]),
        trail=decision_trail(found),
    )


@require_http_methods(["GET", "HEAD", "POST"])
@signed_in
def withdraw(request: PortalRequest, pk: int) -> HttpResponse:
    """Take a proposal back with a reason."""
    found = decision_of(request, pk)
    require(request.actor, "reviews.withdraw_proposal", found)
    form = WhyForm(request.POST or None)
    if form.is_valid():
        with errors_into(form):
            deciding.withdraw(by=request.actor, decision=found, why=form.cleaned_data["why"])
            messages.success(request, _("The proposal is withdrawn; it stays in the record."))
            return see_other("reviews:scenarios", found.batch.number)
    return confirm_page(
        request,
        title=_("Withdraw the proposal"),
        text=_("The proposal leaves the table. Signatures given so far are void; another selection can be proposed."),
        danger=True,
        form=form,
        submit=_("Withdraw the proposal"),
        cancel=reverse("reviews:decision", args=[pk]),
        trail=decision_trail(found),
    )
