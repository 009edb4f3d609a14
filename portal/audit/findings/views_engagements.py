"""Pages on engagements: list, plan, change, one with its team and findings, and its way."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Final

from django.forms import Form
from django.http import Http404, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from portal.audit.findings import presentation, queries, tables
from portal.audit.findings.domain import engagements as domain
from portal.audit.findings.enums import EngagementState
from portal.audit.findings.forms import EngagementForm, MemberForm
from portal.audit.findings.views_common import act_page, engagement_trail, found_engagement, table_page
from portal.audit.models import Engagement
from portal.audit.rules import AUDITOR
from portal.core.middleware import PortalRequest
from portal.core.rules import may
from portal.core.web import require, see_other, signed_in

_READ: Final = require_http_methods(["GET", "HEAD", "POST"])


@require_safe
@signed_in
def engagements(request: PortalRequest) -> HttpResponseBase:
    """Engagements of the reader's scope and teams."""
    require(request.actor, "audit.view_engagements")
    return table_page(request, "auditing/engagements.html", tables.engagements_table(request))


def _province(request: PortalRequest) -> str:
    """The province of the reader's bureau; empty for the national office."""
    post = request.actor.post(AUDITOR)
    return post.province if post else ""


@_READ
@signed_in
def plan(request: PortalRequest) -> HttpResponse:
    """Plan an engagement."""
    require(request.actor, "audit.plan")
    form = EngagementForm(request.POST or None, province=_province(request))
    made: list[Engagement] = []
    answer = act_page(
        request,
        form,
        lambda form: made.append(domain.plan(by=request.actor, what=form.to_input())),
        title=_("Plan an engagement"),
        lead=_("Who plans it leads the team. Until it starts it may be changed; no audited body reads it."),
        submit=_("Plan it"),
        trail=engagement_trail(),
        to=reverse("auditing:engagements"),
        done=_("Planned. Name the team, then start it."),
    )
    return see_other("auditing:engagement", made[0].pk) if made else answer


@_READ
@signed_in
def change(request: PortalRequest, pk: int) -> HttpResponse:
    """Change a planned engagement."""
    found = found_engagement(request, pk)
    require(request.actor, "audit.change_engagement", found)
    names = (
        "title",
        "notice_no",
        "objectives",
        "period_from",
        "period_to",
        "province",
        "units",
        "batches",
        "reply_days",
    )
    initial = {name: getattr(found, name) for name in names}
    form = EngagementForm(request.POST or None, province=_province(request), initial=initial)
    return act_page(
        request,
        form,
        lambda form: domain.change_engagement(by=request.actor, engagement=found, what=form.to_input()),
        title=_("Change the engagement"),
        lead=_("Once it has started, objectives, period and scope stay as they are."),
        submit=_("Save"),
        trail=engagement_trail(found),
        to=reverse("auditing:engagement", args=[pk]),
        done=_("Changed."),
    )


# From each state: the act that leads on, with its words.
_ON: Final = {
    EngagementState.PLANNED: "start",
    EngagementState.UNDER_WAY: "begin_reporting",
    EngagementState.REPORTING: "close_engagement",
}


def _acts(request: PortalRequest, row: Engagement) -> list[dict[str, Any]]:
    labels = {
        "start": _("Start the engagement"),
        "begin_reporting": _("Begin the reporting"),
        "close_engagement": _("Close the engagement"),
    }
    found: list[dict[str, Any]] = []

    def add(act: str, label: str, url: str, kind: str = "secondary") -> None:
        if may(request.actor, act, row):
            found.append({"label": label, "url": url, "kind": kind})

    add("audit.raise_finding", _("Raise a finding"), reverse("auditing:new_finding", args=[row.pk]), "primary")
    on = _ON.get(EngagementState(row.state))
    if on:
        kind = "secondary" if found else "primary"
        add(f"audit.{on}", labels[on], reverse("auditing:move_engagement", args=[row.pk, on]), kind)
    add("audit.add_member", _("Add a person to the team"), reverse("auditing:add_member", args=[row.pk]))
    add("audit.change_engagement", _("Change the engagement"), reverse("auditing:change_engagement", args=[row.pk]))
    return found


