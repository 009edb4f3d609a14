"""What pages of the audit workspace share: finding an object in reach, a form with its act, exports in the trail."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any
from urllib.parse import urlencode

from django.contrib import messages
from django.forms import Form
from django.http import HttpResponse, HttpResponseBase
from django.urls import reverse
from django.utils.translation import gettext as _

from portal.audit.findings import objects, queries
from portal.audit.findings.forms import ObjectForm
from portal.audit.models import Engagement, Finding
from portal.core.commands import event_writer
from portal.core.errors import Stale, Text, WrongState
from portal.core.middleware import PortalRequest
from portal.core.ones import one_of
from portal.core.tables import Table
from portal.core.web import errors_into, page, require, see_other

Trail = list[tuple[Text, str]]


def found_engagement(request: PortalRequest, pk: int) -> Engagement:
    """An engagement of the reader's scope or teams; 404 for all others."""
    require(request.actor, "audit.view_engagements")
    return one_of(queries.engagements, request.actor, pk=pk)


def found_finding(request: PortalRequest, pk: int) -> Finding:
    """A finding the auditor reads; 404 for all others."""
    require(request.actor, "audit.view_engagements")
    return one_of(queries.findings, request.actor, pk=pk)


def found_addressed(request: PortalRequest, pk: int) -> Finding:
    """A finding addressed or handed over to the reader's bodies; 404 for all others."""
    require(request.actor, "audit.view_addressed")
    return one_of(queries.addressed, request.actor, pk=pk)


def engagement_trail(row: Engagement | None = None) -> Trail:
    """Breadcrumbs down to an engagement."""
    above: Trail = [(_("Audit engagements"), reverse("auditing:engagements"))]
    return [*above, (row.title, reverse("auditing:engagement", args=[row.pk]))] if row else above


def finding_trail(row: Finding) -> Trail:
    """Breadcrumbs down to a finding, for auditors."""
    name = _("Finding %(number)s") % {"number": row}
    return [(_("Findings register"), reverse("auditing:register")), (name, reverse("auditing:finding", args=[row.pk]))]


def addressed_trail(row: Finding) -> Trail:
    """Breadcrumbs down to a finding, for the body it is addressed to."""
    name = _("Finding %(number)s") % {"number": row}
    above = (_("Audit findings addressed to us"), reverse("auditing:addressed"))
    return [above, (name, reverse("auditing:answered", args=[row.pk]))]


def table_page(request: PortalRequest, template: str, table: Table, **more: Any) -> HttpResponseBase:
    """A page around a list, or the list as the file asked for; who takes a file away stands in the trail."""
    if not table.wants_file:
        return page(request, template, {"table": table, **more})
    after = {"list": table.name, "address": request.get_full_path()[:500]}
    event_writer()(by=request.actor, act="audit.export", obj=None, before={}, after=after, why="", outcome="done")
    return table.file(told=True)


def act_page(
    request: PortalRequest,
    form: Form,
    run: Callable[[Any], Any],
    *,
    title: Text,
    lead: Text,
    submit: Text,
    trail: Trail,
    to: str,
    done: Text,
    facts: Any = (),
    danger: bool = False,
    another: str = "",
) -> HttpResponse:
    """A page with the form of one act: what it is about, what it does, and afterwards back to `to`.

    another: where the object of the act is changed, if it can be.
    """
    if form.is_valid():
        with errors_into(form):
            try:
                run(form)
            except (Stale, WrongState) as error:
                messages.warning(request, str(error))
                return see_other(to)
            messages.success(request, str(done))
            return see_other(to)
    context = {
        "title": title,
        "lead_text": lead,
        "submit": submit,
        "trail": trail,
        "cancel": to,
        "facts": facts,
        "danger": danger,
        "another": another,
    }
    return page(request, "auditing/act.html", context, form=form)


def look_for(request: PortalRequest, trail: Trail, cancel: str, kept: dict[str, Any] | None = None) -> HttpResponse:
    """Which object a finding is about. kept: what the auditor came with, which stays in the address."""
    form = ObjectForm(request.GET if request.GET.get("kind") else None)
    things, query = [], kept or {}
    if form.is_bound and form.is_valid():
        things = objects.search(request.actor, form.cleaned_data["kind"], form.cleaned_data["q"])
    context = {
        "title": _("Raise a finding"),
        "lead_text": _("Which object is the finding about? Look for it; only objects of your scope are found."),
        "trail": trail,
        "things": [(one, f"?{urlencode({**query, 'type': one.type, 'id': one.id})}") for one in things],
        "asked": form.is_bound and not form.errors,
        "kept": [*query.items(), ("look", "yes")] if kept is not None else [],
        "cancel": cancel,
    }
    return page(request, "auditing/look_for.html", context, form=form)
