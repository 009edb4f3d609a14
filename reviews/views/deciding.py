"""Pages of the decision for both ministries: propose a list, sign it, take it back, take its record away."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from portal.accounts.enums import Role
from portal.core.errors import DomainError
from portal.core.middleware import PortalRequest
from portal.core.models import Run
from portal.core.ones import one_of
from portal.core.rules import may
from portal.core.tasks import OPEN
from portal.core.web import HttpSeeOther, as_file, confirm_page, errors_into, page, require, see_other, signed_in
from reviews import queries
from reviews.deciding_page import list_page, replacements
from reviews.domain import deciding, recording, selecting, studying
from reviews.enums import DecisionState, Ministry, ScenarioState, StudyKind
from reviews.forms import ProposalForm, SignDecisionForm, WhyForm
from reviews.models import Decision, Scenario
from reviews.record import record_files
from reviews.record import record_zip as as_zip
from reviews.record.paper import pdf as as_paper


@require_http_methods(["GET", "HEAD", "POST"])
@signed_in
def propose(request: PortalRequest, pk: int) -> HttpResponse:
    """Propose a selection for decision, with grounds and a reserve; also starts what is still missing for it."""
    require(request.actor, "reviews.view_selection")
    found = get_object_or_404(queries.scenarios(request.actor).defer(None), pk=pk)
    require(request.actor, "reviews.propose", found.batch)
    if found.state != ScenarioState.OPTIMAL:
        messages.error(request, _("Only a selection that was found and proven can be proposed."))
        return see_other("reviews:scenario", pk)
    if "start" in request.POST:
        return _start(request, found)
    size = found.batch.rule_set.details.get("reserve", 3) if found.batch.rule_set else 3
    form = ProposalForm(request.POST or None, initial={"reserve": size})
    if form.is_valid():
        with errors_into(form):
            what = deciding.ProposalInput(form.cleaned_data["grounds"], form.cleaned_data["reserve"])
            made = deciding.propose(by=request.actor, scenario=found, what=what)
            messages.success(request, _("The proposal is on the table: an officer of each ministry signs."))
            return see_other("reviews:decision", made.pk)
    context = list_page(found)
    base = queries.baseline(found) if found.changes else None
    lacks_reasons = len(context["studies"]) < len(StudyKind)
    lacks_baseline = bool(found.changes) and base is None
    context |= {
        "scenario": found,
        "replacements": replacements(found, context["names"]),
        "lacks_reasons": lacks_reasons,
        "lacks_baseline": lacks_baseline,
        "under_way": _under_way(found) if lacks_reasons or lacks_baseline else None,
        "has_price": not lacks_baseline,
        "price": None if lacks_baseline else deciding.price(found, base),
        "baseline": base,
    }
    return page(request, "reviews/propose.html", context, form=form)


def _start(request: PortalRequest, found: Scenario) -> HttpSeeOther:
    """Start what the proposal lacks and show its progress; it leads back here."""
    here = reverse("reviews:propose", args=[found.pk])
    try:
        if request.POST["start"] == "baseline":
            what = selecting.SelectionInput()
            run = selecting.select(by=request.actor, batch=found.batch, what=what, back=here).run
        else:
            run = studying.start(by=request.actor, scenario=found, back=here).pk
    except DomainError as error:
        messages.error(request, str(error))
        return see_other(here)
    return see_other("runs:run", run)


def _under_way(found: Scenario) -> Run | None:
    """The run that works out what is missing, where one is under way."""
    keys = [f"reviews.study:{found.pk}", f"reviews.select:{found.batch_id}"]
    return Run.objects.filter(key__in=keys, state__in=OPEN).first()


def decision_of(request: PortalRequest, pk: int) -> Decision:
    """The decision of this key, or 404."""
    require(request.actor, "reviews.view_selection")
    return one_of(queries.decisions, request.actor, pk=pk)


def decision_trail(found: Decision) -> list[tuple[str, str]]:
    """The way to a page below a decision."""
    return [
        (_("Selection"), reverse("reviews:selection")),
        (str(found.batch), reverse("reviews:scenarios", args=[found.batch.number])),
        (_("Decision"), reverse("reviews:decision", args=[found.pk])),
    ]


@require_safe
@signed_in
def decision(request: PortalRequest, pk: int) -> HttpResponse:
    """One decision: grounds, list, price, signatures, record, and what the reader may do."""
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
        "list": _list(request, found),
        "record": queries.record_of(found),
        "signatures": _signatures(found),
        "has_proposed": found.state == DecisionState.PROPOSED and found.proposed_by_id == request.actor.id,
    }
    return page(request, "reviews/decision.html", context)


def _list(request: PortalRequest, found: Decision) -> dict[str, Any] | None:
    """What the selection itself shows; nothing for an officer with an interest in the batch."""
    scenario = queries.scenarios(request.actor).defer(None).filter(pk=found.scenario_id).first()
    if scenario is None:
        return None
    shown = list_page(scenario)
    places = {row.unit.pk: row for row in replacements(scenario, shown["names"], len(found.reserve))}
    return shown | {"scenario": scenario, "replacements": [places[code] for code in found.reserve if code in places]}


def _signatures(found: Decision) -> list[dict[str, Any]]:
    return [
        {"ministry": Ministry.MIIT.label, "by": found.signed_miit_by, "at": found.signed_miit_at,
         "sha256": found.signed_miit_sha256},
        {"ministry": Ministry.MOF.label, "by": found.signed_mof_by, "at": found.signed_mof_at,
         "sha256": found.signed_mof_sha256},
    ]  # fmt: skip


def _ministry(request: PortalRequest, found: Decision) -> Ministry:
    """The ministry the reader may sign for; otherwise the own one, so that the refusal says what stands against it."""
    for ministry in Ministry:
        if may(request.actor, f"reviews.sign_{ministry.lower()}", found):
            return ministry
    post = request.actor.post(Role.OFFICER)
    return Ministry(post.code) if post else Ministry.MIIT


@require_http_methods(["GET", "HEAD", "POST"])
@signed_in
def sign(request: PortalRequest, pk: int) -> HttpResponse:
    """Sign a decision for one's ministry, after asking; what is signed is the digest that was shown."""
    found = decision_of(request, pk)
    ministry = _ministry(request, found)
    require(request.actor, f"reviews.sign_{ministry.lower()}", found)
    sent = request.POST if request.method == "POST" else None
    form = SignDecisionForm(sent, initial={"sha256": found.sha256})
    if form.is_valid():
        with errors_into(form):
            sha256 = form.cleaned_data["sha256"]
            deciding.sign(by=request.actor, decision=found, ministry=ministry, sha256=sha256)
            messages.success(request, _("Signed for your ministry. It stands in the audit trail."))
            return see_other("reviews:decision", pk)
    if sent is not None:
        form.data = {"sha256": found.sha256}  # the page shows what is on the table, so it asks about that
    return confirm_page(
        request,
        title=_("Sign the decision"),
        text=_("You sign for the %(ministry)s.") % {"ministry": Ministry(ministry).label},
        facts=[
            (_("Units chosen"), len(found.chosen)),
            (_("In reserve"), len(found.reserve)),
            (_("Total score given up for changed rules"), found.price),
            (_("Proposed by"), found.proposed_by),
            (_("Digest you sign (SHA-256)"), found.sha256),
        ],
        consequences=[
            _("Your signature stands under this digest: list, grounds, reserve, price, proof and reasons."),
            _("With the signatures of both ministries the decision is adopted and does not change any more."),
            _("Your signature stands in the audit trail and cannot be taken back."),
        ],
        form=form,
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


@require_safe
@signed_in
def record_zip(request: PortalRequest, pk: int) -> HttpResponse:
    """The record of an adopted decision as a ZIP."""
    return _record(request, pk, "zip", "application/zip", as_zip)


@require_safe
@signed_in
def record_pdf(request: PortalRequest, pk: int) -> HttpResponse:
    """The decision as a PDF for the file, in Chinese."""
    return _record(request, pk, "pdf", "application/pdf", lambda found: as_paper(record_files(found)))


def _record(
    request: PortalRequest, pk: int, ending: str, content_type: str, make: Callable[[Decision], bytes]
) -> HttpResponse:
    """The record in one of its forms; who took it stands in the trail. It holds every score: not for the conflicted."""
    require(request.actor, "reviews.take_record")
    found = get_object_or_404(queries.recorded(), pk=pk)
    name = f"{found.batch.year}-{found.batch.number}-decision-{found.sha256[:12]}.{ending}"
    made = make(found)
    recording.look(by=request.actor, decision=found, name=name)
    return as_file(HttpResponse(made, content_type=content_type), name)
