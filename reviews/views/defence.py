"""The officers' pages on the defence of a batch: invite, plan sessions, draw the agenda, see it."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils.html import format_html_join
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from portal.core.errors import Text
from portal.core.middleware import PortalRequest
from portal.core.punctuation import comma_of_lists
from portal.core.rules import may
from portal.core.web import confirm_page, errors_into, page, require, see_other, signed_in
from portal.programme.models import Batch
from reviews import queries, tables_defence
from reviews.domain import defending
from reviews.forms.defending import AgendaSeedForm, SessionForm
from reviews.models import DefenceSession
from reviews.views.common import batch_of, board_trail, done


def trail(batch: Batch, *more: tuple[Text, str]) -> list[tuple[Text, str]]:
    """The way to a page below the defence of a batch."""
    return board_trail(batch, (_("Defence"), reverse("reviews:defence", args=[batch.number])), *more)


@require_safe
@signed_in
def defence(request: PortalRequest, number: int) -> HttpResponseBase:
    """How far the defence of a batch is: invitations, sessions, agenda, and what comes next."""
    require(request.actor, "reviews.view_reviewing")
    batch = batch_of(request, number)
    table = tables_defence.agenda(request, batch)
    if table.wants_file:
        return table.file()
    found = queries.defence_of(request.actor, batch)
    sessions: list[Any] = list(queries.sessions(request.actor, batch))
    standing = queries.standing(request.actor, batch)
    context = {
        "batch": batch,
        "defence": found,
        "places": queries.defence_places(batch),
        "sessions": sessions,
        "seats": sum(row.seats for row in sessions),
        "all_in": standing["assigned"] > 0 and standing["submitted"] == standing["assigned"],
        "waiting": sum(row.units - row.over for row in sessions),
        "table": table,
        "invited": queries.invited_units(request.actor, found.invited) if found and not found.seed else [],
        "may_invite": found is None and bool(may(request.actor, "reviews.invite", batch)),
        "may_plan": bool(may(request.actor, "reviews.plan_session", batch)),
        "may_draw": found is not None and not found.seed and bool(may(request.actor, "reviews.draw_agenda", found)),
    }
    return page(request, "reviews/defence.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@signed_in
def invite(request: PortalRequest, number: int) -> HttpResponse:
    """Fix, after asking, who is heard."""
    batch = batch_of(request, number)
    require(request.actor, "reviews.invite", batch)
    here = reverse("reviews:defence", args=[number])
    if request.method == "POST":
        text = _("The invitations are fixed. Plan the sessions; MOF draws the agenda when a seed has been published.")
        return done(request, lambda: defending.invite(by=request.actor, batch=batch), here, text=text)
    rows = queries.invited_units(request.actor, queries.invitation(batch))
    title = _("Fix the invitations")
    return confirm_page(
        request,
        title=title,
        text=_("These units are heard, the best by the results so far. They are told when the agenda is drawn."),
        facts=[
            (_("Units invited"), len(rows)),
            (_("Invited units"), format_html_join(comma_of_lists(), "{}", ((row.unit,) for row in rows))),
        ],
        consequences=[
            _("The list never changes after this."),
            _("Whoever steps back from now on is not replaced: the panel becomes smaller."),
        ],
        submit=title,
        cancel=here,
        trail=trail(batch, (title, "")),
    )


@require_http_methods(["GET", "HEAD", "POST"])
@signed_in
def new_session(request: PortalRequest, number: int) -> HttpResponse:
    """Plan a session."""
    batch = batch_of(request, number)
    require(request.actor, "reviews.plan_session", batch)
    form = SessionForm(request.POST or None)
    if form.is_valid():
        with errors_into(form):
            defending.plan_session(by=request.actor, batch=batch, what=form.to_input())
            messages.success(request, _("The session is planned."))
            return see_other("reviews:defence", number)
    title = _("Plan a session")
    context = {"batch": batch, "title": title, "trail": trail(batch, (title, ""))}
    return page(request, "reviews/session.html", context, form=form)


def _session(request: PortalRequest, pk: int) -> DefenceSession:
    require(request.actor, "reviews.view_reviewing")
    found = get_object_or_404(DefenceSession.objects.select_related("batch"), pk=pk)
    require(request.actor, "reviews.plan_session", found.batch)
    return found


@require_http_methods(["GET", "HEAD", "POST"])
@signed_in
def session(request: PortalRequest, pk: int) -> HttpResponse:
    """Change a session; units that are to be heard in it are told."""
    found = _session(request, pk)
    form = SessionForm(request.POST or None, initial=SessionForm.initial_of(found))
    if form.is_valid():
        with errors_into(form):
            defending.change_session(by=request.actor, session=found, what=form.to_input())
            messages.success(request, _("The session is changed."))
            return see_other("reviews:defence", found.batch.number)
    drawn = queries.defence_of(request.actor, found.batch)
    context = {
        "batch": found.batch,
        "title": _("Session of %(when)s") % {"when": found},
        "session": found,
        "is_drawn": drawn is not None and bool(drawn.seed),
        "trail": trail(found.batch, (str(found), "")),
    }
    return page(request, "reviews/session.html", context, form=form)


@require_POST
@signed_in
def remove_session(request: PortalRequest, pk: int) -> HttpResponse:
    """Take a session away before the draw."""
    found = _session(request, pk)
    number = found.batch.number
    text = _("The session is taken away.")
    return done(
        request,
        lambda: defending.remove_session(by=request.actor, session=found),
        "reviews:defence",
        number,
        text=text,
    )


@require_http_methods(["GET", "HEAD", "POST"])
@signed_in
def draw(request: PortalRequest, number: int) -> HttpResponse:
    """Draw the agenda by the published seed."""
    require(request.actor, "reviews.view_reviewing")
    batch = batch_of(request, number)
    found = queries.defence_of(request.actor, batch)
    if found is None or found.seed:
        messages.error(request, _("There is nothing to draw: nobody is invited yet, or the agenda is drawn."))
        return see_other("reviews:defence", number)
    require(request.actor, "reviews.draw_agenda", found)
    form = AgendaSeedForm(request.POST or None)
    if form.is_valid():
        with errors_into(form):
            defending.draw(by=request.actor, defence=found, **form.cleaned_data)
            messages.success(request, _("The agenda is drawn, the units are invited."))
            return see_other("reviews:defence", number)
    title = _("Draw the agenda")
    context = {"batch": batch, "title": title, "defence": found, "trail": trail(batch, (title, ""))}
    return page(request, "reviews/draw_agenda.html", context, form=form)
