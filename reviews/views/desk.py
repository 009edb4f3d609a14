"""A reviewer's pages: my reviews, declare interests, read beside the form, submit."""

from __future__ import annotations

from dataclasses import replace
from typing import Any, cast

from django.contrib import messages
from django.http import HttpResponse, HttpResponseBase, JsonResponse, QueryDict
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import pgettext
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from applications.enums import ApplicationState
from portal.core import clock
from portal.core.errors import DomainError, Stale
from portal.core.middleware import PortalRequest
from portal.core.money import to_hundredths
from portal.core.ones import one_of
from portal.core.templatetags.portal_ui import moment
from portal.core.web import confirm_page, errors_into, page, require, see_other, signed_in
from portal.programme.enums import BatchState
from reviews import queries, tables_own
from reviews.compared import compared
from reviews.domain import hearing, interests, scoring
from reviews.enums import AssignmentState, ReviewState
from reviews.forms import InterestForm, ScoreForm
from reviews.forms.defending import ReviseForm
from reviews.models import Assignment, Review, ReviewScore
from reviews.presentation import dossier, due_on, panel_rows, running_total, score_row
from reviews.views.common import application_of


@require_safe
@signed_in
def mine(request: PortalRequest) -> HttpResponseBase:
    """What I have to review, by what comes next."""
    require(request.actor, "reviews.read_assigned")
    days = queries.review_days()
    table = tables_own.mine(request, days)
    if table.wants_file:
        return table.file()
    standing = queries.my_standing(request.actor, days)
    table.knows(standing.count)
    batches = queries.batches_to_declare(request.actor)
    context = {
        "table": table,
        "standing": standing,
        "tiles": tables_own.tiles(standing),
        "has_profile": queries.has_profile(request.actor),
        "batches": batches,
        "unsaid": sum(not one.has_said for one in batches),
    }
    return page(request, "reviews/mine.html", context)


def _assignment(request: PortalRequest, pk: int) -> Assignment:
    require(request.actor, "reviews.read_assigned")
    return one_of(queries.my_assignments, request.actor, pk=pk)


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
    held = queries.own_review(found)
    form = None
    is_withdrawn = found.application.state == ApplicationState.WITHDRAWN
    if _is_open(found, held) and not is_withdrawn:
        asked = {"data": request.POST} if request.method == "POST" else {"initial": _initial(found, held)}
        form = ScoreForm(criteria=_criteria(found), **asked)
        if form.is_valid():
            with errors_into(form):
                what = form.to_input()
                held = scoring.keep_draft(by=request.actor, assignment=found, what=what)
                if "submit" not in request.POST:
                    messages.success(request, _("The draft is kept. Nobody else sees it."))
                    return see_other("reviews:review", pk)
                if _say_what_is_missing(form, found, what, held.version):
                    return see_other("reviews:submit", pk)
    elif request.method == "POST":
        over = _("This review is submitted or the scores are locked: nothing changes any more.")
        messages.error(request, _("The unit has withdrawn its application.") if is_withdrawn else over)
        return see_other("reviews:review", pk)
    read = dossier(request.actor, found.application_id)
    # Who has a conflict sees no submission, and then no application either.
    application = read.snapshot.application if read.snapshot else application_of(request, found.application_id)
    application.batch = found.batch
    is_in = held is not None and held.state != ReviewState.DRAFT
    hearing = queries.hearing_of(request.actor, found.application_id, found.batch)
    context = {
        "assignment": found,
        "application": application,
        "is_withdrawn": is_withdrawn,
        "dossier": read,
        "comparison": compared(found.application_id),
        "review": held,
        "hearing": hearing,
        "may_revise": is_in and queries.may_revise(found, hearing),
        "earlier": queries.own_reopenings(request.actor, found),
        "may_recuse": found.batch.state == BatchState.REVIEWING,
        "due": due_on(found),
        "others": panel_rows(found.batch, queries.reviews_of_others(request.actor, found)) if is_in else [],
        **_scores(found, held),
    }
    return page(request, "reviews/review.html", context, form=form)


def _is_open(found: Assignment, held: Review | None) -> bool:
    return (held is None or held.state == ReviewState.DRAFT) and found.batch.state == BatchState.REVIEWING


def _say_what_is_missing(form: ScoreForm, found: Assignment, what: scoring.ScoresInput, version: int) -> bool:
    """Whether the review can be submitted; what keeps it from that stands beside its fields, and the draft is kept."""
    rules = found.batch.rule_set
    missing = scoring.problems(rules, what) if rules else []
    for _guard, words, name in missing:
        form.add_error(name or None, words)
    if missing:
        sent = cast("QueryDict", form.data).copy()
        sent["version"] = str(version)  # the draft is kept, so the next one begins from there
        form.data = sent
    return not missing


