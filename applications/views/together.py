"""Answers to the script of a section's page: keep what is typed, say who else is here; and discard what was kept."""

from __future__ import annotations

from typing import Any

from django.http import HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from applications.domain import unsaved
from applications.journey import address
from applications.models import Application
from applications.places import Spot
from applications.queries import together as queries
from applications.views.common import ask, find_to_edit, trail
from portal.core import clock
from portal.core.middleware import PortalRequest
from portal.core.web import signed_in

# Names of the request itself, not of the form.
_OWN = frozenset({"csrfmiddlewaretoken", "place", "page", "typed", "left"})


def typed_in(request: PortalRequest) -> dict[str, list[str]] | None:
    """The fields of the form that came with a sign of life, as the browser sent them; None when nothing was typed."""
    if not request.POST.get("typed"):
        return None
    # NUL stands in no text of the database; a form would refuse it, what is kept is only to be shown again.
    sent = ((name.replace("\0", ""), values) for name, values in request.POST.lists() if name not in _OWN)
    return {name: [value.replace("\0", "") for value in values] for name, values in sent}


@require_POST
@signed_in
def keep(request: PortalRequest, pk: int) -> HttpResponse:
    """A sign of life of a section's page, with what was typed since the last one; the answer says who else is here.

    typed: the form comes with it and is kept; turn counts how often this opening sent it. left: the page is being
    closed; 201 then says that what came with it is kept, 204 that nothing is.
    """
    found = find_to_edit(request, pk)
    spot = Spot(request.POST.get("place", ""), request.POST.get("page", ""))
    data = typed_in(request)
    leaving = bool(request.POST.get("left"))
    kept = data is not None and unsaved.keep(by=request.actor, application=found, spot=spot, data=data)
    if leaving:
        unsaved.leave(by=request.actor, application=found, spot=spot)
        return HttpResponse(status=201 if kept else 204)
    typing = kept or request.POST.get("dirty") == "1"
    unsaved.arrive(by=request.actor, application=found, spot=spot, typing=typing)
    context = {
        "kept_at": clock.now() if kept else None,
        "elsewhere": data is not None and not kept and _elsewhere(request, found, spot),
        "others": queries.others(request.actor, found, spot),
        "me": request.actor.id,
        "newer": _newer(request, found, spot),
    }
    answer = render(request, "applications/_together.html", context)
    answer["Cache-Control"] = "no-store"
    return answer


def _elsewhere(request: PortalRequest, found: Application, spot: Spot) -> bool:
    """Whether what is kept is another text of the same person, from another window."""
    kept = queries.unsaved(request.actor, found, spot.place)
    return kept is not None and kept.page != spot.page


def _newer(request: PortalRequest, found: Application, spot: Spot) -> dict[str, Any]:
    """The change that was saved after this page was read and with which it would conflict; empty when there is none."""
    read = request.POST.get("read", "")
    return queries.newer(found, spot, int(read)) if read.isdecimal() and len(read) < 10 else {}


@require_http_methods(["GET", "HEAD", "POST"])
@signed_in
def discard(request: PortalRequest, pk: int, place: str) -> HttpResponse:
    """Ask, then discard what was typed at a place and not saved."""
    found = find_to_edit(request, pk)
    spot = Spot(place, "0")
    get_object_or_404(queries.all_unsaved(request.actor, found), place=spot.place)
    left = spot.section if queries.row_is_gone(found, spot) else spot.place
    back = f"{address(found, 'detail')}{left}/"
    title = _("Discard the unsaved text")
    return ask(
        request,
        act=lambda _form: unsaved.discard(by=request.actor, application=found, spot=spot),
        done=_("The unsaved text is discarded. The page shows what stands in the dossier."),
        to=back,
        title=title,
        text=_("What you typed on this page and did not save is lost. The dossier itself stays as it is."),
        submit=_("Discard it"),
        cancel=back,
        danger=True,
        trail=[*trail(found), (title, "")],
    )
