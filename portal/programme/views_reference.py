"""Pages on which the system administrator records how pilot units and central SOEs change."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeVar

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import pgettext
from django.views.decorators.http import require_http_methods

from portal.core.errors import DomainError, Stale, Text
from portal.core.middleware import PortalRequest
from portal.core.web import confirm_page, errors_into, page, require, see_other, signed_in
from portal.programme import queries
from portal.programme.domain import reference as domain
from portal.programme.domain.reference import ChangeInput
from portal.programme.forms_reference import ChangeForm, NewSOEForm, NewUnitForm
from portal.programme.models import CentralSOE, PilotUnit

T = TypeVar("T", PilotUnit, CentralSOE)


def _change(request: PortalRequest, row: T, run: Callable[[ChangeForm], Any], route: str, label: Text) -> HttpResponse:
    """In two steps: what changed is typed, then shown with what it touches; nothing is recorded before the second."""
    require(request.actor, "programme.change_reference", row)
    title = _("%(what)s changes") % {"what": row}
    trail = [(label, reverse(route))]
    form = ChangeForm(request.POST or None, row=row)
    if form.is_valid():
        with errors_into(form):
            try:
                if request.POST.get("confirm") == "yes":
                    run(form)
                    messages.success(request, _("Done. It stands in the audit trail."))
                    return see_other(route)
                what = form.to_input()
                touched = domain.preview(by=request.actor, row=row, what=what)
                return _asked(request, row, form, what, touched, title=title, cancel=reverse(route), trail=trail)
            except DomainError as error:
                row.refresh_from_db()  # an act the database refused leaves it as it would have been
                if isinstance(error, Stale):
                    form.read_again(row)
                raise
    return page(
        request,
        "programme/change_entry.html",
        {"title": title, "trail": trail, "cancel": reverse(route), "facts": _facts(row)},
        form=form,
    )


def _facts(row: PilotUnit | CentralSOE) -> list[tuple[Text, Any]]:
    """What it is now: a colleague may have changed it since the page was opened."""
    follows: Any = row.successor
    return [
        (_("Code"), row.code),
        (pgettext("of a thing", "Name"), f"{row.name_zh} · {row.name_en}"),
        (_("Former names"), row.formerly or "–"),
        (_("Last day"), row.valid_to or "–"),
        (_("What follows"), _named(follows)),
        (_("Document of the last change"), row.document_no or "–"),
    ]


def _named(follows: Any) -> str:
    return f"{follows.code} · {follows}" if follows is not None else "–"


def _asked(request: PortalRequest, row: PilotUnit | CentralSOE, form: ChangeForm, what: ChangeInput[Any],
           touched: list[tuple[Text, int]], **page_of: Any) -> HttpResponse:  # fmt: skip
    """The page that asks: who follows in full, for a code is mistyped easily, and what is touched in numbers."""
    form.carried()
    facts: list[tuple[Text, Any]] = [(_("Code"), row.code)]
    if (what.name_zh, what.name_en) != (row.name_zh, row.name_en):
        facts.append((pgettext("of a thing", "Name"), f"{what.name_zh} · {what.name_en}"))
    if what.valid_to is not None:
        facts.append((_("Last day"), what.valid_to))
    facts += [(_("What follows"), _named(what.successor)), (_("Document that says so"), what.document_no)]
    return confirm_page(
        request,
        text=_("For what is published: a new name, an end, and what follows by law. It takes effect at once."),
        consequences=[
            _("Papers, published lists and submissions stay as they are; the former name is kept and shown."),
            _("What ended keeps its dossiers and its money. It applies no more after its last day."),
            _("The people keep their rights: a security administrator hands them over or invites those who go on."),
            _("Who reviews and has an interest in the one now has it in the other: such reviews end at once."),
            _("A review that has ended does not come back when the change is put right. Both ministries are told."),
        ],
        facts=[*facts, *touched],
        form=form,
        submit=_("Record the change"),
        danger=what.successor is not None,
        **page_of,
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
