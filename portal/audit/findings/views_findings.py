"""Pages on findings for auditors: the register, one finding, and each of its acts."""

from __future__ import annotations

from typing import Final

from django.forms import Form
from django.http import HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from portal.audit.findings import objects, presentation, queries, tables
from portal.audit.findings.domain import findings as domain
from portal.audit.findings.enums import FindingState
from portal.audit.findings.forms import OrderForm, TextForm
from portal.audit.findings.outside import TIES
from portal.audit.findings.views_common import (
    act_page,
    engagement_trail,
    finding_trail,
    found_addressed,
    found_engagement,
    found_finding,
    look_for,
    table_page,
)
from portal.audit.models import Finding, FindingVersion
from portal.core import clock
from portal.core.middleware import PortalRequest
from portal.core.rules import may
from portal.core.web import page, require, see_other, signed_in

_READ: Final = require_http_methods(["GET", "HEAD", "POST"])
_TEXT: Final = ("title", "text", "grade", "law_code", "law", "article", "amount", "advice")


@require_safe
@signed_in
def register(request: PortalRequest) -> HttpResponseBase:
    """The register of findings in the reader's reach, with filters and files."""
    require(request.actor, "audit.view_engagements")
    late = queries.late(queries.findings(request.actor), on=clock.today()).count()
    return table_page(request, "auditing/register.html", tables.register_table(request), late=late)


@_READ
@signed_in
def new(request: PortalRequest, pk: int) -> HttpResponse:
    """Raise a finding: first look for the object, then write the text."""
    found = found_engagement(request, pk)
    require(request.actor, "audit.raise_finding", found)
    about = objects.thing(request.actor, request.GET.get("type", ""), request.GET.get("id", ""))
    if about is None:
        return look_for(request, engagement_trail(found), reverse("auditing:engagement", args=[pk]))
    bodies = TIES.bodies(about.province, about.unit)
    initial = {"amount": f"{about.amount:.2f}" if about.amount is not None else ""}
    form = TextForm(request.POST or None, laws=TIES.laws(about.batch), bodies=bodies, initial=initial)
    made: list[Finding] = []

    def run(form: TextForm) -> None:
        body = form.cleaned_data["body"]
        made.append(
            domain.raise_finding(by=request.actor, engagement=found, about=about, body=body, what=form.to_input())
        )

    answer = act_page(
        request,
        form,
        run,
        title=_("Raise a finding"),
        lead=_("It is a draft which the team alone reads, until you show it to the audited body."),
        submit=_("Keep the draft"),
        trail=engagement_trail(found),
        to=reverse("auditing:engagement", args=[pk]),
        done=_("The draft is kept. Take evidence, then show it."),
        facts=[(_("Object concerned"), presentation.of_kind(about.type, about.label, about.url))],
    )
    return see_other("auditing:finding", made[0].pk) if made else answer


@require_safe
@signed_in
def finding(request: PortalRequest, pk: int) -> HttpResponse:
    """One finding: text, evidence, answers, follow-ups, hand-overs, demands, and what to do next."""
    found = found_finding(request, pk)
    answers, followed = queries.answers(found), queries.follow_ups(found)
    handed = queries.handovers(found)
    versions = list(found.versions.select_related("by").order_by("number"))
    context = {
        "row": found,
        "tone": presentation.tone(found),
        "trail": finding_trail(found)[:1],
        "facts": [
            (
                _("Engagement"),
                presentation.link(reverse("auditing:engagement", args=[found.engagement_id]), found.matter),
            ),
            *presentation.origin_facts(request.actor, found),
            *presentation.finding_facts(request.actor, found),
        ],
        "acts": presentation.acts(request.actor, found),
        "next_words": presentation.next_words(found),
        "due": found.due,
        "evidence": queries.evidence(found),
        "answers": answers,
        "versions": versions[:-1],
        "demands": TIES.demands(request.actor, [found.pk]).get(found.pk, []),
        "events": presentation.history(
            found, answers=answers, followed=followed, handed=handed, versions=versions, names=True
        ),
        "for_auditors": True,
    }
    return page(request, "auditing/finding.html", context)


@require_safe
@signed_in
def see(request: PortalRequest, pk: int) -> HttpResponse:
    """Lead to the finding's page for this reader, from a paper that names it."""
    if may(request.actor, "audit.view_engagements"):
        return see_other("auditing:finding", found_finding(request, pk).pk)
    return see_other("auditing:answered", found_addressed(request, pk).pk)


