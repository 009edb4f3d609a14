"""The form in which a joint applicant writes its part: saved, kept while it is typed, both texts after a conflict."""

from __future__ import annotations

import functools
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.utils.timezone import localtime
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from applications import queries, unplaced
from applications.domain import part_sheets as sheets
from applications.domain import parts as domain
from applications.forms import PartForm
from applications.forms.conflict import base_of
from applications.models import Part, Partner
from applications.places import Spot, earlier, spot
from applications.views.common import ask
from applications.views.parts import find_part, part_address, part_trail
from applications.views.sheet import Keeping, Sheet
from applications.views.together import typed_in
from portal.core import clock
from portal.core.middleware import PortalRequest
from portal.core.web import require, see_other, signed_in


def _find(request: PortalRequest, pk: int) -> Partner:
    found = find_part(request, pk)
    require(request.actor, "applications.write_part", found)
    return found


def _keeping(request: PortalRequest, found: Partner) -> Keeping:
    where, after = spot("part", "", request.POST.get("page", "")), earlier(request.POST.get("after", ""))
    return Keeping(
        spot=where,
        keep_url=part_address(found, "keep_part"),
        discard_url=part_address(found, "discard_part"),
        kept=functools.cache(lambda: queries.unsaved_part(request.actor, found)),
        close=lambda: sheets.close(by=request.actor, partner=found, page=where.page, after=after),
        after=after,
    )


@require_http_methods(["GET", "HEAD", "POST"])
@signed_in
def write(request: PortalRequest, pk: int) -> HttpResponse:
    """Write the draft of the own part; nobody else sees it."""
    found = _find(request, pk)
    own = queries.own_part(found)
    projects = queries.shared(found)["projects"]
    keeping = _keeping(request, found)
    projects += _gone(request.POST or getattr(keeping.kept(), "data", None), projects)
    form = PartForm(
        request.POST or None,
        request.FILES or None,
        projects=projects,
        has_letter=own is not None and own.letter_id is not None,
        initial=_initial(own, projects),
    )
    sheet = Sheet(request, keeping, form, base_of(form, form.initial))
    if form.is_bound:
        if sheet.save(
            lambda: domain.write(
                by=request.actor, partner=found, what=form.to_input(), version=form.cleaned_data["version"]
            ),
            lambda: _initial(queries.own_part(found), projects),
        ):
            messages.success(request, _("Saved. Nobody but your own organisation sees it until it is confirmed."))
            return see_other(part_address(found))
        own = queries.own_part(found)
        if sheet.is_conflict:
            form.carry(own.version if own else 0)
        if request.FILES and "letter" not in form.errors:
            form.add_error("letter", _("Choose the file again: it was not stored, since the form was not saved."))
    else:
        sheet.restore()
    title = _("Write our part")
    context = {
        **sheet.context(),
        "title": title,
        "form": form,
        "last": _last(own),
        "cancel": part_address(found),
        "trail": [*part_trail(found), (title, "")],
    }
    return render(request, "applications/part_write.html", context, status=sheet.status)


def _gone(data: Any, projects: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Projects for which money was typed while the invitation named them, like those that stand; nameless by now."""
    typed = unplaced.typed(data, r"project_(\d{1,18})") - {one["id"] for one in projects}
    name = _("a project that was taken out of the invitation")
    return [{"id": pk, "name": name} for pk in sorted(typed)]


def _last(own: Part | None) -> dict[str, str]:
    """Who wrote the part last, as the trail of a section says it."""
    return {"name": own.written_by.name, "at": localtime(own.written_at).isoformat()} if own else {}


def _initial(own: Part | None, projects: list[dict[str, Any]]) -> dict[str, Any]:
    if own is None:
        return {"version": 0}
    amounts = {f"project_{one['id']}": own.amounts.get(str(one["id"])) for one in projects}
    return {"contribution": own.contribution, "amount": own.amount or None, "version": own.version, **amounts}


@require_POST
@signed_in
def keep(request: PortalRequest, pk: int) -> HttpResponse:
    """A sign of life of the form, with what was typed since the last one; the answer says who else is here."""
    found = _find(request, pk)
    where = Spot(request.POST.get("place", ""), request.POST.get("page", ""))
    typed = typed_in(request)
    typing = typed is not None or request.POST.get("dirty") == "1"
    leaving = bool(request.POST.get("left"))
    kept = sheets.arrive(by=request.actor, partner=found, page=where.page, typing=typing, data=typed, leaving=leaving)
    if leaving:
        sheets.leave(by=request.actor, partner=found, page=where.page)
        return HttpResponse(status=201 if kept else 204)
    context = {
        "kept_at": clock.now() if kept else None,
        "others": queries.open_sheets(request.actor, found, where.page),
        "me": request.actor.id,
        "newer": _newer(request, found),
    }
    answer = render(request, "applications/_together.html", context)
    answer["Cache-Control"] = "no-store"
    return answer


def _newer(request: PortalRequest, found: Partner) -> dict[str, str]:
    read, own = request.POST.get("read", ""), queries.own_part(found)
    known = read.isdecimal() and len(read) < 10
    return _last(own) if own is not None and known and own.version > int(read) else {}


@require_http_methods(["GET", "HEAD", "POST"])
@signed_in
def discard(request: PortalRequest, pk: int) -> HttpResponse:
    """Ask, then discard what was typed and not saved."""
    found = _find(request, pk)
    kept = queries.unsaved_part(request.actor, found)
    if kept is None:
        raise Http404
    back = part_address(found, "write_part")
    title = _("Discard the unsaved text")
    return ask(
        request,
        act=lambda _form: sheets.close(by=request.actor, partner=found, page=kept.page),
        done=_("The unsaved text is discarded. The page shows what stands in the part."),
        to=back,
        title=title,
        text=_("What you typed on this page and did not save is lost. The part itself stays as it is."),
        submit=_("Discard it"),
        cancel=back,
        danger=True,
        trail=[*part_trail(found), (title, "")],
    )
