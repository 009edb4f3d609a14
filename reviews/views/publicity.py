"""Pages of publicity for both ministries: the board of a batch, replacements, final lists."""

from __future__ import annotations

import json
from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from portal.core import clock
from portal.core.errors import DomainError
from portal.core.middleware import PortalRequest
from portal.core.ones import one_of
from portal.core.punctuation import listed
from portal.core.rules import may
from portal.core.web import confirm_page, errors_into, page, require, see_other, signed_in
from portal.programme.enums import BatchState
from portal.programme.models import Batch
from reviews import queries
from reviews.domain import moving_up, publicity, suspending
from reviews.enums import EntryState, ReplacementState
from reviews.forms import DocumentForm, WhyForm
from reviews.models import Decision, Replacement
from reviews.moved import compared
from reviews.views.common import batch_of, done
from reviews.views.deciding import decision_of, decision_trail


@require_http_methods(["GET", "HEAD", "POST"])
@signed_in
def publish(request: PortalRequest, pk: int) -> HttpResponse:
    """Put the adopted list up for objections, after asking."""
    found = decision_of(request, pk)
    require(request.actor, "reviews.publish", found)
    if request.method == "POST":
        number = found.batch.number
        return done(request, lambda: publicity.publish(by=request.actor, decision=found), "reviews:publicity", number)
    first, last = publicity.period(found.batch)
    return confirm_page(
        request,
        title=_("Publish the list"),
        text=_("The list is public at once, by administrative division, without scores and ranks."),
        facts=[(_("First day"), first), (_("Last day"), last), (_("Units"), len(found.chosen))],
        consequences=[
            _("Every unit learns now whether it is on the list, and nothing else."),
            _("Anyone can object until the last day. The period is never shortened."),
            *filter(None, [clock.calendar_note(first, last)]),
        ],
        submit=_("Publish the list"),
        cancel=reverse("reviews:decision", args=[pk]),
        trail=decision_trail(found),
    )


def _decision(request: PortalRequest, batch: Batch) -> Decision:
    require(request.actor, "reviews.view_selection")
    return get_object_or_404(queries.published_decision(request.actor, batch))


def _trail(batch: Batch, *more: tuple[Any, str]) -> list[tuple[Any, str]]:
    return [
        (_("Selection"), reverse("reviews:selection")),
        (str(batch), reverse("reviews:scenarios", args=[batch.number])),
        (_("Publicity"), reverse("reviews:publicity", args=[batch.number])),
        *more,
    ]


