"""Requests to change approved plans: list, one request with its difference and its effect on money, the steps."""

from __future__ import annotations

import json
from typing import Any

from django.http import HttpResponse, HttpResponseBase
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from applications import comparing, money, plans, queries, tables_province
from applications.domain import plans as domain
from applications.enums import ChangeKind
from applications.forms.plans import DecideChangeForm
from applications.journey import Step, address
from applications.models import ChangeRequest
from applications.views.common import ask, trail
from portal.core.middleware import PortalRequest
from portal.core.ones import one_of
from portal.core.rules import may
from portal.core.scope import Actor
from portal.core.web import page, require, signed_in


def _find(request: PortalRequest, row: int) -> ChangeRequest:
    require(request.actor, "applications.view")
    return one_of(queries.changes, request.actor, pk=row)


def _trail(row: ChangeRequest, *more: tuple[Any, str]) -> list[tuple[Any, str]]:
    found = row.application
    return [*trail(found, (_("Approved plan"), address(found, "plan_approved"))), *more]


@require_safe
@signed_in
def listing(request: PortalRequest) -> HttpResponseBase:
    """All requests in the reader's scope."""
    require(request.actor, "applications.view")
    table = tables_province.changes(request)
    if table.wants_file:
        return table.file()
    return page(request, "applications/changes.html", {"table": table})


@require_safe
@signed_in
def change(request: PortalRequest, row: int) -> HttpResponse:
    """What would change, on what grounds, what it does to the money, and who decides next."""
    found = _find(request, row)
    old, new = json.loads(found.base.content), json.loads(found.proposed)
    title = _("Change %(number)s: %(what)s") % {"number": found.number, "what": found.subject}
    context = {
        "change": found,
        "application": found.application,
        "title": title,
        "step": _step(request.actor, found),
        "acts": _acts(request.actor, found),
        "sections": comparing.compare(old, new),
        "support": found.support_after - found.support_before,
        "total": found.total_after - found.total_before,
        "moves_money": domain.moves_money(found),
        "money": money.lines(request.actor, found.application, _project(old, new)),
        "events": _events(found),
        "trail": _trail(found, (title, "")),
    }
    return page(request, "applications/change.html", context)


def _project(old: plans.Content, new: plans.Content) -> int | None:
    """The project that was approved and is changed or ended; None for a new one or the unit."""
    for row in old["projects"]:
        if plans.project_of(new, row["id"]) != row:
            return int(row["id"])
    return None


def _step(actor: Actor, found: ChangeRequest) -> Step:
    if may(actor, "applications.sign_change", found):
        return Step(
            _("Read the change and sign it for your government, or take it back."), _to("sign_change", found), _("Sign")
        )
    if may(actor, "applications.agree_change", found):
        return Step(
            _("The change moves support money: MIIT can approve it once MOF consents."),
            _to("agree_change", found),
            _("Consent"),
        )
    if may(actor, "applications.decide_change", found):
        if domain.moves_money(found) and found.mof_by_id is None:
            text = _("The change moves support money: MOF has not consented yet. You may refuse it.")
        else:
            text = _("Read the change and its grounds, and decide.")
        return Step(text, _to("decide_change", found), _("Decide"))
    texts = {
        "asked": _("A signatory of the unit signs next; then the ministries decide."),
        "signed": _("The ministries decide: MIIT, after the consent of MOF where support money moves."),
        "approved": _("The change is approved: the next version of the plan stands."),
        "refused": _("The change was refused. The plan stands as before."),
        "withdrawn": _("The unit took its request back. The plan stands as before."),
    }
    return Step(texts[found.state])


def _to(route: str, found: ChangeRequest) -> str:
    return reverse(f"applications:{route}", args=[found.pk])


def _acts(actor: Actor, found: ChangeRequest) -> list[dict[str, Any]]:
    if not may(actor, "applications.withdraw_change", found):
        return []
    return [{"label": _("Take the request back"), "url": _to("withdraw_change", found), "kind": "danger"}]


def _events(found: ChangeRequest) -> list[dict[str, Any]]:
    lines = [
        (_("Asked for"), found.asked_by, found.asked_at, found.grounds),
        (_("Signed for the unit"), found.signed_by, found.signed_at, ""),
        (_("MOF consents"), found.mof_by, found.mof_at, ""),
        (found.get_state_display(), found.decided_by, found.decided_at, found.decision_why),
    ]
    events = [{"what": what, "who": who, "at": at, "note": note} for what, who, at, note in lines if at is not None]
    return sorted(events, key=lambda event: event["at"], reverse=True)


def _confirm(request: PortalRequest, row: int, act: str, **texts: Any) -> HttpResponse:
    found = _find(request, row)
    require(request.actor, f"applications.{act}", found)
    back = _to("change", found)
    command = getattr(domain, act)
    return ask(
        request,
        act=lambda _form: command(by=request.actor, change=found),
        to=back,
        cancel=back,
        facts=[
            (_("Pilot unit"), found.application.unit),
            (_("Kind of change"), ChangeKind(found.kind).label),
            (_("Concerns"), found.subject),
        ],
        trail=_trail(found, (found.subject, back), (texts["title"], "")),
        **texts,
    )


@require_http_methods(["GET", "HEAD", "POST"])
@signed_in
def sign(request: PortalRequest, row: int) -> HttpResponse:
    """Sign for the unit."""
    return _confirm(
        request,
        row,
        "sign_change",
        title=_("Sign the change request"),
        text=_("With your signature the request goes to the ministries."),
        submit=_("Sign and send"),
        done=_("The request is signed and with the ministries."),
    )


@require_http_methods(["GET", "HEAD", "POST"])
@signed_in
def agree(request: PortalRequest, row: int) -> HttpResponse:
    """MOF consents."""
    return _confirm(
        request,
        row,
        "agree_change",
        title=_("Consent to the change of money"),
        text=_("MIIT may then approve the change. The consent stays."),
        submit=_("Consent for MOF"),
        done=_("The consent of MOF is kept."),
    )


@require_http_methods(["GET", "HEAD", "POST"])
@signed_in
def withdraw(request: PortalRequest, row: int) -> HttpResponse:
    """Take the request back."""
    return _confirm(
        request,
        row,
        "withdraw_change",
        title=_("Take the request back"),
        text=_("The plan stays as it is; the unit may ask for another change."),
        submit=_("Take it back"),
        done=_("The request is taken back."),
        danger=True,
    )


@require_http_methods(["GET", "HEAD", "POST"])
@signed_in
def decide(request: PortalRequest, row: int) -> HttpResponse:
    """MIIT approves or refuses."""
    found = _find(request, row)
    require(request.actor, "applications.decide_change", found)
    back = _to("change", found)
    title = _("Decide on the change")
    form = DecideChangeForm(request.POST or None)
    return ask(
        request,
        form=form,
        act=lambda _form: domain.decide_change(by=request.actor, change=found, what=form.to_input()),
        done=_("The decision is kept and told to the unit."),
        to=back,
        title=title,
        text=_("An approval makes the next version of the plan. A decision is kept and never changed."),
        submit=_("Decide"),
        cancel=back,
        facts=[(_("Pilot unit"), found.application.unit), (_("Concerns"), found.subject)],
        trail=_trail(found, (found.subject, back), (title, "")),
    )
