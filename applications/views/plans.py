"""The approved plan: its versions, its projects, and asking for changes."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from decimal import Decimal
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from applications import comparing, period, plans, presentation, queries
from applications.domain import plans as domain
from applications.forms.plans import ApprovePlanForm, GroundsForm, NewPlanProjectForm, PlanProjectForm, initial_of
from applications.journey import address
from applications.models import Application, ChangeRequest, PlanVersion
from applications.views.common import ask, find, seen, trail
from applications.views.read_forms import read_form_page
from portal.core import as_of
from portal.core.middleware import PortalRequest
from portal.core.rules import may
from portal.core.templatetags import portal_ui
from portal.core.web import page, require, signed_in
from portal.programme.models import PilotUnit


def _trail(found: Application, title: str, *, deeper: bool = True) -> list[tuple[Any, str]]:
    above = [(_("Approved plan"), address(found, "plan_approved"))] if deeper else []
    return [*trail(found, *above), (title, "")]


@require_safe
@signed_in
def plan(request: PortalRequest, pk: int) -> HttpResponse:
    """Versions of the approved plan, its projects with what may be asked for, and all requests."""
    found = find(request, pk)
    at = as_of.moment()
    versions = list(queries.plan_versions(found))
    current = queries.current_plan(found)
    if current is None and at is None and not may(request.actor, "applications.approve_plan", found):
        raise Http404
    asked = list(queries.changes(request.actor).filter(application=found).defer("proposed", "base__content"))
    waiting = next((row for row in asked if domain.is_open(row)), None)
    asks = bool(may(request.actor, "applications.ask_change", found)) and waiting is None and current is not None
    content = json.loads(current.content) if current else None
    context = {
        "application": found,
        "versions": versions,
        "projects": _projects(found, content, asks=asks) if content else [],
        "support": plans.support(content) if content else None,
        "changes": asked,
        "waiting": waiting,
        "asks": asks,
        "successor": _successor(content) if asks and content else None,
        "may_approve": current is None and at is None,
        "title": _("Approved plan"),
        "trail": _trail(found, _("Approved plan"), deeper=False),
    }
    return page(request, "applications/plan_approved.html", context)


def _projects(found: Application, content: dict[str, Any], *, asks: bool) -> list[dict[str, Any]]:
    return [
        {
            "name": row["name"],
            "enterprise": row["enterprise_name"],
            "total": portal_ui.wan(Decimal(row["total_investment"])),
            "support": portal_ui.wan(Decimal(row["support_asked"])),
            "change": address(found, "change_in_plan", row["id"]) if asks else "",
            "end": address(found, "end_in_plan", row["id"]) if asks else "",
        }
        for row in content["projects"]
    ]


def _successor(content: dict[str, Any]) -> PilotUnit | None:
    """The unit that follows the one in the plan by law, or None."""
    return PilotUnit.objects.filter(predecessors=content["unit"]["code"]).first()


@require_http_methods(["GET", "HEAD", "POST"])
@signed_in
def approve(request: PortalRequest, pk: int) -> HttpResponse:
    """Approve the plan of a selected unit."""
    found = find(request, pk)
    require(request.actor, "applications.approve_plan", found)
    back = address(found, "plan_approved")
    title = _("Approve the plan as version 1")
    return ask(
        request,
        form=ApprovePlanForm(request.POST or None),
        act=lambda form: domain.approve_plan(
            by=request.actor, application=found, document_no=form.cleaned_data["document_no"]
        ),
        done=_("The plan is approved: version 1."),
        to=back,
        title=title,
        text=_("What the unit submitted last becomes version 1. From then on it changes by request only."),
        submit=_("Approve the plan"),
        cancel=back,
        facts=[(_("Application"), found), (_("Pilot unit"), found.unit)],
        trail=_trail(found, title),
    )


def _version(request: PortalRequest, pk: int, number: int) -> PlanVersion:
    require(request.actor, "applications.view")
    return get_object_or_404(queries.plan_version(request.actor, pk, number))


@require_safe
@signed_in
def version(request: PortalRequest, pk: int, number: int) -> HttpResponse:
    """One version of the plan, and what it changed."""
    found = _version(request, pk, number)
    content = json.loads(found.content)
    before = json.loads(_version(request, pk, number - 1).content) if number > 1 else None
    title = _("Version %(number)s of the plan") % {"number": number}
    context = {
        "version": found,
        "application": found.application,
        "differences": comparing.compare(before, content) if before is not None else [],
        "sections": presentation.on_page(content),
        "title": title,
        "trail": _trail(found.application, title),
    }
    return page(request, "applications/plan_version.html", context)


def _asking(request: PortalRequest, pk: int) -> tuple[Application, dict[str, Any], int]:
    """The application, the content of its current plan and its version, for someone who may ask for a change."""
    found = find(request, pk)
    require(request.actor, "applications.ask_change", found)
    current = queries.current_plan(found)
    if current is None:
        raise Http404
    return found, json.loads(current.content), current.number


def _project(content: dict[str, Any], project: str) -> tuple[int, dict[str, Any]]:
    number = int(project) if re.fullmatch(r"-?[0-9]{1,18}", project) else None
    row = plans.project_of(content, number) if number is not None else None
    if row is None or number is None:
        raise Http404
    return number, row


def _form_page(
    request: PortalRequest,
    found: Application,
    form: Any,
    act: Callable[[], ChangeRequest],
    title: str,
    now: dict[str, Any] | None = None,
) -> HttpResponse:
    """now: what of the plan the form shows."""

    def done() -> str:
        row = act()
        messages.success(request, _("The request is kept. A signatory of the unit signs it next."))
        return address_of(row)

    context = {"title": title, "cancel": address(found, "plan_approved"), "submit": _("Ask for this change")}
    return read_form_page(request, form, act=done, now=now or {}, context=context | {"trail": _trail(found, title)})


def address_of(change: ChangeRequest) -> str:
    """The page of a request."""
    return reverse("applications:change", args=[change.pk])


def _rules(found: Application) -> dict[str, Any]:
    rules = found.batch.rule_set
    return {"share": rules.project_support_share if rules else Decimal(0), "span": period.span(found.batch)}


@require_http_methods(["GET", "HEAD", "POST"])
@signed_in
def add(request: PortalRequest, pk: int) -> HttpResponse:
    """Ask for one more project."""
    found, content, version = _asking(request, pk)
    codes = [row["code"] for row in content["industries"]]
    form = NewPlanProjectForm(request.POST or None, **_rules(found), codes=codes, initial={"version": version})

    def act() -> ChangeRequest:
        grounds = form.cleaned_data["grounds"]
        return domain.add_project(
            by=request.actor, application=found, what=form.to_input(), grounds=grounds, version=seen(form)
        )

    return _form_page(request, found, form, act, _("Ask for a new project"))


@require_http_methods(["GET", "HEAD", "POST"])
@signed_in
def alter(request: PortalRequest, pk: int, project: str) -> HttpResponse:
    """Ask for other values of a project."""
    found, content, version = _asking(request, pk)
    number, row = _project(content, project)
    now = initial_of(row)
    form = PlanProjectForm(request.POST or None, **_rules(found), initial=now | {"version": version})

    def act() -> ChangeRequest:
        grounds = form.cleaned_data["grounds"]
        return domain.change_project(
            by=request.actor,
            application=found,
            project=number,
            what=form.to_input(),
            grounds=grounds,
            version=seen(form),
        )

    return _form_page(request, found, form, act, _("Ask to change “%(name)s”") % {"name": row["name"]}, now)


@require_http_methods(["GET", "HEAD", "POST"])
@signed_in
def terminate(request: PortalRequest, pk: int, project: str) -> HttpResponse:
    """Ask to end a project."""
    found, content, version = _asking(request, pk)
    number, row = _project(content, project)
    form = GroundsForm(request.POST or None, initial={"version": version})

    def act() -> ChangeRequest:
        grounds = form.cleaned_data["grounds"]
        return domain.terminate_project(
            by=request.actor, application=found, project=number, grounds=grounds, version=seen(form)
        )

    return _form_page(request, found, form, act, _("Ask to end “%(name)s”") % {"name": row["name"]})


@require_http_methods(["GET", "HEAD", "POST"])
@signed_in
def follow(request: PortalRequest, pk: int) -> HttpResponse:
    """Ask to go on under the unit that follows an abolished one."""
    found, content, version = _asking(request, pk)
    unit = _successor(content)
    if unit is None:
        raise Http404
    form = GroundsForm(request.POST or None, initial={"version": version})

    def act() -> ChangeRequest:
        grounds = form.cleaned_data["grounds"]
        return domain.follow_unit(by=request.actor, application=found, unit=unit, grounds=grounds, version=seen(form))

    return _form_page(request, found, form, act, _("Go on as %(unit)s") % {"unit": unit})