@require_safe
@signed_in
def board(request: PortalRequest, number: int) -> HttpResponse:
    """The list of a batch for the ministries: who is listed, waits, left, came, is final, and what is next."""
    require(request.actor, "reviews.view_selection")
    batch = batch_of(request, number)
    found = _decision(request, batch)
    rows = list(queries.board(batch))
    moved = list(queries.replacements(request.actor).filter(batch=batch).defer("instance", "answer"))
    today = clock.today()
    is_ready = [row for row in rows if row.state == EntryState.LISTED and row.publicity_to < today and not row.waiting]
    listed = [row for row in rows if row.state != EntryState.DROPPED]
    open_whole = queries.objections(request.actor).filter(batch=batch, entry=None, state="lodged").count()
    waiting = next((row for row in moved if row.state == ReplacementState.PROPOSED), None)
    context = {
        "batch": batch,
        "decision": found,
        "rows": rows,
        "moved": moved,
        "waiting": waiting,
        "may_confirm": waiting is not None and bool(may(request.actor, "reviews.confirm_replacement", waiting)),
        "free": len(found.chosen) - len(listed),
        "may_replace": waiting is None and bool(may(request.actor, "reviews.propose_replacement", found)),
        "ready": len(is_ready),
        "may_finalise": bool(may(request.actor, "reviews.finalise", batch)) and bool(is_ready) and not open_whole,
        "open": sum(row.waiting for row in rows) + open_whole,
        "open_whole": open_whole,
        "lists": list(queries.final_lists(batch)),
        "may_release": bool(may(request.actor, "reviews.release")),
        "is_supplement": batch.state != BatchState.PUBLICITY,
        "dues": [row.publicity_to for row in listed if row.state != EntryState.FINAL and row.publicity_to >= today],
    }
    return page(request, "reviews/publicity.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@signed_in
def propose_replacement(request: PortalRequest, number: int) -> HttpResponse:
    """Who would take the free place by the decision's own question, and the proposal of it."""
    batch = batch_of(request, number)
    found = _decision(request, batch)
    require(request.actor, "reviews.propose_replacement", found)
    here = reverse("reviews:publicity", args=[number])
    if request.method == "POST":
        text = _("The replacement waits for the other ministry.")
        return done(
            request, lambda: moving_up.propose(by=request.actor, decision=found), "reviews:publicity", number, text=text
        )
    if queries.replacements(request.actor).filter(batch=batch, state=ReplacementState.PROPOSED).exists():
        messages.error(request, _("A replacement waits for the other ministry already."))
        return see_other(here)
    try:
        answer = moving_up.find(found)
    except DomainError as error:
        messages.error(request, str(error))
        return see_other(here)
    title = _("Let a reserve unit move up")
    context = {
        "batch": batch,
        "title": title,
        "trail": _trail(batch, (title, "")),
        "found": compared(found, answer.instance, answer.answer, answer.comes),
        "is_possible": answer.is_possible,
        "cancel": here,
    }
    return page(request, "reviews/replace.html", context)


def _replacement(request: PortalRequest, pk: int) -> Replacement:
    require(request.actor, "reviews.view_selection")
    return one_of(queries.replacements, request.actor, pk=pk)


@require_safe
@signed_in
def replacement(request: PortalRequest, pk: int) -> HttpResponse:
    """One replacement: who moves up, what the re-solving changed, who proposed and confirmed."""
    found = _replacement(request, pk)
    is_open = found.state == ReplacementState.PROPOSED
    context = {
        "replacement": found,
        "batch": found.batch,
        "trail": _trail(found.batch, (str(found), "")),
        "found": compared(found.decision, json.loads(found.instance), json.loads(found.answer), found.comes),
        "may_confirm": is_open and bool(may(request.actor, "reviews.confirm_replacement", found)),
        "may_withdraw": is_open and bool(may(request.actor, "reviews.withdraw_replacement", found)),
    }
    return page(request, "reviews/replacement.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@signed_in
def confirm_replacement(request: PortalRequest, pk: int) -> HttpResponse:
    """Confirm a replacement for the other ministry, after asking."""
    found = _replacement(request, pk)
    require(request.actor, "reviews.confirm_replacement", found)
    here = reverse("reviews:replacement", args=[pk])
    if request.method == "POST":
        text = _("The unit is on the list, with a publicity period of its own.")
        number = found.batch.number
        return done(
            request,
            lambda: moving_up.confirm(by=request.actor, replacement=found),
            "reviews:publicity",
            number,
            text=text,
        )
    first, last = publicity.period(found.batch)
    units = queries.units_of(found.decision)
    title = _("Confirm the replacement")
    return confirm_page(
        request,
        title=title,
        text=_("The unit moves up from the reserve and is published at once."),
        facts=[
            (_("Moves up"), listed(str(units[code]) for code in found.comes)),
            (_("First day"), first),
            (_("Last day"), last),
        ],
        consequences=[
            _("Anyone can object to this unit until its last day; the others are not delayed."),
            _("Your confirmation stands in the audit trail and cannot be taken back."),
            *filter(None, [clock.calendar_note(first, last)]),
        ],
        submit=title,
        cancel=here,
        trail=_trail(found.batch, (str(found), here), (title, "")),
    )


@require_http_methods(["GET", "HEAD", "POST"])
@signed_in
def withdraw_replacement(request: PortalRequest, pk: int) -> HttpResponse:
    """Take a proposed replacement back, or refuse it, with a reason."""
    found = _replacement(request, pk)
    require(request.actor, "reviews.withdraw_replacement", found)
    here = reverse("reviews:replacement", args=[pk])
    form = WhyForm(request.POST or None)
    if form.is_valid():
        with errors_into(form):
            moving_up.withdraw(by=request.actor, replacement=found, why=form.cleaned_data["why"])
            messages.success(request, _("The replacement is withdrawn; it stays in the record."))
            return see_other("reviews:publicity", found.batch.number)
    title = _("Withdraw the replacement")
    return confirm_page(
        request,
        title=title,
        text=_("Nobody moves up. The place stays free until another replacement is proposed."),
        danger=True,
        form=form,
        submit=title,
        cancel=here,
        trail=_trail(found.batch, (str(found), here), (title, "")),
    )


@require_http_methods(["GET", "HEAD", "POST"])
@signed_in
def release(request: PortalRequest, pk: int) -> HttpResponse:
    """Let a unit that waited go on, with a reason."""
    require(request.actor, "reviews.release")
    found = get_object_or_404(queries.suspensions(request.actor).filter(ended_at=None), pk=pk)
    batch = found.entry.batch
    form = WhyForm(request.POST or None)
    if form.is_valid():
        with errors_into(form):
            suspending.release(by=request.actor, suspension=found, why=form.cleaned_data["why"])
            messages.success(request, _("The unit goes on with the list."))
            return see_other("reviews:publicity", batch.number)
    title = _("Let the unit go on")
    return confirm_page(
        request,
        title=title,
        text=_("The public list no longer says that the unit is under examination."),
        facts=[
            (_("Pilot unit"), found.entry),
            (_("Waits since"), found.at.astimezone(clock.SHANGHAI).date()),
            (_("Reason"), found.reason),
        ],
        form=form,
        submit=title,
        cancel=reverse("reviews:publicity", args=[batch.number]),
        trail=_trail(batch, (title, "")),
    )


@require_http_methods(["GET", "HEAD", "POST"])
@signed_in
def finalise(request: PortalRequest, number: int) -> HttpResponse:
    """Make every unit that is ready final under a document number."""
    batch = batch_of(request, number)
    require(request.actor, "reviews.finalise", batch)
    here = reverse("reviews:publicity", args=[number])
    form = DocumentForm(request.POST or None)
    if form.is_valid():
        with errors_into(form):
            publicity.finalise(by=request.actor, batch=batch, document_no=form.cleaned_data["document_no"])
            messages.success(request, _("The list is final. The units, their partners and provinces are told."))
            return see_other(here)
    units = [str(row) for row in queries.ready(batch)]
    supplement = batch.state != BatchState.PUBLICITY
    title = _("Issue a supplementary final list") if supplement else _("Make the list final")
    return confirm_page(
        request,
        title=title,
        text=_("The units that are ready are selected. The list and its document number are public at once.")
        if units
        else _("No unit is ready: its period runs, or an objection is open."),
        facts=[(_("Units that are ready"), listed(units) or "–")],
        consequences=[
            _("Who is under examination or still under publicity follows on a supplementary list."),
            _("This cannot be undone."),
            _("MOF can make the awards from here on."),
        ],
        form=form,
        submit=title,
        cancel=here,
        trail=_trail(batch, (title, "")),
    )
