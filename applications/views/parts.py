"""The joint applicant's own pages: its parts across the nation, one part, its answer. Nothing else of a dossier."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from django.contrib import messages
from django.http import HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from applications import queries, tables
from applications.domain import parts as domain
from applications.enums import OPEN_STATES, ApplicationState, PartnerKind, PartState
from applications.forms import ConfirmForm, ReasonForm
from applications.models import Part, Partner
from applications.verdicts import seal_tag
from applications.views.common import ask as ask_first
from portal.core.errors import Stale
from portal.core.looks import serve_told
from portal.core.middleware import PortalRequest
from portal.core.ones import one_of
from portal.core.rules import may
from portal.core.web import errors_into, page, require, see_other, signed_in


def find_part(request: PortalRequest, pk: int) -> Partner:
    """The invitation of the reader's organisation, or 404."""
    require(request.actor, "applications.view_parts")
    return one_of(queries.partnerships, request.actor, pk=pk)


def part_trail(part: Partner, *more: tuple[str, str]) -> list[tuple[str, str]]:
    """Breadcrumbs down to a page of the part."""
    return [(_("Joint applications"), reverse("applications:parts")), (str(part.unit), part_address(part)), *more]


def part_address(part: Partner, route: str = "part") -> str:
    """The address of a page of the part."""
    return reverse(f"applications:{route}", args=[part.pk])


@require_safe
@signed_in
def parts(request: PortalRequest) -> HttpResponseBase:
    """All joint applications the reader's organisation is invited to, and what the rules leave of each batch."""
    require(request.actor, "applications.view_parts")
    table = tables.parts(request)
    if table.wants_file:
        return table.file()
    return page(request, "applications/parts.html", {"table": table, "commitments": queries.commitments(request.actor)})


@require_safe
@signed_in
def part(request: PortalRequest, pk: int) -> HttpResponse:
    """What is asked of the reader's organisation, its own part, and its answer."""
    found = find_part(request, pk)
    state = found.dossier_state  # type: ignore[attr-defined]  # annotated by the query
    is_open = queries.can_be_answered(found)
    own = queries.own_part(found)
    written = own is not None and bool(own.contribution)
    asked = own is not None and own.state == PartState.ASKED
    may_write = is_open and bool(may(request.actor, "applications.write_part", found))
    context = {
        "part": found,
        "own": own,
        "seal": seal_tag(own.letter.seal) if own and own.letter else None,
        "is_open": is_open,
        "is_district": found.kind == PartnerKind.DISTRICT,
        "may_write": may_write and not asked,
        "may_ask": may_write and written and not asked,
        "may_confirm": is_open and asked and _is_second(request, own, found),
        "is_asked": is_open and asked,
        "may_decline": is_open and bool(may(request.actor, "applications.decline", found)),
        "may_reconsider": state in {*OPEN_STATES, ApplicationState.AWAITING_SIGN_OFF}
        and bool(may(request.actor, "applications.reconsider", found)),
        "trail": [*part_trail(found)[:1], (found.unit, "")],
        **_shared(found, own),
    }
    return page(request, "applications/part.html", context)


def _is_second(request: PortalRequest, own: Part | None, found: Partner) -> bool:
    """Whether the reader may confirm: in the right role, and not who asked."""
    mine = own is not None and own.asked_by_id == request.actor.id
    return not mine and bool(may(request.actor, "applications.confirm_part", found))


def _shared(found: Partner, own: Part | None) -> dict[str, Any]:
    shared = queries.shared(found)
    amounts = own.amounts if own else {}
    for project in shared["projects"]:
        project["amount"] = Decimal(amounts.get(str(project["id"]), "0"))
    return {"shared": shared}


@require_http_methods(["GET", "HEAD", "POST"])
@signed_in
def ask(request: PortalRequest, pk: int) -> HttpResponse:
    """Ask a colleague to confirm."""
    found = find_part(request, pk)
    require(request.actor, "applications.ask_part", found)
    title = _("Ask a second person to confirm")
    return ask_first(
        request,
        act=lambda _form: domain.ask(by=request.actor, partner=found),
        done=_("Your colleagues are asked: one of them confirms or sends it back."),
        to=part_address(found),
        title=title,
        text=_("Your part is closed until a second person of your organisation confirms it or sends it back."),
        submit=title,
        cancel=part_address(found),
        trail=[*part_trail(found), (title, "")],
    )


