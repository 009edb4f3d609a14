"""Pages on evaluations: all of the reader's, those of one award, one self-evaluation from its start to the province."""

from __future__ import annotations

from typing import Any, Final

from django.contrib import messages
from django.http import HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from grants import presentation_assessing as presentation
from grants.domain import assessing as domain
from grants.forms.assessing import EvaluationForm, StartEvaluationForm, VerifyForm
from grants.models import Evaluation
from grants.queries import assessing as queries
from grants.queries import awards
from grants.queries.flows import Asked
from grants.views.asking import ask
from grants.views.common import button, crumb
from portal.core import clock
from portal.core.joins import bare
from portal.core.middleware import PortalRequest
from portal.core.ones import one_of
from portal.core.rules import may
from portal.core.scope import Actor
from portal.core.web import errors_into, page, require, see_other, signed_in

MOST: Final = 50


def trail(actor: Actor, row: Any) -> list[Any]:
    """Breadcrumbs down to the evaluations of a row's unit, whose own page members of a panel do not read."""
    unit = crumb(str(row.unit), "grants:assessing", row.award_id) if may(actor, "grants.view") else (str(row.unit), "")
    return [crumb(_("Evaluations and panels"), "grants:assessing_all"), unit]


@require_safe
@signed_in
def every(request: PortalRequest) -> HttpResponse:
    """Self-evaluations, panels and acceptances of the reader's scope, the newest first."""
    require(request.actor, "grants.see_assessing")
    batch = Asked.of({"batch": request.GET.get("batch", "")}).batch
    of_batch = {"award__batch__number": batch} if batch else {}
    context = {
        "evaluations": queries.evaluations(request.actor).filter(**of_batch)[:MOST],
        "panels": queries.panels(request.actor).filter(**of_batch)[:MOST],
        "acceptances": queries.acceptances(request.actor).filter(**of_batch)[:MOST],
        "batch": batch,
    }
    return page(request, "grants/assessing_all.html", context)