@require_POST
@signed_in
def keep(request: PortalRequest, pk: int) -> JsonResponse:
    """Keep a draft while the reviewer types. 200: version, total, time; 409: changed elsewhere; 422: what is wrong."""
    require(request.actor, "reviews.read_assigned")
    found = one_of(queries.assignment_to_keep, request.actor, pk=pk)
    require(request.actor, "reviews.score", found)
    # As read with the assignment: the command reads it anew and locks it.
    if found.state != AssignmentState.DECLARED or not _is_open(found, getattr(found, "review", None)):
        return JsonResponse({"detail": _("This review is submitted or the scores are locked.")}, status=409)
    form = ScoreForm(request.POST, criteria=_criteria(found))
    if form.is_valid():
        what = form.to_input()
        try:
            made = scoring.autosave(by=request.actor, assignment=found, what=what)
        except Stale as error:
            return JsonResponse({"detail": str(error)}, status=409)
        except DomainError as error:
            return JsonResponse({"errors": {error.field or "": [str(error)]}}, status=422)
        values = {code: value for code, value in what.values.items() if value is not None}
        total = running_total(found.batch, values, what.insufficient)
        at = clock.now().astimezone(clock.SHANGHAI)
        return JsonResponse(
            {
                "version": made.version,
                "total": None if total is None else str(to_hundredths(total)),
                "at": f"{at:%H:%M:%S}",
            }
        )
    return JsonResponse({"errors": form.errors}, status=422)


def _criteria(found: Assignment) -> list[dict[str, Any]]:
    return scoring.criteria(found.batch.rule_set) if found.batch.rule_set else []


def _marks(held: Review | None) -> dict[str, ReviewScore]:
    return {score.criterion: score for score in held.scores.all()} if held else {}


def _initial(found: Assignment, held: Review | None) -> dict[str, Any]:
    said: dict[str, Any] = {
        "version": held.version if held else 0,
        "comment": held.comment if held else "",
        "note": queries.own_note(found),
    }
    for code, mark in _marks(held).items():
        said |= {code: mark.value, f"{code}_comment": mark.comment, f"{code}_insufficient": mark.is_insufficient}
    return said


def _kept(found: Assignment, held: Review | None) -> scoring.ScoresInput:
    """What the draft says."""
    marks = _marks(held)
    return scoring.ScoresInput(
        version=held.version if held else 0,
        comment=held.comment if held else "",
        values={code: mark.value for code, mark in marks.items()},
        comments={code: mark.comment for code, mark in marks.items()},
        insufficient=frozenset(code for code, mark in marks.items() if mark.is_insufficient),
    )


def _scores(found: Assignment, held: Review | None) -> dict[str, Any]:
    what = _kept(found, held)
    values = {code: value for code, value in what.values.items() if value is not None}
    rows = [score_row(row, what.values.get(row["code"]), what) for row in _criteria(found)]
    total = held.total if held and held.total is not None else running_total(found.batch, values, what.insufficient)
    return {"scores": rows, "given": sum(1 for row in rows if row["is_given"]), "total": total}


@require_http_methods(["GET", "HEAD", "POST"])
@signed_in
def revise(request: PortalRequest, pk: int) -> HttpResponse:
    """Open the own review after the hearing, with the reason, to revise the scores."""
    found = _assignment(request, pk)
    require(request.actor, "reviews.revise", found)
    held = queries.own_review(found)
    here = reverse("reviews:review", args=[pk])
    if held is None or held.state != ReviewState.SUBMITTED:
        messages.error(request, _("There is no submitted review to revise."))
        return see_other(here)
    form = ReviseForm(request.POST or None)
    if form.is_valid():
        with errors_into(form):
            hearing.revise(by=request.actor, review=held, reason=form.cleaned_data["reason"])
            messages.success(request, _("Your review is open. Change what you learned, then submit it anew."))
            return see_other(here)
    title = _("Revise after the hearing")
    return confirm_page(
        request,
        form=form,
        title=title,
        text=_("Your review of %(unit)s opens with the scores you gave.") % {"unit": found.application.unit},
        facts=[(_("Total"), held.total), (pgettext("moment", "Submitted"), moment(held.submitted_at))],
        consequences=[_("What you submitted is kept beside it."), _("Until you submit anew, it does not count.")],
        submit=title,
        cancel=here,
        trail=[(_("My reviews"), reverse("reviews:mine")), (str(found.application.unit), here), (title, "")],
    )


@require_http_methods(["GET", "HEAD", "POST"])
@signed_in
def submit(request: PortalRequest, pk: int) -> HttpResponse:
    """Submit what the draft says, after showing it once more."""
    found = _assignment(request, pk)
    require(request.actor, "reviews.submit", found)
    held = queries.own_review(found)
    here = reverse("reviews:review", args=[pk])
    if held is None or held.state != ReviewState.DRAFT:
        messages.error(request, _("There is no draft to submit."))
        return see_other(here)
    what = _kept(found, held)
    if request.method == "POST":
        version = request.POST.get("version", "")
        what = replace(what, version=int(version) if version.isdecimal() and len(version) < 9 else -1)
        try:
            scoring.submit(by=request.actor, assignment=found, what=what)
        except DomainError as error:
            messages.error(request, str(error))
            return see_other(here)
        messages.success(request, _("The review is submitted. Thank you."))
        return see_other("reviews:mine")
    rules = found.batch.rule_set
    missing = scoring.problems(rules, what) if rules else []
    context = {"assignment": found, "review": held, "missing": missing, **_scores(found, held)}
    return page(request, "reviews/submit.html", context)