@require_http_methods(["GET", "HEAD", "POST"])
@signed_in
def confirm(request: PortalRequest, pk: int) -> HttpResponse:
    """Read what a colleague wrote, and confirm it as a second person: the organisation is committed."""
    found = find_part(request, pk)
    require(request.actor, "applications.confirm_part", found)
    form, stale = ConfirmForm(request.POST or None), False
    if form.is_valid():
        seen = {name: form.cleaned_data[name] for name in ("version", "asked")}
        with errors_into(form):
            try:
                domain.confirm(by=request.actor, partner=found, **seen)
            except Stale:
                stale = True
                raise
            messages.success(request, _("Your organisation has committed itself. The unit sees it in its dossier."))
            return see_other(part_address(found))
    answer = _confirm_page(request, find_part(request, pk) if stale else found, form, stale=stale)
    answer.status_code = 409 if stale else answer.status_code
    return answer


def _confirm_page(request: PortalRequest, found: Partner, form: ConfirmForm, *, stale: bool) -> HttpResponse:
    """What stands now. stale: it is not what was seen, so the form carries it and is to be agreed to anew."""
    own = queries.own_part(found)
    told = _shared(found, own)
    now = {"version": own.version if own else 0, "asked": told["shared"].get("asked", "")}
    form.initial = now
    if stale:
        form.read_again(**now)
    title = _("Confirm and commit")
    context = {
        "part": found,
        "own": own,
        "is_asked": own is not None and own.state == PartState.ASKED,
        "seal": seal_tag(own.letter.seal) if own and own.letter else None,
        "is_district": found.kind == PartnerKind.DISTRICT,
        "title": title,
        "cancel": part_address(found),
        "trail": [*part_trail(found), (title, "")],
        **told,
    }
    return page(request, "applications/part_confirm.html", context, form=form)


@require_safe
@signed_in
def letter(request: PortalRequest, pk: int) -> HttpResponseBase:
    """The letter of the own part, before it is committed."""
    found = find_part(request, pk)
    own = queries.own_part(found)
    kept = get_object_or_404(queries.own_letters(request.actor), pk=own.letter_id if own else None)
    return serve_told(kept, request=request)


@require_http_methods(["GET", "HEAD", "POST"])
@signed_in
def send_back(request: PortalRequest, pk: int) -> HttpResponse:
    """Send the part back to be changed."""
    found = find_part(request, pk)
    require(request.actor, "applications.send_back_part", found)
    return _ask_why(
        request,
        found,
        act=domain.send_back,
        done=_("The part can be changed again."),
        title=_("Send our part back to be changed"),
        text=_("Your colleagues read your reason, change the part and ask again."),
        submit=_("Send it back"),
        danger=False,
    )


@require_http_methods(["GET", "HEAD", "POST"])
@signed_in
def decline(request: PortalRequest, pk: int) -> HttpResponse:
    """Decline, with the reason."""
    found = find_part(request, pk)
    require(request.actor, "applications.decline", found)
    return _ask_why(
        request,
        found,
        act=domain.decline,
        done=_("The invitation is declined."),
        title=_("Decline the invitation"),
        text=_("The unit reads your reason. You can reconsider while it has not submitted."),
        submit=_("Decline"),
    )


@require_http_methods(["GET", "HEAD", "POST"])
@signed_in
def reconsider(request: PortalRequest, pk: int) -> HttpResponse:
    """Take the answer back, with the reason."""
    found = find_part(request, pk)
    require(request.actor, "applications.reconsider", found)
    texts = [_("Money committed and letter are taken out; then you answer anew. The unit cannot submit meanwhile.")]
    if found.dossier_state == ApplicationState.AWAITING_SIGN_OFF:  # type: ignore[attr-defined]  # annotated
        texts.append(_("The unit has asked for its signature: that is off then, and its dossier must be signed anew."))
    if found.kind == PartnerKind.DISTRICT:
        texts.append(_("Your district leaves the dossier, which is the first district's own again."))
    return _ask_why(
        request,
        found,
        act=domain.reconsider,
        done=_("The answer is taken back; the invitation is open again."),
        title=_("Take the answer back"),
        text=texts[0],
        consequences=texts[1:],
        submit=_("Take it back"),
    )


def _ask_why(
    request: PortalRequest, found: Partner, *, act: Any, title: str, danger: bool = True, **how: Any
) -> HttpResponse:
    return ask_first(
        request,
        form=ReasonForm(request.POST or None),
        act=lambda form: act(by=request.actor, partner=found, why=form.cleaned_data["why"]),
        to=part_address(found) if act is not domain.reconsider else reverse("applications:parts"),
        title=title,
        cancel=part_address(found),
        danger=danger,
        trail=[*part_trail(found), (title, "")],
        **how,
    )
