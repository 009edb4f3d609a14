"""Pages for the audited body: what is addressed to it, one finding, its reply, its report on the rectification."""

from __future__ import annotations

from typing import Any, Final

from django.http import HttpResponse, HttpResponseBase
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from portal.audit.findings import presentation, queries, tables
from portal.audit.findings.domain import answering as domain
from portal.audit.findings.enums import FindingState
from portal.audit.findings.forms_answers import ReplyForm, ReportForm
from portal.audit.findings.outside import TIES
from portal.audit.findings.views_common import act_page, addressed_trail, found_addressed, table_page
from portal.audit.models import Finding
from portal.core.middleware import PortalRequest
from portal.core.rules import may
from portal.core.web import page, require, signed_in

_READ: Final = require_http_methods(["GET", "HEAD", "POST"])


@require_safe
@signed_in
def addressed(request: PortalRequest) -> HttpResponseBase:
    """Findings addressed or handed over to the reader's bodies."""
    require(request.actor, "audit.view_addressed")
    return table_page(request, "auditing/addressed.html", tables.addressed_table(request))


def _acts(request: PortalRequest, row: Finding) -> list[dict[str, Any]]:
    ways = {
        FindingState.SHOWN: ("reply", _("Reply to the finding")),
        FindingState.RECTIFYING: ("report", _("Report the rectification")),
    }
    if row.state not in ways:
        return []
    act, label = ways[FindingState(row.state)]
    verdict = may(request.actor, f"audit.{act}", row)
    url = reverse(f"auditing:{act}", args=[row.pk])
    return [{"label": label, "url": url, "kind": "primary", "reason": verdict.reason}]


def _next(row: Finding, *, own: bool) -> str:
    if not own:
        return _("This finding was handed over to your body: read below what is asked of it.")
    words = {
        FindingState.SHOWN: _(
            "Read the finding and its evidence, then reply: whether your body accepts it, and why not."
        ),
        FindingState.REPLIED: _("Your reply is with the auditors. They ask for the rectification or drop the finding."),
        FindingState.RECTIFYING: _("Rectify it and report with proof by the day given."),
        FindingState.REPORTED: _("Your report is with the auditors, who follow it up."),
        FindingState.FOLLOWED: _("The auditors found it rectified. A second auditor closes it."),
        FindingState.CLOSED: _("The finding is closed. Nothing is left to do."),
        FindingState.DROPPED: _("The finding was dropped. Nothing is left to do."),
    }
    return str(words[FindingState(row.state)])


@require_safe
@signed_in
def answered(request: PortalRequest, pk: int) -> HttpResponse:
    """One finding as the audited body reads it."""
    found = found_addressed(request, pk)
    own = found.body_id in request.actor.scope.organisations
    answers, followed, handed = queries.answers(found), queries.follow_ups(found), queries.handovers(found)
    versions = list(found.versions.order_by("number"))
    context = {
        "row": found,
        "tone": presentation.tone(found),
        "trail": addressed_trail(found)[:1],
        "facts": [
            (_("Engagement"), found.matter),
            (_("Audit office"), found.office),
            *presentation.finding_facts(request.actor, found),
        ],
        "acts": _acts(request, found) if own else [],
        "next_words": _next(found, own=own),
        "due": found.due if own else None,
        "evidence": [one for one in queries.evidence(found) if one.is_shared],
        "answers": answers,
        "versions": versions[:-1],
        "demands": TIES.demands(request.actor, [found.pk]).get(found.pk, []),
        "events": presentation.history(
            found, answers=answers, followed=followed, handed=handed, versions=versions, names=False
        ),
        "for_auditors": False,
    }
    return page(request, "auditing/finding.html", context)


@_READ
@signed_in
def reply(request: PortalRequest, pk: int) -> HttpResponse:
    """Reply to a finding."""
    found = found_addressed(request, pk)
    require(request.actor, "audit.reply", found)
    return act_page(
        request,
        ReplyForm(request.POST or None, request.FILES or None),
        lambda form: domain.reply(by=request.actor, finding=found, what=form.to_input()),
        title=_("Reply to the finding"),
        lead=_("Your reply goes to the auditors in the name of your body. It is not changed afterwards."),
        submit=_("Send the reply"),
        trail=addressed_trail(found),
        to=reverse("auditing:answered", args=[pk]),
        done=_("The reply is with the auditors."),
        facts=presentation.finding_facts(request.actor, found),
    )


@_READ
@signed_in
def report(request: PortalRequest, pk: int) -> HttpResponse:
    """Report on the rectification."""
    found = found_addressed(request, pk)
    require(request.actor, "audit.report", found)
    return act_page(
        request,
        ReportForm(request.POST or None, request.FILES or None),
        lambda form: domain.report(by=request.actor, finding=found, what=form.to_input()),
        title=_("Report the rectification"),
        lead=_("Your report and its proof go to the auditors, who follow it up. They are not changed afterwards."),
        submit=_("Send the report"),
        trail=addressed_trail(found),
        to=reverse("auditing:answered", args=[pk]),
        done=_("The report is with the auditors."),
        facts=presentation.finding_facts(request.actor, found),
    )
