"""The list of applications, and the beginning of a new one."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import HttpResponse, HttpResponseBase
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from applications import tables
from applications.domain import dossier as domain
from applications.forms import CreateForm
from applications.journey import address
from applications.queries import by_batch, open_batch, own_application, places_to_apply
from portal.core.middleware import PortalRequest
from portal.core.rules import may
from portal.core.scope import Actor
from portal.core.web import errors_into, page, require, see_other, signed_in


@require_safe
@signed_in
def applications(request: PortalRequest) -> HttpResponseBase:
    """Applications in the reader's scope; XLSX and CSV give what is shown."""
    require(request.actor, "applications.view")
    batches = by_batch(request.actor)
    table = tables.applications(request, batches)
    if table.wants_file:
        return table.file()
    context = {"table": table, "tabs": tables.batch_tabs(table, batches), **_beginning(request.actor)}
    return page(request, "applications/list.html", context)


def _beginning(actor: Actor) -> dict[str, Any]:
    """Of a drafter: whether a unit of theirs may begin an application now, else the one it has begun."""
    batch = open_batch() if may(actor, "applications.create") else None
    if batch is None:
        return {}
    if batch.takes_applications and places_to_apply(actor, batch).exists():
        return {"may_begin": True}
    return {"own": own_application(actor, batch)}


@require_http_methods(["GET", "HEAD", "POST"])
@signed_in
def new(request: PortalRequest) -> HttpResponse:
    """Begin an application in the open batch."""
    require(request.actor, "applications.create")
    batch = open_batch()
    if batch is None or (batch.is_awaited and request.method != "POST"):
        return page(request, "applications/no_batch.html", {"batch": batch})
    units = places_to_apply(request.actor, batch)
    form = CreateForm(request.POST or None, units=units, batch=batch)
    if form.is_valid():
        with errors_into(form):
            done = domain.create(by=request.actor, what=form.to_input())
            messages.success(request, _("The application is begun. Fill its sections in any order."))
            return see_other(address(done, "detail"))
    own = None if units else own_application(request.actor, batch)
    context = {"batch": batch, "units": units, "own": own, "cancel": reverse("applications:list")}
    return page(request, "applications/new.html", context, form=form)