@require_safe
@signed_in
def version(request: PortalRequest, pk: int, number: int) -> HttpResponse:
    """An earlier version of the text, for auditors and for the audited body."""
    is_auditor = bool(may(request.actor, "audit.view_engagements"))
    found = found_finding(request, pk) if is_auditor else found_addressed(request, pk)
    text = get_object_or_404(FindingVersion.objects.filter(finding=found), number=number)
    above = reverse("auditing:finding" if is_auditor else "auditing:answered", args=[pk])
    context = {
        "row": found,
        "text": text,
        "trail": [(_("Finding %(number)s") % {"number": found}, above)],
        "facts": presentation.text_facts(text),
    }
    return page(request, "auditing/version.html", context)


@_READ
@signed_in
def text(request: PortalRequest, pk: int) -> HttpResponse:
    """Mend a draft, or write a new version of what was shown."""
    found = found_finding(request, pk)
    draft = found.state == FindingState.DRAFT
    require(request.actor, "audit.rewrite" if draft else "audit.reword", found)
    current = found.current
    initial = {name: getattr(current, name) for name in _TEXT} | {"body": found.body_id}
    bodies = TIES.bodies(found.in_province, found.in_unit) if draft else None
    form = TextForm(
        request.POST or None, laws=TIES.laws(found.in_batch), bodies=bodies, again=not draft, initial=initial
    )
    read = request.POST.get("version", "")
    seen = int(read) if read.isascii() and read.isdigit() and len(read) < 19 else (current.pk if current else 0)

    def run(form: TextForm) -> None:
        what = form.to_input()
        if draft:
            domain.rewrite(by=request.actor, finding=found, body=form.cleaned_data["body"], what=what, version=seen)
        else:
            domain.reword(by=request.actor, finding=found, what=what, reason=form.cleaned_data["reason"])

    new_version = _(
        "What was shown stays as it is; the audited body reads the new version beside it, with your reason."
    )
    return act_page(
        request,
        form,
        run,
        title=_("Mend the text") if draft else _("Write a new version"),
        lead=_("The team alone reads a draft.") if draft else new_version,
        submit=_("Save") if draft else _("Give the new version"),
        trail=finding_trail(found),
        to=reverse("auditing:finding", args=[pk]),
        done=_("Saved.") if draft else _("The new version holds; the audited body has a letter."),
        facts=[(_("Object concerned"), found.object_label)],
    )


@_READ
@signed_in
def show(request: PortalRequest, pk: int) -> HttpResponse:
    """Ask, then show the finding to the audited body."""
    found = found_finding(request, pk)
    require(request.actor, "audit.show", found)
    due = clock.add_working_days(clock.today(), found.engagement.reply_days)
    return act_page(
        request,
        Form(request.POST if request.method == "POST" else None),
        lambda _form: domain.show(by=request.actor, finding=found),
        title=_("Show it to the audited body"),
        lead=_("%(body)s reads the finding and the evidence meant for it, and has until %(day)s to reply. From now on"
               " the text does not change; a new version says why.") % {"body": found.body, "day": f"{due:%Y-%m-%d}"}
             + (f" {note}" if (note := clock.calendar_note(due)) else ""),
        submit=_("Show it"),
        trail=finding_trail(found),
        to=reverse("auditing:finding", args=[pk]),
        done=_("Shown. The audited body has a letter."),
        facts=presentation.finding_facts(request.actor, found),
    )  # fmt: skip


@_READ
@signed_in
def order(request: PortalRequest, pk: int) -> HttpResponse:
    """Ask for the rectification by a day."""
    found = found_finding(request, pk)
    require(request.actor, "audit.order", found)
    return act_page(
        request,
        OrderForm(request.POST or None),
        lambda form: domain.order(by=request.actor, finding=found, due_on=form.cleaned_data["due_on"]),
        title=_("Ask for rectification"),
        lead=_("The audited body rectifies it by that day and reports with proof. Sixty days are usual (assumed)."),
        submit=_("Ask for it"),
        trail=finding_trail(found),
        to=reverse("auditing:finding", args=[pk]),
        done=_("Asked. The audited body has a letter."),
        facts=presentation.finding_facts(request.actor, found),
    )
