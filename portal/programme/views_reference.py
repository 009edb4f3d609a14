"""Pages on which the system administrator records how pilot units and central SOEs change."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from portal.core.errors import Text
from portal.core.middleware import PortalRequest
from portal.core.web import confirm_page, errors_into, page, require, see_other, signed_in
from portal.programme import queries
from portal.programme.domain import reference as domain
from portal.programme.forms_reference import ChangeForm, NewSOEForm, NewUnitForm
from portal.programme.models import CentralSOE, PilotUnit


def _change(request: PortalRequest, row: PilotUnit | CentralSOE, run: Callable[[ChangeForm], Any], route: str,
            label: Text) -> HttpResponse:  # fmt: skip
    require(request.actor, "programme.change_reference", row)
    form = ChangeForm(request.POST or None, row=row)
    if form.is_valid():
        with errors_into(form):
            run(form)
            messages.success(request, _("Done. It stands in the audit trail."))
            return see_other(route)
    return confirm_page(
        request,
        title=_("%(what)s changes") % {"what": row},
        text=_("For what is published: a new name, an end, and what follows by law. It takes effect at once."),
        consequences=[
            _("Papers, published lists and submissions stay as they are; the former name is kept and shown."),
            _("What ended keeps its dossiers and its money. It applies no more after its last day."),
            _("The people keep their rights: a security administrator hands them over or invites those who go on."),
            _("Who reviews and has an interest in the one now has it in the other: such reviews end at once."),
        ],
        facts=[(_("Code"), row.code), (_("Former names"), row.formerly or "–")],
        form=form,
        submit=_("Record the change"),
        cancel=reverse(route),
        trail=[(label, reverse(route))],
    )


@require_http_methods(["GET", "HEAD", "POST"])
@signed_in
def change_unit(request: PortalRequest, code: str) -> HttpResponse:
    """Record that a pilot unit was renamed, ended, or is followed by another."""
    row = get_object_or_404(queries.units(), code=code)
    return _change(
        request,
        row,
        lambda form: domain.change_unit(by=request.actor, unit=row, what=form.to_input()),
        "programme:units",
        _("Pilot units"),
    )


@require_http_methods(["GET", "HEAD", "POST"])
@signed_in
def change_soe(request: PortalRequest, code: str) -> HttpResponse:
    """Record that a central SOE was renamed, ended, or is followed by another."""
    row = get_object_or_404(queries.soes(), code=code)
    return _change(
        request,
        row,
        lambda form: domain.change_soe(by=request.actor, soe=row, what=form.to_input()),
        "programme:soes",
        _("Central SOEs"),
    )


def _add(
    request: PortalRequest, form: Any, run: Callable[[Any], Any], route: str, label: Text, title: Text
) -> HttpResponse:
    require(request.actor, "programme.add_reference")
    if form.is_valid():
        with errors_into(form):
            run(form.to_input())
            messages.success(request, _("Done. It stands in the audit trail."))
            return see_other(route)
    return page(
        request, "programme/new_entry.html", {"title": title, "list": label, "list_url": reverse(route)}, form=form
    )


@require_http_methods(["GET", "HEAD", "POST"])
@signed_in
def new_unit(request: PortalRequest) -> HttpResponse:
    """Add a pilot unit that is new."""
    form = NewUnitForm(request.POST or None)
    run: Callable[[Any], Any] = lambda what: domain.add_unit(by=request.actor, what=what)  # noqa: E731
    return _add(request, form, run, "programme:units", _("Pilot units"), _("New pilot unit"))


@require_http_methods(["GET", "HEAD", "POST"])
@signed_in
def new_soe(request: PortalRequest) -> HttpResponse:
    """Add a central SOE that is new in the directory."""
    form = NewSOEForm(request.POST or None)
    run: Callable[[Any], Any] = lambda what: domain.add_soe(by=request.actor, what=what)  # noqa: E731
    return _add(request, form, run, "programme:soes", _("Central SOEs"), _("New central SOE"))