@require_safe
@signed_in
def overview(request: PortalRequest, award_id: int) -> HttpResponse:
    """Everything that says how an award did: self-evaluations, panels, results, and how the second tranche stands."""
    require(request.actor, "grants.see_assessing")
    found = one_of(awards.awards, request.actor, pk=award_id)
    results = list(awards.assessments(request.actor.scope).filter(award=found))
    acts = [
        *button(
            request,
            "grants.start_evaluation",
            found,
            _("Begin a self-evaluation"),
            reverse("grants:start_evaluation", args=[award_id]),
        ),
        *button(request, "grants.open_panel", found, _("Open a panel"), reverse("grants:open_panel", args=[award_id])),
        *button(
            request,
            "grants.enter_assessment",
            found,
            _("Record the final assessment"),
            reverse("grants:enter_assessment", args=[award_id]),
            kind="secondary",
        ),
    ]
    context = {
        "award": found,
        "acts": acts,
        "standing": presentation.standing(found, results),
        "results": results,
        "evaluations": bare(queries.evaluations(request.actor).filter(award=found)),
        "panels": bare(queries.panels(request.actor).filter(award=found)),
        "acceptances": bare(queries.acceptances(request.actor).filter(award=found)),
        "rectifications": bare(queries.rectifications(request.actor).filter(award=found)),
        "goals": queries.achieved(found.pk, clock.today()),
    }
    return page(request, "grants/assessing.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@signed_in
def start(request: PortalRequest, pk: int) -> HttpResponse:
    """Begin a self-evaluation of an award."""
    require(request.actor, "grants.see_assessing")
    found = one_of(awards.awards, request.actor, pk=pk)
    require(request.actor, "grants.start_evaluation", found)
    form = StartEvaluationForm(request.POST or None, asked=queries.form_by_award(found)["asked"])
    if form.is_valid():
        with errors_into(form):
            row = domain.start_evaluation(by=request.actor, award=found, **form.cleaned_data)
            return see_other("grants:fill_evaluation", row.pk)
    context = {
        "title": _("Begin a self-evaluation"),
        "trail": [
            crumb(_("Evaluations and panels"), "grants:assessing_all"),
            crumb(str(found.unit), "grants:assessing", pk),
        ],
        "facts": [(_("Pilot unit"), found.unit), (_("Batch"), found.batch)],
        "cancel": reverse("grants:assessing", args=[pk]),
        "submit": _("Begin"),
    }
    return page(request, "grants/enter.html", context, form=form)


def _one(request: PortalRequest, pk: int) -> Evaluation:
    require(request.actor, "grants.see_assessing")
    return one_of(queries.evaluations, request.actor, pk=pk)


@require_safe
@signed_in
def evaluation(request: PortalRequest, pk: int) -> HttpResponse:
    """One self-evaluation with its points, reasons, files, and the targets it is measured against."""
    found = _one(request, pk)
    form = queries.form_of_row(found.award_id)
    goals = queries.achieved(found.award_id, found.as_of, found.plan_id)
    acts = [
        *button(
            request, "grants.fill_evaluation", found, _("Fill it in"), reverse("grants:fill_evaluation", args=[pk])
        ),
        *button(request, "grants.sign_evaluation", found, _("Sign it"), reverse("grants:sign_evaluation", args=[pk])),
        *button(
            request, "grants.verify_evaluation", found, _("Verify it"), reverse("grants:verify_evaluation", args=[pk])
        ),
    ]
    context = {
        "row": found,
        "trail": trail(request.actor, found),
        "acts": acts,
        "facts": presentation.evaluation_facts(found, goals),
        "groups": presentation.evaluation_groups(found, form),
        "goals": goals,
    }
    return page(request, "grants/evaluation.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@signed_in
def fill(request: PortalRequest, pk: int) -> HttpResponse:
    """Fill in a self-evaluation; what is left empty is kept for later."""
    found = _one(request, pk)
    require(request.actor, "grants.fill_evaluation", found)
    asked = queries.form_of_row(found.award_id)
    kept = {one.code: one for one in found.scores.all()}
    form = EvaluationForm(
        request.POST or None, request.FILES or None, form=asked, kept=kept, initial={"summary": found.summary}
    )
    if form.is_valid():
        with errors_into(form):
            domain.fill_evaluation(
                by=request.actor, evaluation=found, rows=form.rows(), summary=form.cleaned_data["summary"]
            )
            messages.success(request, _("Kept. A signatory signs it once every indicator has its points."))
            return see_other("grants:evaluation", pk)
    context = {
        "row": found,
        "trail": trail(request.actor, found),
        "goals": queries.achieved(found.award_id, found.as_of),
        "cancel": reverse("grants:evaluation", args=[pk]),
    }
    return page(request, "grants/fill_evaluation.html", context, form=form)


@require_http_methods(["GET", "HEAD", "POST"])
@signed_in
def sign(request: PortalRequest, pk: int) -> HttpResponse:
    """A signatory signs; asked for once more, as it cannot be undone."""
    found = _one(request, pk)
    require(request.actor, "grants.sign_evaluation", found)
    goals = queries.achieved(found.award_id, found.as_of)
    return ask(
        request,
        act=lambda: domain.sign_evaluation(by=request.actor, evaluation=found),
        done=_("Signed. The province has been told."),
        to=reverse("grants:evaluation", args=[pk]),
        title=_("Sign the self-evaluation"),
        text=_("You sign it for the pilot unit. Points, reasons and files do not change any more."),
        facts=presentation.evaluation_facts(found, goals),
        trail=trail(request.actor, found),
    )


@require_http_methods(["GET", "HEAD", "POST"])
@signed_in
def verify(request: PortalRequest, pk: int) -> HttpResponse:
    """The industry department of the province says what it found."""
    found = _one(request, pk)
    require(request.actor, "grants.verify_evaluation", found)
    form = VerifyForm(request.POST or None)
    if form.is_valid():
        with errors_into(form):
            domain.verify_evaluation(by=request.actor, evaluation=found, comment=form.cleaned_data["comment"])
            messages.success(request, _("Kept. The ministries and the panel read it with the self-evaluation."))
            return see_other("grants:evaluation", pk)
    goals = queries.achieved(found.award_id, found.as_of, found.plan_id)
    context = {
        "title": _("Verify the self-evaluation"),
        "trail": trail(request.actor, found),
        "facts": presentation.evaluation_facts(found, goals),
        "cancel": reverse("grants:evaluation", args=[pk]),
        "submit": _("Keep what was found"),
    }
    return page(request, "grants/enter.html", context, form=form)
