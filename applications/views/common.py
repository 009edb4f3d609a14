"""What the pages of a dossier share: finding it, saving a section, the page of a conflict."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, cast

from django import forms
from django.contrib import messages
from django.db.models import QuerySet
from django.forms import BaseForm
from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _

from applications import queries
from applications.domain.editing import last_change, refuse_closed
from applications.forms.conflict import base_of
from applications.forms.fields import SeenForm, VersionedForm
from applications.forms.submission import WithdrawForm
from applications.journey import TITLES, address
from applications.models import Application
from applications.views.beside import along, beside
from applications.views.sheet import Sheet, of_dossier
from portal.core.errors import Stale
from portal.core.middleware import PortalRequest
from portal.core.ones import one_of
from portal.core.rules import may
from portal.core.web import confirm_page, errors_into, require, see_other


def find(request: PortalRequest, pk: int) -> Application:
    """The application, or 404 outside the reader's scope."""
    require(request.actor, "applications.view")
    return one_of(queries.applications, request.actor, pk=pk)


def find_whole(request: PortalRequest, pk: int) -> Application:
    """The application with all its rows, or 404 outside the reader's scope."""
    found = find_followed(request, pk)
    queries.load(found)
    return found


def find_followed(request: PortalRequest, pk: int) -> Application:
    """The application with what happened to it, or 404 outside the reader's scope."""
    require(request.actor, "applications.view")
    found = one_of(queries.marked_applications, request.actor, pk=pk)
    queries.follow(found)
    return found


def find_to_edit(request: PortalRequest, pk: int) -> Application:
    """The application, when the reader may change its dossier; 403 with the reason otherwise.

    Raises WrongState on the page of a section which the correction under way does not reopen.
    """
    found = find(request, pk)
    require(request.actor, "applications.edit", found)
    section = request.path.removeprefix(address(found, "detail")).split("/", 1)[0]
    if section in TITLES:
        refuse_closed(found, section)
    return found


def find_row(request: PortalRequest, application: Application, rows: QuerySet[Any], row: int | None) -> Any:
    """The row of a section whose form is opened or sent; None for a new one, and for one taken out meanwhile.

    What was typed of one taken out comes back (`is_gone`), be it sent or kept before; with nothing typed it is 404.
    """
    found = rows.filter(pk=row).first() if row else None
    if row and found is None and request.method != "POST" and of_dossier(request, application).kept() is None:
        raise Http404
    return found


def is_gone(request: PortalRequest, kept: Any) -> bool:
    """Whether the address names a row, and `find_row` found it taken out."""
    match = request.resolver_match
    return kept is None and match is not None and match.kwargs.get("row") is not None


def gone_words() -> str:
    """What a page says of a row that was taken out while somebody typed into its form."""
    return _("Somebody took this out of the dossier meanwhile. What you typed stands below: copy it.")


def ask(
    request: PortalRequest,
    *,
    act: Callable[[BaseForm], Any],
    done: str,
    to: str,
    title: str,
    text: str,
    submit: str,
    cancel: str,
    form: BaseForm | None = None,
    version: int | None = None,
    **more: Any,
) -> HttpResponse:
    """Ask before an act that cannot be undone; on POST do it and go on to `to`, or say why it was refused.

    form: for a reason; `act` gets it. version: of what the page shows; `act` gets in `cleaned_data["version"]` the one
    that was seen, and where something else stands by now the page comes back (409). more: facts, consequences, danger,
    trail.
    """
    if form is None:
        kind = forms.Form if version is None else SeenForm
        form = kind(request.POST or None, initial={"version": version})
    stale = False
    if request.method == "POST" and form.is_valid():
        with errors_into(form):
            try:
                act(form)
            except Stale as error:
                stale = True
                raise Stale(error.code, _changed(error.code)) from error
            messages.success(request, done)
            return see_other(to)
    if form.is_bound and isinstance(form, (SeenForm, WithdrawForm)):
        form.see()
    answer = confirm_page(request, title=title, text=text, submit=submit, cancel=cancel, form=form, **more)
    answer.status_code = 409 if stale else answer.status_code
    return answer


def seen(form: BaseForm) -> int | None:
    """The version which the page that asks had shown."""
    found: int | None = form.cleaned_data["version"]
    return found


def _changed(code: str) -> str:
    """What the page that asks says of what changed since it was read."""
    if code == "gone":
        return _("Somebody took this out meanwhile.")
    return _("Somebody changed this after you opened this page. Go back and read it, or confirm again what stands now.")


def trail(application: Application, *more: tuple[Any, str]) -> list[tuple[Any, str]]:
    """Breadcrumbs down to a page of this application; the last has no address."""
    return [
        (_("Applications"), reverse("applications:list")),
        (application.unit, address(application, "detail")),
        *more,
    ]


def section_page(
    request: PortalRequest,
    application: Application,
    section: str,
    form: BaseForm,
    *,
    act: Callable[[], Any],
    initial: Callable[[], dict[str, Any]],
    title: str = "",
    back: str = "detail",
    saved: str = "",
    version: Callable[[], int] | None = None,
    template: str = "applications/section.html",
    chosen: tuple[str, str] = ("", ""),
    kept: Any = None,
    **context: Any,
) -> HttpResponse:
    """A section's form: 303 when saved, 422 with errors, 409 with both texts when somebody else saved meanwhile.

    initial: what stands in the database now, asked again after a conflict; version: the version to carry on; template:
    one that extends the section's; chosen: a field, and what the address chose for it; kept: the row (`find_row`) where
    the address names one. What was typed here before and not saved stands in the form again, also when its row is gone.
    """
    gone = is_gone(request, kept)
    title = _("Taken out meanwhile") if gone else title
    page = Sheet(request, of_dossier(request, application), form, base_of(form, form.initial))
    if form.is_bound and not gone:
        if page.save(act, initial):
            messages.success(request, saved or _("Saved."))
            return see_other(address(application, back))
        if page.is_conflict:
            cast("VersionedForm", form).carry((version or (lambda: application.version))())
    elif not form.is_bound:
        page.restore(*chosen)
    context |= {
        **page.context(),
        **beside(request, application, section),
        **(along(application, section) if back == "detail" and section in TITLES else {}),
        "application": application,
        "form": form,
        "title": title or TITLES[section],
        "trail": trail(application, *([(TITLES[section], address(application, section))] if title else [])),
        "cancel": address(application, back),
        "chosen": chosen[1],
        "gone": gone_words() if gone or page.is_gone else "",
        "last": last_change(application, section),
        "may_edit": bool(may(request.actor, "applications.edit", application)),
    }
    context["trail"] = [*context["trail"], (context["title"], "")]
    return render(request, template, context, status=409 if gone else page.status)
