"""A reviewer's pages: my reviews, declare interests, read beside the form, submit."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from portal.core.errors import DomainError
from portal.core.middleware import PortalRequest
from portal.core.web import errors_into, page, require, see_other, signed_in
from portal.programme.enums import BatchState
from reviews import queries
from reviews.domain import interests, scoring
from reviews.enums import AssignmentState, ReviewState
from reviews.forms import InterestForm, ScoreForm
from reviews.models import Assignment, Review
from reviews.presentation import criterion_name, dossier, running_total
from reviews.views.common import application_of


@require_safe
@signed_in
def mine(request: PortalRequest) -> HttpResponse:
    """What I have to review, by what comes next."""
    require(request.actor, "reviews.read_assigned")
    rows = list(queries.my_assignments(request.actor))
    groups: dict[str, list[Assignment]] = {"declare": [], "score": [], "done": []}
    for row in rows:
        groups[_step(row)].append(row)
    share = round(100 * len(groups["done"]) / len(rows)) if rows else 0
    context = {
        "groups": groups,
        "count": len(rows),
        "done": len(groups["done"]),
        "percent": share,
        "profile": queries.own_profile(request.actor),
        "batches": queries.batches_to_declare(request.actor),
    }
    return page(request, "reviews/mine.html", context)


def _step(row: Assignment) -> str:
    found = getattr(row, "review", None)
    if found is not None and found.state != ReviewState.DRAFT:
        return "done"
    return "declare" if row.state == AssignmentState.ASSIGNED else "score"


def _assignment(request: PortalRequest, pk: int) -> Assignment:
    require(request.actor, "reviews.read_assigned")
    return get_object_or_404(queries.my_assignments(request.actor), pk=pk)


@require_http_methods(["GET", "HEAD", "POST"])
@signed_in
def interest(request: PortalRequest, pk: int) -> HttpResponse:
    """Declare an interest or none; first thing of all, and again whenever one comes to light."""
    found = _assignment(request, pk)
    require(request.actor, "reviews.declare", found)
    form = InterestForm(request.POST or None)
    if form.is_valid():
        with errors_into(form):
            what = form.to_input()
            interests.declare(by=request.actor, assignment=found, what=what)
            if what.has_interest:
                messages.success(request, _("You have stepped back. Thank you for saying so; somebody else reads it."))
                return see_other("reviews:mine")
            return see_other("reviews:review", pk)
    partners = list(queries.partner_names(found.application_id))
    return page(request, "reviews/interest.html", {"assignment": found, "partners": partners}, form=form)


@require_http_methods(["GET", "HEAD", "POST"])
@signed_in
def review(request: PortalRequest, pk: int) -> HttpResponse:
    """The dossier beside the score form; saving keeps a draft."""
    found = _assignment(request, pk)
    require(request.actor, "reviews.score", found)
    if found.state == AssignmentState.ASSIGNED:
        return see_other("reviews:interest", pk)
    held = queries.own_review(request.actor, found)
    is_open = (held is None or held.state == ReviewState.DRAFT) and found.batch.state == BatchState.REVIEWING
    form = None
    if is_open:
        form = ScoreForm(request.POST or None, criteria=_criteria(found), initial=_initial(held))
        if form.is_valid():
            with errors_into(form):
                scoring.keep_draft(by=request.actor, assignment=found, what=form.to_input())
                messages.success(request, _("The draft is kept. Nobody else sees it."))
                return see_other("reviews:submit" if "submit" in request.POST else "reviews:review", pk)
    elif request.method == "POST":
        messages.error(request, _("This review is submitted or the scores are locked: nothing changes any more."))
        return see_other("reviews:review", pk)
    application = application_of(request, found.application_id)
    context = {
        "assignment": found,
        "application": application,
        "dossier": dossier(request.actor, application),
        "review": held,
        **_scores(found, held),
    }
    return page(request, "reviews/review.html", context, form=form)


def _criteria(found: Assignment) -> list[dict[str, Any]]:
    return scoring.criteria(found.batch.rule_set) if found.batch.rule_set else []


def _values(held: Review | None) -> dict[str, Any]:
    return {score.criterion: score.value for score in held.scores.all()} if held else {}


def _initial(held: Review | None) -> dict[str, Any]:
    values = _values(held)
    return {"version": held.version if held else 0, "comment": held.comment if held else "", **values}


def _scores(found: Assignment, held: Review | None) -> dict[str, Any]:
    values = _values(held)
    rows = [(criterion_name(row), row["weight"], row["max"], values.get(row["code"])) for row in _criteria(found)]
    return {
        "scores": rows,
        "given": sum(1 for row in rows if row[3] is not None),
        "total": held.total if held and held.total is not None else running_total(found.batch, values),
    }


@require_http_methods(["GET", "HEAD", "POST"])
@signed_in
def submit(request: PortalRequest, pk: int) -> HttpResponse:
    """Submit what the draft says, after showing it once more."""
    found = _assignment(request, pk)
    require(request.actor, "reviews.submit", found)
    held = queries.own_review(request.actor, found)
    here = reverse("reviews:review", args=[pk])
    if held is None or held.state != ReviewState.DRAFT:
        messages.error(request, _("There is no draft to submit."))
        return see_other(here)
    if request.method == "POST":
        version = request.POST.get("version", "")
        what = scoring.ScoresInput(
            version=int(version) if version.isdecimal() and len(version) < 9 else -1,
            comment=held.comment,
            values={row["code"]: _values(held).get(row["code"]) for row in _criteria(found)},
        )
        try:
            scoring.submit(by=request.actor, assignment=found, what=what)
        except DomainError as error:
            messages.error(request, str(error))
            return see_other(here)
        messages.success(request, _("The review is submitted. Thank you."))
        return see_other("reviews:mine")
    shown = _scores(found, held)
    return page(
        request,
        "reviews/submit.html",
        {
            "assignment": found,
            "review": held,
            "facts": [(name, "–" if value is None else value) for name, _weight, _most, value in shown["scores"]],
            **shown,
        },
    )
