"""Results of checks kept with submissions; matches across applications, for officers and the national audit office."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from applications import checks, likeness, queries, tables_matching
from applications.domain import matching as domain
from applications.enums import Judgement, Severity
from applications.forms.matching import JudgeForm, LookupForm
from applications.views.common import find_whole, trail
from portal.core.middleware import PortalRequest
from portal.core.ones import one_of
from portal.core.rules import may
from portal.core.web import errors_into, page, require, see_other, signed_in
from portal.programme import queries as programme

_TONES = {Severity.BLOCKS.value: "bad", Severity.WARNS.value: "wait", Severity.INFORMS.value: "plain"}


@require_safe
@signed_in
def results(request: PortalRequest, pk: int) -> HttpResponse:
    """What the checks find now (for those who see the dossier as it stands), and what they found on each submission."""
    found = find_whole(request, pk)
    own = found.organisation_id in {post.organisation for post in request.actor.posts}
    title = _("Results of the checks")
    context = {
        "application": found,
        "live": own or not found.is_open,
        "findings": checks.run(found) if own or not found.is_open else [],
        "asked": len(checks.CHECKS),
        "runs": [_run(row) for row in queries.results(found)],
        "title": title,
        "trail": [*trail(found), (title, "")],
    }
    return page(request, "applications/results.html", context)


def _run(row: Any) -> dict[str, Any]:
    """One kept result in the reader's language."""
    key = "en" if get_language() == "en" else "zh"
    lines = [
        {
            "label": one.get(f"label_{key}", one["code"]),
            "text": one[key],
            "source": one["source"],
            "severity": one["severity"],
            "severity_label": Severity(one["severity"]).label,
            "tone": _TONES[one["severity"]],
        }
        for one in row.findings
    ]
    return {"row": row, "lines": lines}


@require_safe
@signed_in
def matches(request: PortalRequest) -> HttpResponseBase:
    """Matches of all batches, the most alike first."""
    require(request.actor, "applications.view_matches")
    table = tables_matching.matches(request)
    if table.wants_file:
        return table.file()
    batches = list(programme.public_batches().exclude(deadline=None)[:3])
    context = {
        "table": table,
        "batches": batches,
        "may_start": bool(may(request.actor, "applications.start_matching")),
    }
    return page(request, "applications/matches.html", context)


@require_http_methods(["POST"])
@signed_in
def start(request: PortalRequest, number: int) -> HttpResponse:
    """Compare all applications of a batch in a worker."""
    require(request.actor, "applications.start_matching")
    batch = get_object_or_404(programme.public_batches(), number=number)
    run = domain.start_matching(by=request.actor, batch=batch, back=reverse("applications:matches"))
    return see_other("runs:run", run.pk)


@require_http_methods(["GET", "HEAD", "POST"])
@signed_in
def match(request: PortalRequest, row: int) -> HttpResponse:
    """Both sides of one match, why they are taken to be the same, and the judgement."""
    require(request.actor, "applications.view_matches")
    found = one_of(queries.matches, request.actor, pk=row)
    form = None
    if may(request.actor, "applications.judge_match", found):
        initial = (
            {"why": found.judged_why}
            if found.judgement == Judgement.OPEN
            else {"judgement": found.judgement, "why": found.judged_why}
        )
        form = JudgeForm(request.POST or None, initial=initial)
        if form.is_valid():
            with errors_into(form):
                data = form.cleaned_data
                domain.judge(by=request.actor, match=found, judgement=Judgement(data["judgement"]), why=data["why"])
                messages.success(request, _("The judgement is kept."))
                return see_other("applications:matches")
    elif request.method == "POST":
        require(request.actor, "applications.judge_match", found)
    here, there = likeness.side_by_side(found.name, found.other_name)
    context = {
        "match": found,
        "here": here,
        "there": there,
        "same_code": bool(found.code) and found.code == found.other_code,
        "percent": round(found.score * 100),
        "title": found.name,
        "trail": [(_("Same in two applications"), reverse("applications:matches")), (found.name, "")],
    }
    return page(request, "applications/match.html", context, form=form)


@require_safe
@signed_in
def lookup(request: PortalRequest) -> HttpResponse:
    """Look an enterprise up in all rosters of a batch, by code or by a name like it."""
    require(request.actor, "applications.view_matches")
    asked = bool(request.GET)
    batches = programme.public_batches().exclude(deadline=None)
    form = LookupForm(request.GET if asked else None, batches=batches, initial={"batch": batches.first()})
    hits = None
    if asked and form.is_valid():
        data = form.cleaned_data
        hits = queries.lookup(data["batch"], name=data["name"].strip(), code=data["code"], least=domain.LEAST)
    title = _("Look an enterprise up")
    context = {
        "hits": hits,
        "title": title,
        "trail": [(_("Same in two applications"), reverse("applications:matches")), (title, "")],
    }
    return page(request, "applications/lookup.html", context, form=form)
