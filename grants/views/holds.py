"""Pages on holds: other national money that was found, and what both ministries say of it."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpResponse, HttpResponseBase
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from grants import presentation_paying, tables_paying
from grants.domain import holds as domain
from grants.forms.requests import HoldForm, JudgeForm
from grants.queries import awards
from grants.queries import requests as queries
from grants.views.common import crumb
from grants.views.files import table_page
from portal.core.errors import Stale
from portal.core.middleware import PortalRequest
from portal.core.ones import one_of
from portal.core.rules import may
from portal.core.web import errors_into, page, require, see_other, signed_in


@require_safe
@signed_in
def holds(request: PortalRequest) -> HttpResponseBase:
    """Holds of the reader's scope."""
    require(request.actor, "grants.view")
    return table_page(request, "grants/holds.html", tables_paying.holds_table(request))


@require_http_methods(["GET", "HEAD", "POST"])
@signed_in
def raise_hold(request: PortalRequest, pk: int) -> HttpResponse:
    """Say which other national money was found at a project: its payments stop at once."""
    require(request.actor, "grants.view")
    project = one_of(awards.projects, request.actor, pk=pk)
    require(request.actor, "grants.raise_hold", project)
    form = HoldForm(request.POST or None, request.FILES or None)
    if form.is_valid():
        with errors_into(form):
            row = domain.raise_hold(by=request.actor, project=project, what=form.to_input())
            messages.success(request, _("The payments of the project are stopped. Both ministries decide."))
            return see_other("grants:hold", row.pk)
    context = {
        "title": _("Other national money found"),
        "lead": _("From the moment you send this nothing more is paid to the project until both ministries decide."),
        "trail": [crumb(_("Projects and payments"), "grants:projects"), crumb(project.name, "grants:project", pk)],
        "facts": [
            (_("Project"), project.name),
            (_("Leading enterprise"), project.enterprise_name),
            (_("Pilot unit"), project.unit),
        ],
        "cancel": reverse("grants:project", args=[pk]),
        "submit": _("Stop the payments of this project"),
    }
    return page(request, "grants/hold_new.html", context, form=form)


@require_http_methods(["GET", "HEAD", "POST"])
@signed_in
def hold(request: PortalRequest, pk: int) -> HttpResponse:
    """One hold with its evidence; officers of both ministries give their word."""
    require(request.actor, "grants.view")
    row = one_of(queries.holds, request.actor, pk=pk)
    if request.method == "POST":
        require(request.actor, "grants.judge_hold", row)
    judges = bool(may(request.actor, "grants.judge_hold", row))
    form = JudgeForm(request.POST or None) if judges else None
    if form is not None and form.is_valid():
        with errors_into(form):
            try:
                done = domain.judge_hold(by=request.actor, hold=row, **form.cleaned_data)
                messages.success(request, _("Kept: %(state)s") % {"state": done.get_state_display()})
            except Stale as error:
                messages.warning(request, str(error))
            return see_other("grants:hold", pk)
    context = {
        "row": row,
        "facts": presentation_paying.hold_facts(row),
        "evidence": list(row.evidence.all()),
        "events": presentation_paying.hold_history(row),
        "judges": judges,
        "differ": bool(row.miit_word and row.mof_word and row.miit_word != row.mof_word),
    }
    return page(request, "grants/hold.html", context, form=form)