def _next(row: Engagement) -> str:
    words = {
        EngagementState.PLANNED: _("Name the team and start it: from then on findings may be raised."),
        EngagementState.UNDER_WAY: _("Look into it, take evidence, raise findings. Then begin the reporting."),
        EngagementState.REPORTING: _("Findings are answered and rectified. When each is closed or dropped, close it."),
        EngagementState.CLOSED: _("The engagement is closed. Nothing is left to do."),
    }
    return str(words[EngagementState(row.state)])


@require_safe
@signed_in
def engagement(request: PortalRequest, pk: int) -> HttpResponseBase:
    """One engagement: what it is about, its team, its findings in the reader's reach."""
    found = found_engagement(request, pk)
    rows = queries.findings(request.actor).filter(engagement=found)
    team = list(queries.members(found))
    context = {
        "row": found,
        "trail": engagement_trail(),
        "facts": presentation.engagement_facts(found),
        "team": team,
        "acts": _acts(request, found),
        "next_words": _next(found),
        "in_team": any(one.person_id == request.actor.id and one.ended_at is None for one in team),
        "leads": bool(may(request.actor, "audit.end_member", found)) and found.state != EngagementState.CLOSED,
    }
    return table_page(
        request, "auditing/engagement.html", tables.register_table(request, rows, name="of-engagement"), **context
    )


@_READ
@signed_in
def add_member(request: PortalRequest, pk: int) -> HttpResponse:
    """Add a person to the team."""
    found = found_engagement(request, pk)
    require(request.actor, "audit.add_member", found)
    known = [one.person_id for one in queries.members(found) if one.ended_at is None]
    return act_page(
        request,
        MemberForm(request.POST or None, known=known),
        lambda form: domain.add_member(by=request.actor, engagement=found, **form.chosen()),
        title=_("Add a person to the team"),
        lead=_("Auditors of any audit office may join. A finding needs a second auditor to be closed."),
        submit=_("Add"),
        trail=engagement_trail(found),
        to=reverse("auditing:engagement", args=[pk]),
        done=_("Added. The person has a letter."),
    )


@_READ
@signed_in
def end_member(request: PortalRequest, pk: int, member: int) -> HttpResponse:
    """Ask, then end a person's place in the team."""
    found = found_engagement(request, pk)
    row = get_object_or_404(queries.members(found).filter(ended_at=None), pk=member)
    require(request.actor, "audit.end_member", row)
    return act_page(
        request,
        Form(request.POST if request.method == "POST" else None),
        lambda _form: domain.end_member(by=request.actor, member=row),
        title=_("End the place of %(name)s in the team") % {"name": row.person},
        lead=_("The person no longer reads drafts of this team. What was written stays with its name."),
        submit=_("End it"),
        trail=engagement_trail(found),
        to=reverse("auditing:engagement", args=[pk]),
        done=_("Ended."),
        danger=True,
    )


@_READ
@signed_in
def move(request: PortalRequest, pk: int, act: str) -> HttpResponse:
    """Ask, then start the engagement, begin its reporting, or close it."""
    found = found_engagement(request, pk)
    ways: dict[str, tuple[Callable[..., Engagement], str, str, str]] = {
        "start": (
            domain.start,
            _("Start the engagement"),
            _("Objectives, period and scope are fixed from now on, and findings may be raised."),
            _("Started."),
        ),
        "begin_reporting": (
            domain.begin_reporting,
            _("Begin the reporting"),
            _("The work in the field is done. Findings may still be raised, are answered and rectified."),
            _("The reporting has begun."),
        ),
        "close_engagement": (
            domain.close_engagement,
            _("Close the engagement"),
            _("Every finding has to be closed or dropped. A closed engagement is not opened again."),
            _("Closed."),
        ),
    }
    if act not in ways:
        raise Http404
    run, title, lead, done = ways[act]
    require(request.actor, f"audit.{act}", found)
    return act_page(
        request,
        Form(request.POST if request.method == "POST" else None),
        lambda _form: run(by=request.actor, engagement=found),
        title=title,
        lead=lead,
        submit=title,
        trail=engagement_trail(found),
        to=reverse("auditing:engagement", args=[pk]),
        done=done,
        facts=presentation.engagement_facts(found)[:5],
    )
