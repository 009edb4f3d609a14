"""Pages on frozen candidates and computed selections, for both ministries and the auditors."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from portal.core.errors import DomainError, NotAllowed
from portal.core.middleware import PortalRequest
from portal.core.models import Run
from portal.core.rules import may
from portal.core.web import errors_into, page, require, see_other, signed_in
from portal.programme.enums import BatchState
from portal.programme.models import Batch
from reviews import queries, tables_selection
from reviews.domain import freezing, selecting, studying
from reviews.domain.apart import refuse_conflicted
from reviews.enums import DecisionState, ScenarioState, StudyKind
from reviews.forms import CommentForm, NameForm, SelectionForm
from reviews.forms.selecting import Choices, with_more_rows
from reviews.models import CandidateSet, Scenario
from reviews.presentation import criterion_names
from reviews.presenting.candidates import candidate_rows, changed_since
from reviews.presenting.firmness import firmness as firmness_of
from reviews.presenting.reading import Reading, read
from reviews.presenting.reasons import price_rows, reason_rows
from reviews.presenting.rules import rule_lines
from reviews.presenting.scenario import changed_rules, scenario_page
from reviews.queries.selection import rule_limits
from reviews.views.common import batch_of, done


def apart_batch(request: PortalRequest, number: int, act: str = "") -> Batch:
    """The batch, for readers without an interest in it who may do the act (see selections, when none is named)."""
    batch = batch_of(request, number)
    require(request.actor, act or "reviews.view_selection", batch if act else None)
    try:
        refuse_conflicted(request.actor, batch)
    except NotAllowed as error:
        raise PermissionDenied(error.message) from error
    return batch


def scenario_of(request: PortalRequest, pk: int) -> Scenario:
    """A computed selection the reader may see, with its long texts, or 404."""
    require(request.actor, "reviews.view_selection")
    return get_object_or_404(queries.scenarios(request.actor).defer(None).defer("candidate_set__body"), pk=pk)


def rules_of(batch: Batch) -> dict[str, Any]:
    """The rules of balance of a batch; a frozen set holds the same."""
    return rule_limits(batch.rule_set) if batch.rule_set else {}


@require_safe
@signed_in
def scenarios(request: PortalRequest, number: int) -> HttpResponseBase:
    """Selections of a batch, its frozen candidates, its decision, and what comes next."""
    require(request.actor, "reviews.view_selection")
    batch = apart_batch(request, number)
    table = tables_selection.scenarios(request, batch)
    if table.wants_file:
        return table.file()
    found = list(queries.decisions(request.actor).filter(batch=batch))
    sets = list(queries.candidate_sets(request.actor).filter(batch=batch))
    context = {
        "batch": batch,
        "table": table,
        "is_outdated": bool(sets) and batch.state == BatchState.DECIDING and queries.is_outdated(sets[0]),
        "decisions": found,
        "current": next((row for row in found if row.state != DecisionState.WITHDRAWN), None),
        "sets": sets,
        "frozen": sets[0] if sets else None,
        "may_compare": table.page.paginator.count > 1,
        "may_select": bool(may(request.actor, "reviews.select", batch)),
    }
    return page(request, "reviews/scenarios.html", context)


def _set_page(batch: Batch, body: dict[str, Any], before: CandidateSet | None) -> dict[str, Any]:
    """What the pages of a frozen set, and of one about to be frozen, both show. Four queries."""
    old = queries.content_of(before) if before else None
    names = queries.names_in(body, *([old] if old else []))
    return {
        "batch": batch,
        "rules": rule_lines(body["rules"], names, batch.rule_set),
        "rows": candidate_rows(body["candidates"], names),
        "before": before,
        "changed": changed_since(old, body, names) if old else [],
        "body": body,
    }


@require_http_methods(["GET", "HEAD", "POST"])
@signed_in
def freeze(request: PortalRequest, number: int) -> HttpResponseBase:
    """Freeze candidates, locked scores and rules, after they were looked at."""
    batch = apart_batch(request, number, "reviews.freeze")
    if request.method == "POST":
        return done(request, lambda: freezing.freeze(by=request.actor, batch=batch), "reviews:scenarios", number)
    before = queries.latest_set(request.actor, batch.pk)
    context = _set_page(batch, queries.candidates_now(batch), before)
    table = tables_selection.candidates(request, context["rows"])
    is_same = before is not None and not context["changed"]
    return table.file() if table.wants_file else page(
        request, "reviews/freeze.html", {**context, "table": table, "is_same": is_same}
    )  # fmt: skip


@require_safe
@signed_in
def candidate_set(request: PortalRequest, pk: int) -> HttpResponseBase:
    """One frozen set: candidates, rules with their sources, and what changed against the set before."""
    require(request.actor, "reviews.view_selection")
    found = get_object_or_404(queries.candidate_sets(request.actor).defer(None), pk=pk)
    context = _set_page(found.batch, queries.content_of(found), queries.set_before(request.actor, found))
    table = tables_selection.candidates(request, context["rows"])
    if table.wants_file:
        return table.file()
    return page(request, "reviews/candidate_set.html", {**context, "table": table, "frozen": found})


def _choices(body: dict[str, Any], rules: dict[str, Any]) -> Choices:
    names = queries.names_in(body)
    sectors = {code for row in body["candidates"] for code in row["sectors"]}
    enterprises = {code for row in body["candidates"] for code in row["soes"]}
    sectors |= {*rules.get("sector_min", ()), *rules.get("sector_max", ())}
    enterprises |= {*rules.get("soe_max", ())}
    codes = sorted((row["id"] for row in body["candidates"]), key=names.place)
    return Choices(
        units={code: names.unit(code) for code in codes},
        groups=[
            (_("Industries"), [(f"sector:{code}", names.industry(code)) for code in sorted(sectors)]),
            (_("Central SOEs"), [(f"soe:{code}", names.enterprise(code)) for code in sorted(enterprises)]),
        ],
    )


def _started_from(request: PortalRequest, batch: Batch) -> Scenario | None:
    """The scenario whose rules the form begins with (`?from=`)."""
    asked = request.GET.get("from", "")
    if not (asked.isascii() and asked.isdigit() and len(asked) < 18):
        return None
    return get_object_or_404(queries.scenarios(request.actor), batch=batch, pk=int(asked))


@require_http_methods(["GET", "HEAD", "POST"])
@signed_in
def select(request: PortalRequest, number: int) -> HttpResponse:
    """Start a selection under the rule set, or under rules changed with a reason."""
    batch = apart_batch(request, number, "reviews.select")
    frozen = queries.latest_set(request.actor, batch.pk)
    if frozen is None:
        answer = page(request, "reviews/select.html", {"batch": batch})
        answer.status_code = 409 if request.method == "POST" else 200
        return answer
    rules, origin = rules_of(batch), _started_from(request, batch)
    how: dict[str, Any] = {"rules": rules, "choices": _choices(queries.content_of(frozen), rules)}
    if origin is not None:
        how |= {"asked": {**rules, **origin.changes}, "reason": origin.reason}
    context: dict[str, Any] = {"batch": batch, "frozen": frozen, "origin": origin, "units": how["choices"].units}
    if "more" in request.POST:
        form = SelectionForm(**how, typed=with_more_rows(request.POST))
    else:
        form = SelectionForm(request.POST or None, **how)
        if form.is_valid():
            what = form.to_input()
            with errors_into(form):
                here = reverse("reviews:scenarios", args=[number])
                made = selecting.select(by=request.actor, batch=batch, what=what, back=here)
                return see_other("runs:run", made.run)
            context["twin"] = queries.same_question(frozen, what.changes)
    return page(request, "reviews/select.html", context, form=form)


def _tabs(found: Scenario, here: str) -> list[dict[str, Any]]:
    rows = [("scenario", _("The list")), ("reasons", _("Reasons and prices")), ("firmness", _("Robustness"))]
    if found.state != ScenarioState.OPTIMAL:
        rows = rows[:1]
    return [
        {"label": label, "url": reverse(f"reviews:{name}", args=[found.pk]), "active": name == here}
        for name, label in rows
    ]


def _frame(request: PortalRequest, found: Scenario, here: str, reading: Reading | None) -> dict[str, Any]:
    """What all pages of one scenario share: its tabs, and how far the work on it is."""
    lacks = reading is not None and found.state == ScenarioState.OPTIMAL and not (reading.reasons and reading.firmness)
    work = queries.study_run(request.actor, found) if lacks else None
    return {
        "scenario": found,
        "batch": found.batch,
        "tabs": _tabs(found, here),
        "lacks": lacks,
        "work": work if work is not None and work.is_open else None,
        "may_study": lacks and bool(may(request.actor, "reviews.study", found)),
    }


def _own_page(request: PortalRequest, found: Scenario, **forms: Any) -> HttpResponse:
    """The first page of one scenario, with the forms that name it and comment on it."""
    reading = read(found)
    batch, free = found.batch, found.state == ScenarioState.OPTIMAL
    current = queries.decisions(request.actor).filter(batch=batch).exclude(state=DecisionState.WITHDRAWN)
    computing = found.state == ScenarioState.COMPUTING
    naming = forms.get("naming") or NameForm(initial={"name": found.name}, auto_id="name_%s")
    saying = forms.get("saying") or CommentForm(auto_id="comment_%s")
    context: dict[str, Any] = {
        **_frame(request, found, "scenario", reading),
        "run": Run.objects.filter(pk=found.run).first() if computing and found.run else None,
        "may_select": bool(may(request.actor, "reviews.select", batch)),
        "change_url": f"{reverse('reviews:select', args=[batch.number])}?from={found.pk}",
        "may_propose": free and bool(may(request.actor, "reviews.propose", batch)) and not current.exists(),
        "naming": naming if may(request.actor, "reviews.name_selection", found) else None,
        "saying": saying if may(request.actor, "reviews.comment_selection", found) else None,
        "comments": list(queries.comments_on([found])),
        **(scenario_page(reading) if reading else {}),
        "changed": changed_rules(reading, rules_of(batch)) if reading else [],
    }
    return page(request, "reviews/scenario.html", context, form=forms.get("naming") or forms.get("saying"))


@require_safe
@signed_in
def scenario(request: PortalRequest, pk: int) -> HttpResponse:
    """One computed selection: chosen units, regions, map, rules, comments, proof data."""
    return _own_page(request, scenario_of(request, pk))


@require_POST
@signed_in
def rename(request: PortalRequest, pk: int) -> HttpResponse:
    """Call a scenario something."""
    found = scenario_of(request, pk)
    require(request.actor, "reviews.name_selection", found)
    form = NameForm(request.POST, auto_id="name_%s")
    if form.is_valid():
        with errors_into(form):
            selecting.rename(by=request.actor, scenario=found, name=form.cleaned_data["name"])
            messages.success(request, _("The name is kept."))
            return see_other("reviews:scenario", pk)
    return _own_page(request, found, naming=form)


@require_POST
@signed_in
def comment(request: PortalRequest, pk: int) -> HttpResponse:
    """Say something of a scenario."""
    found = scenario_of(request, pk)
    require(request.actor, "reviews.comment_selection", found)
    form = CommentForm(request.POST, auto_id="comment_%s")
    if form.is_valid():
        with errors_into(form):
            selecting.comment(by=request.actor, scenario=found, text=form.cleaned_data["text"])
            messages.success(request, _("The comment is kept."))
            return see_other("reviews:scenario", pk)
    return _own_page(request, found, saying=form)


@require_safe
@signed_in
def reasons(request: PortalRequest, pk: int) -> HttpResponseBase:
    """Why each unit is on the list or not, and what each rule costs."""
    found = scenario_of(request, pk)
    reading = read(found)
    table = tables_selection.reasons(request, reason_rows(reading) if reading and reading.reasons else [])
    if table.wants_file:
        return table.file()
    prices = price_rows(reading) if reading else []
    context = {
        **_frame(request, found, "reasons", reading),
        "table": table,
        "binding": [row for row in prices if row.binding],
        "idle": [row for row in prices if not row.binding],
    }
    return page(request, "reviews/reasons.html", context)


@require_safe
@signed_in
def firmness(request: PortalRequest, pk: int) -> HttpResponse:
    """How firmly the list stands when reviewers are drawn anew or something is left out."""
    found = scenario_of(request, pk)
    reading = read(found)
    context = {
        **_frame(request, found, "firmness", reading),
        "firmness": firmness_of(reading, criterion_names(found.batch)) if reading else None,
    }
    return page(request, "reviews/firmness.html", context)


@require_POST
@signed_in
def study(request: PortalRequest, pk: int) -> HttpResponse:
    """Start working a list out, once more where that ended without a result."""
    found = scenario_of(request, pk)
    require(request.actor, "reviews.study", found)
    known = queries.studies(found)
    if len(known) == len(StudyKind.values):
        return see_other("reviews:reasons", pk)
    try:
        run = studying.start(by=request.actor, scenario=found, back=reverse("reviews:reasons", args=[pk]))
    except NotAllowed as error:
        raise PermissionDenied(error.message) from error
    except DomainError as error:
        messages.error(request, str(error))
        return see_other("reviews:reasons", pk)
    return see_other("runs:run", run.pk)
