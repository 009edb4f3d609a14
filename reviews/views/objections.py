"""Objections for the ministries: list, one and how it is handled, its evidence; auditors read them."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.forms import Form
from django.http import HttpResponse, HttpResponseBase
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from portal.core import clock, scanning
from portal.core.looks import serve_told
from portal.core.middleware import PortalRequest
from portal.core.ones import one_of
from portal.core.rules import may
from portal.core.web import confirm_page, errors_into, page, require, see_other, signed_in
from reviews import queries, tables_publicity
from reviews.domain import answering, suspending
from reviews.enums import EntryState, ObjectionState
from reviews.forms import AnswerForm, ExtendForm, NoteForm, WhyForm
from reviews.models import Objection
from reviews.views.common import done


@require_safe
@signed_in
def objections(request: PortalRequest) -> HttpResponseBase:
    """All objections, open ones first."""
    require(request.actor, "reviews.view_objections")
    table = tables_publicity.objections(request)
    return table.file() if table.wants_file else page(request, "reviews/objections.html", {"table": table})


def _find(request: PortalRequest, pk: UUID) -> Objection:
    require(request.actor, "reviews.view_objections")
    return one_of(queries.objections, request.actor, pk=pk)


@require_http_methods(["GET", "HEAD", "POST"])
@signed_in
def objection(request: PortalRequest, pk: UUID) -> HttpResponse:
    """One objection: what was lodged, with what evidence, who handles it until when, its notes, its answer."""
    found = _find(request, pk)
    form = None
    is_open = found.state == ObjectionState.LODGED
    handles = found.handler_id in (None, request.actor.id)
    if is_open and handles and may(request.actor, "reviews.answer", found):
        form = AnswerForm(request.POST or None)
        if form.is_valid():
            with errors_into(form):
                data = form.cleaned_data
                uphold = data["outcome"] == "uphold"
                answering.answer(by=request.actor, objection=found, uphold=uphold, text=data["answer"])
                messages.success(request, _("The objection is answered; the objector reads it under the receipt."))
                return see_other("reviews:objection", pk)
    elif request.method == "POST":
        require(request.actor, "reviews.answer", found)
        text = (
            _("A colleague handles this: take it over first.") if is_open else _("This objection is answered already.")
        )
        messages.error(request, text)
        return see_other("reviews:objection", pk)
    return page(request, "reviews/objection.html", _context(request, found, is_open=is_open), form=form)


def _context(request: PortalRequest, found: Objection, *, is_open: bool) -> dict[str, Any]:
    files = list(queries.evidence_of(found))
    verdicts = scanning.states([row.sha256 for row in files]) if files else {}
    actor = request.actor
    listed = found.entry is not None and found.entry.state == EntryState.LISTED
    return {
        "objection": found,
        "files": [(row, verdicts.get(row.sha256)) for row in files],
        "notes": list(queries.notes_of(found)),
        "is_open": is_open,
        "calendar": clock.calendar_note(found.due_on) if is_open else "",
        "is_mine": found.handler_id == actor.id,
        "is_suspended": found.entry is not None and found.entry.state == EntryState.SUSPENDED,
        "may_take": is_open and found.handler_id != actor.id and bool(may(actor, "reviews.take_objection", found)),
        "may_note": bool(may(actor, "reviews.note_objection", found)),
        "may_extend": is_open and not found.extended_at and bool(may(actor, "reviews.extend_objection", found)),
        "may_suspend": is_open and listed and bool(may(actor, "reviews.suspend", found)),
    }


@require_POST
@signed_in
def take(request: PortalRequest, pk: UUID) -> HttpResponse:
    """Handle an objection oneself."""
    found = _find(request, pk)
    require(request.actor, "reviews.take_objection", found)
    text = _("You handle this objection now.")
    return done(request, lambda: answering.take(by=request.actor, objection=found), "reviews:objection", pk, text=text)


def _asked(
    request: PortalRequest, found: Objection, form: Form, act: Callable[[Any], Any], **shown: Any
) -> HttpResponse:
    """A form of one act on an objection on a page of its own."""
    here = reverse("reviews:objection", args=[found.pk])
    done_text = shown.pop("done")
    if form.is_valid():
        with errors_into(form):
            act(form.cleaned_data)
            messages.success(request, done_text)
            return see_other(here)
    trail = [(_("Objections"), reverse("reviews:objections")), (found.receipt_no, here), (shown["title"], "")]
    return confirm_page(request, form=form, submit=shown["title"], cancel=here, trail=trail, **shown)


@require_http_methods(["GET", "HEAD", "POST"])
@signed_in
def note(request: PortalRequest, pk: UUID) -> HttpResponse:
    """Note something of the examination."""
    found = _find(request, pk)
    require(request.actor, "reviews.note_objection", found)
    return _asked(
        request,
        found,
        NoteForm(request.POST or None),
        lambda data: answering.note(by=request.actor, objection=found, text=data["text"]),
        title=_("Write a note"),
        text=_("What you found, whom you asked, what is still open."),
        done=_("The note is kept."),
    )


@require_http_methods(["GET", "HEAD", "POST"])
@signed_in
def extend(request: PortalRequest, pk: UUID) -> HttpResponse:
    """Give more time for the answer, for the ministry that does not handle it."""
    found = _find(request, pk)
    require(request.actor, "reviews.extend_objection", found)
    later = clock.add_working_days(max(found.due_on, clock.today()), 5)
    return _asked(
        request,
        found,
        ExtendForm(request.POST or None, initial={"until": later}),
        lambda data: answering.extend(by=request.actor, objection=found, until=data["until"], why=data["why"]),
        title=_("Give more time"),
        text=_("The day by which the objection is answered moves, once. The objector sees the new day.")
        + (f" {note}" if (note := clock.calendar_note(later)) else ""),
        facts=[(_("Answer due"), found.due_on), (_("Handled by"), found.handler)],
        done=_("The new day stands."),
    )


@require_http_methods(["GET", "HEAD", "POST"])
@signed_in
def suspend(request: PortalRequest, pk: UUID) -> HttpResponse:
    """Let the unit wait while its objection is examined."""
    found = _find(request, pk)
    require(request.actor, "reviews.suspend", found)
    if found.entry is None or found.state != ObjectionState.LODGED or found.entry.state != EntryState.LISTED:
        messages.error(request, _("This unit cannot wait now: it waits already, or the objection is answered."))
        return see_other("reviews:objection", pk)
    return _asked(
        request,
        found,
        WhyForm(request.POST or None),
        lambda data: suspending.suspend(by=request.actor, objection=found, why=data["why"]),
        title=_("Let the unit wait"),
        text=_("The unit is not made final while it waits. All other units go on."),
        facts=[(_("Pilot unit"), found.entry)],
        consequences=[
            _("The public list says “under examination” beside the unit, and not why."),
            _("It goes on by an act of its own once every objection against it is answered."),
        ],
        done=_("The unit waits; the others go on."),
    )


@require_safe
@signed_in
def evidence(request: PortalRequest, pk: UUID) -> HttpResponseBase:
    """Hand out a file of evidence as a download; the look at it stands in the trail."""
    require(request.actor, "reviews.view_objections")
    found = one_of(queries.evidence, request.actor, pk=pk)
    return serve_told(found, request=request, act="reviews.view_evidence")
