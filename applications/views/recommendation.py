"""The province's pages: examine and decide, bring the joint letter, the letters and places of the province."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import HttpResponse, HttpResponseBase
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from applications import examined, presentation, queries, tables_province, times
from applications.checklist import points_of
from applications.domain import examination
from applications.domain import recommendation as domain
from applications.enums import Side
from applications.forms.checklist import initial_of
from applications.forms.province import LetterForm, RecommendForm
from applications.journey import address
from applications.models import Application, Recommendation, Snapshot
from applications.views import unsent
from applications.views.common import find, trail
from portal.core.looks import serve_told
from portal.core.middleware import PortalRequest
from portal.core.ones import one_of
from portal.core.web import errors_into, page, require, see_other, signed_in


@require_http_methods(["GET", "HEAD", "POST"])
@signed_in
def recommend(request: PortalRequest, pk: int) -> HttpResponse:
    """Examine the current submission by the checklist and decide for one department."""
    found = find(request, pk)
    require(request.actor, "applications.recommend", found)
    current = queries.current_snapshot(found)
    if current is None:
        return see_other(address(found, "detail"))
    decided = list(queries.decisions_on(current))
    sides = _open_sides(request, found, decided)
    form = _form(request, found, current, decided) if sides else None
    if form is not None and form.is_valid():
        with errors_into(form):
            return _act(request, found, current, form)
    title = _("Decide for your department")
    context = {
        "application": found,
        "current": current,
        "decided": decided,
        "points": examined.lines(found, queries.points_on(current, decided)),
        "sides": sides,
        "side": sides[0] if sides else None,
        "quota": queries.quota(found),
        "due": times.province_due(found.batch),
        "places": queries.placed(found),
        "dossier_html": presentation.signed_html(current),
        "title": title,
        "trail": [*trail(found), (title, "")],
    }
    return page(request, "applications/recommend.html", context, form=form)


def _open_sides(request: PortalRequest, found: Application, decided: list[Recommendation]) -> list[Side]:
    """The departments for which the reader may still decide."""
    over = {row.side for row in decided}
    return [side for side in domain.sides_of(request.actor, found) if side not in over]


def _form(
    request: PortalRequest, found: Application, current: Snapshot, decided: list[Recommendation]
) -> RecommendForm:
    sides = _open_sides(request, found, decided)
    side = next((side for side in sides if side == request.POST.get("side")), sides[0])
    kept = list(queries.own_points(current, side))
    initial: dict[str, Any] = {"snapshot": current.pk, "side": side.value, **initial_of(kept)}
    first = next((row for row in decided if row.letter_id), None)
    if first is not None:
        initial |= {"letter": first.letter_id, "rank": first.rank}
    initial |= unsent.held(request, _unsent(current, side))
    return RecommendForm(
        request.POST or None,
        points=points_of(found, side),
        letters=queries.letters_for(found),
        ranks=domain.ranks(found),
        initial=initial,
    )


def _unsent(current: Snapshot, side: str) -> str:
    return f"recommend:{current.pk}:{side}"


def _act(request: PortalRequest, found: Application, current: Snapshot, form: RecommendForm) -> HttpResponse:
    if form.only_saves:
        side = Side(form.cleaned_data["side"])
        answers = form.answers()
        unsent.hold(request, _unsent(current, side), form)
        if answers or not form.brings_letter:
            examination.examine(
                by=request.actor, application=found, snapshot=form.seen(current), side=side, answers=answers
            )
            messages.success(request, _("The checklist is kept. Others of your department can go on with it."))
        return see_other(address(found, "letter" if form.brings_letter else "recommend"))
    domain.recommend(by=request.actor, application=found, what=form.to_input(current))
    unsent.let_go(request, _unsent(current, form.cleaned_data["side"]))
    messages.success(request, _("The decision of your department is kept."))
    return see_other(address(found, "detail"))


@require_http_methods(["GET", "HEAD", "POST"])
@signed_in
def letter(request: PortalRequest, pk: int) -> HttpResponse:
    """Bring the joint letter."""
    found = find(request, pk)
    require(request.actor, "applications.bring_letter", found)
    form = LetterForm(request.POST or None, request.FILES or None)
    back = address(found, "recommend")
    if form.is_valid():
        with errors_into(form):
            done = examination.bring_letter(by=request.actor, application=found, what=form.to_input())
            messages.success(request, _("The letter %(number)s is kept.") % {"number": done.number})
            return see_other(back)
    title = _("Bring the joint letter")
    context = {"title": title, "cancel": back, "trail": [*trail(found, (_("Decide"), back)), (title, "")]}
    return page(request, "applications/letter.html", context, form=form)


@require_safe
@signed_in
def letters(request: PortalRequest) -> HttpResponseBase:
    """Joint letters of provinces in the reader's scope."""
    require(request.actor, "applications.view_letters")
    table = tables_province.letters(request)
    if table.wants_file:
        return table.file()
    return page(request, "applications/letters.html", {"table": table})


@require_safe
@signed_in
def letter_file(request: PortalRequest, row: int) -> HttpResponseBase:
    """Hand a joint letter out to the province and the ministries; 404 for all others."""
    require(request.actor, "applications.view_letters")
    return serve_told(one_of(queries.letters, request.actor, pk=row), request=request)
