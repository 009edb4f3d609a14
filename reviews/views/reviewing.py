"""Pages for officers while reviewers work: board of a batch, loads, panel of one application."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import HttpResponse, HttpResponseBase
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from portal.core.middleware import PortalRequest
from portal.core.ones import one_of
from portal.core.punctuation import beside, with_note
from portal.core.rules import may
from portal.core.web import confirm_page, errors_into, page, require, see_other, signed_in
from portal.programme.models import Batch
from reviews import queries, tables
from reviews.domain import assigning, reminding, scoring
from reviews.forms import AssignForm
from reviews.forms.reviewing import ReasonForm
from reviews.presentation import review_rows
from reviews.views.common import application_of, batch_of, board_trail, done


@require_safe
@signed_in
def batches(request: PortalRequest) -> HttpResponseBase:
    """Batches whose applications are reviewed."""
    require(request.actor, "reviews.view_reviewing")
    table = tables.batches(request, "reviews:board", tables.REVIEW_COUNTS)
    if table.wants_file:
        return table.file()
    return page(
        request, "reviews/batches.html", {"table": table, "title": _("Reviewers and progress"), "reviewers": True}
    )


@require_safe
@signed_in
def board(request: PortalRequest, number: int) -> HttpResponseBase:
    """How far the review of a batch is, and what comes next."""
    require(request.actor, "reviews.view_reviewing")
    batch = batch_of(request, number)
    table = tables.progress(request, batch)
    if table.wants_file:
        return table.file()
    standing = queries.standing(request.actor, batch)
    context = {
        "batch": batch,
        "table": table,
        "standing": standing,
        "tiles": _tiles(standing),
        "may_assign": bool(may(request.actor, "reviews.start_assigning", batch)),
        "may_sign": bool(may(request.actor, "reviews.sign_result", batch)),
        "defence": _defence(request, batch),
        "may_remind": standing["late"] and bool(may(request.actor, "reviews.remind_late", batch)),
    }
    return page(request, "reviews/board.html", context)


def _defence(request: PortalRequest, batch: Batch) -> dict[str, Any]:
    """How the defence stands: `wanted` by the rules, `row` once who is heard is fixed, `open` while it is not over."""
    if not queries.defence_places(batch):
        return {"wanted": False, "open": False}
    row = queries.defence_of(request.actor, batch)
    sessions: Any = queries.sessions(request.actor, batch)  # with `units` and `over`
    waits = row is not None and (not row.seed or any(one.units > one.over for one in sessions))
    return {"wanted": True, "row": row, "open": waits}


def _tiles(standing: dict[str, int]) -> list[dict[str, Any]]:
    return [
        {"label": _("Applications"), "value": standing["applications"]},
        {"label": _("Assignments"), "value": standing["assigned"]},
        {"label": _("Interests not declared"), "value": standing["undeclared"]},
        {"label": _("Reviews submitted"), "value": standing["submitted"]},
        {"label": _("Recused"), "value": standing["recused"]},
        {"label": _("Late"), "value": standing["late"], "tone": "bad" if standing["late"] else ""},
    ]


@require_safe
@signed_in
def loads(request: PortalRequest, number: int) -> HttpResponseBase:
    """Reviewers with their work in a batch."""
    require(request.actor, "reviews.view_reviewing")
    batch = batch_of(request, number)
    table = tables.loads(request, batch)
    return table.file() if table.wants_file else page(request, "reviews/loads.html", {"batch": batch, "table": table})


@require_http_methods(["GET", "HEAD", "POST"])
@signed_in
def panel(request: PortalRequest, pk: int) -> HttpResponse:
    """The panel of one application: who reads it, who stepped back, scores once submitted; one more reviewer."""
    require(request.actor, "reviews.view_reviewing")
    application = application_of(request, pk)
    form = None
    if application.state in queries.JUDGED and may(request.actor, "reviews.assign_one", application.batch):
        able = {str(row.pk): (row, load) for row, load in queries.able_reviewers(request.actor, application)}
        choices = [
            (key, with_note(row.user, beside(row.get_group_display(), load))) for key, (row, load) in able.items()
        ]
        form = AssignForm(request.POST or None, choices=choices)
        if form.is_valid():
            with errors_into(form):
                chosen = able[form.cleaned_data["reviewer"]][0]
                assigning.assign_one(by=request.actor, application=application, profile=chosen)
                messages.success(request, _("The reviewer has the application."))
                return see_other("reviews:panel", pk)
    elif request.method == "POST":
        require(request.actor, "reviews.assign_one", application.batch)
    reviews = list(queries.reviews_of(request.actor, application))
    context = {
        "application": application,
        "assignments": list(queries.assignments(request.actor, application.batch).filter(application=application)),
        "reviews": reviews,
        "rows": review_rows(application.batch, reviews),
        "hearing": queries.hearing_of(request.actor, pk, application.batch),
        "record": queries.panel_record(application),
        "reopenings": list(queries.reopenings(request.actor, application)),
        "may_reopen": bool(may(request.actor, "reviews.reopen", application.batch)),
        "conflicts": list(queries.conflicts_of(request.actor, application)),
        "may_relieve": bool(may(request.actor, "reviews.relieve", application.batch)),
        "may_waive": bool(may(request.actor, "reviews.waive")),
        "me": request.actor.id,
    }
    return page(request, "reviews/panel.html", context, form=form)


@require_http_methods(["GET", "HEAD", "POST"])
@signed_in
def reopen(request: PortalRequest, pk: int) -> HttpResponse:
    """Let a reviewer change a submitted review, with a reason."""
    require(request.actor, "reviews.view_reviewing")
    found = one_of(queries.submitted_reviews, request.actor, pk=pk)
    require(request.actor, "reviews.reopen", found.assignment.batch)
    form = ReasonForm(request.POST or None)
    here = reverse("reviews:panel", args=[found.application_id])
    if form.is_valid():
        with errors_into(form):
            scoring.reopen(by=request.actor, review=found, reason=form.cleaned_data["reason"])
            messages.success(request, _("The review is open again. What was submitted stays in the record."))
            return see_other(here)
    return confirm_page(
        request,
        title=_("Open the review again"),
        text=_("%(name)s can change the review of %(unit)s and submits it anew.")
        % {"name": found.reviewer, "unit": found.application.unit},
        facts=[(_("Total"), found.total)],
        consequences=[_("What was submitted is kept beside it, with your reason.")],
        danger=True,
        form=form,
        submit=_("Open the review again"),
        cancel=here,
        trail=board_trail(found.assignment.batch, (str(found.application.unit), here)),
    )


@require_POST
@signed_in
def remind(request: PortalRequest, number: int) -> HttpResponse:
    """Write to reviewers who are late."""
    batch = batch_of(request, number)
    require(request.actor, "reviews.remind_late", batch)
    text = _("Everybody who is late is reminded.")
    return done(
        request, lambda: reminding.remind_late(by=request.actor, batch=batch), "reviews:board", number, text=text
    )
