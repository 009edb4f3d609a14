"""The application's own page, and the sections that are one form."""

from __future__ import annotations

from typing import Any

from django.http import HttpResponse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from applications import canonical, checks, examined, journey, presentation, queries, times
from applications.domain import dossier as domain
from applications.enums import ApplicationState
from applications.forms import BasicsForm
from applications.models import Application
from applications.queries.sections import duties_of
from applications.views.beside import team
from applications.views.common import find_followed, find_to_edit, find_whole, section_page, trail
from portal.core.middleware import PortalRequest
from portal.core.rules import may
from portal.core.scope import Actor
from portal.core.web import page, signed_in


@require_safe
@signed_in
def detail(request: PortalRequest, pk: int) -> HttpResponse:
    """Where the application stands: for its drafters the list of sections, for others the dossier to read."""
    found = find_followed(request, pk)
    made = journey.current_snapshot(found)
    edits = bool(may(request.actor, "applications.edit", found))
    sections, kept, findings = [], "", []
    if made is None or _is_of_unit(request.actor, found):
        queries.load(found)
        sections = [] if edits else presentation.on_page(canonical.content(found))
        findings = checks.run(found) if found.state in _CHECKED else []
    else:  # others read what was submitted last, never the work in progress
        kept = presentation.signed_html(made)
    context = {
        "application": found,
        "trail": [*trail(found)[:1], (found.unit, "")],
        "step": journey.next_step(request.actor, found, findings, times.due(found)),
        "findings": findings,
        "tells_outcome": found.batch.is_told and bool(may(request.actor, "reviews.view_outcome", found)),
        "shows_plan": found.state == ApplicationState.SELECTED and _opens_plan(request.actor, found),
        "ruling": journey.ruling_now(found),
        "reopened": journey.titles(found.reopened),
        "tasks": journey.tasks(found, findings, duties_of(found)) if edits else [],
        "sections": sections,
        "dossier_html": kept,
        "snapshot": made,
        "points": examined.lines(found, queries.points_on(made, journey.decided(found, made)), links=edits)
        if made is not None
        else [],
        "events": journey.history(found),
        "acts": _acts(request.actor, found),
        "facts": _facts(found),
    }
    return page(request, "applications/detail.html", context | team(request, found))


@require_safe
@signed_in
def preview(request: PortalRequest, pk: int) -> HttpResponse:
    """The whole dossier as others will read it."""
    found = find_whole(request, pk)
    title = _("The whole dossier")
    context = {
        "application": found,
        "title": title,
        "trail": [*trail(found), (title, "")],
        "sections": presentation.on_page(canonical.content(found)),
        "reads_comments": may(request.actor, "applications.read_comments", found),
    }
    return page(request, "applications/preview.html", context)


_CHECKED = ("draft", "returned", "correction", "awaiting_sign_off")


def _opens_plan(actor: Actor, found: Application) -> bool:
    """Whether the page of the approved plan opens: the reader sees a version of it, or is to approve the first."""
    return bool(may(actor, "applications.approve_plan", found)) or queries.plan_versions(found).exists()


def _is_of_unit(actor: Actor, found: Application) -> bool:
    return found.organisation_id in {post.organisation for post in actor.posts}


def _acts(actor: Actor, found: Application) -> list[dict[str, Any]]:
    """What the reader may do beside the next step (components/acts.html)."""
    acts = []
    if journey.open_request(found) is not None and may(actor, "applications.send_back", found):
        label = _("Send it back to be changed")
        acts.append({"label": label, "url": journey.address(found, "send_back"), "kind": "secondary"})
    if may(actor, "applications.recall", found):
        label = _("Take the submission back to change it")
        acts.append({"label": label, "url": journey.address(found, "recall"), "kind": "secondary"})
    if may(actor, "applications.copy", found):
        label = _("Copy from an earlier dossier")
        acts.append({"label": label, "url": journey.address(found, "copy"), "kind": "secondary"})
    if may(actor, "applications.withdraw", found):
        label = _("Withdraw the application")
        acts.append({"label": label, "url": journey.address(found, "withdraw"), "kind": "danger"})
    return acts


def _facts(found: Application) -> list[tuple[str, Any]]:
    facts = [
        (_("Number"), found.number or _("comes with the submission")),
        (_("Batch"), found.batch),
        (_("Pilot unit"), found.unit),
        (_("Province"), found.province),
    ]
    if found.withdrawn_why:
        facts.append((_("Why it was withdrawn"), found.withdrawn_why))
    return facts


@require_http_methods(["GET", "HEAD", "POST"])
@signed_in
def basics(request: PortalRequest, pk: int) -> HttpResponse:
    """Title, summary, contacts, amount."""
    found = find_to_edit(request, pk)
    form = BasicsForm(request.POST or None, application=found, initial=_basics(found))
    return section_page(
        request,
        found,
        "basics",
        form,
        act=lambda: domain.edit_basics(
            by=request.actor, application=found, what=form.to_input(), version=form.cleaned_data["version"]
        ),
        initial=lambda: _basics(found),
    )


def _basics(found: Application) -> dict[str, Any]:
    names = ["title", "summary", "lead_department", "leader_name", "leader_post", "version"]
    names += ["contact_name", "contact_phone", "contact_email"]
    return {name: getattr(found, name) for name in names} | {"amount_asked": found.amount_asked or None}
