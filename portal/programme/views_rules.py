"""Pages on rule sets: versions, one version with its sources, and the draft of the next one."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from portal.core.middleware import PortalRequest
from portal.core.rules import may
from portal.core.web import errors_into, page, require, see_other, signed_in
from portal.programme import forms_rules as forms
from portal.programme import queries
from portal.programme.defaults import form_of, performance_of
from portal.programme.domain.rule_set import draft_rules
from portal.programme.models import RuleSet
from portal.programme.presentation import bounds_rows, rule_rows, sources_of, violation_rows


@require_safe
@signed_in
def rule_sets(request: PortalRequest) -> HttpResponse:
    """All versions of the rules, the newest first."""
    require(request.actor, "programme.view_reference")
    context = {"rows": queries.rule_sets(), "may_draft": bool(may(request.actor, "programme.draft_rules"))}
    return page(request, "programme/rule_sets.html", context)


@require_safe
@signed_in
def rule_set(request: PortalRequest, pk: int) -> HttpResponse:
    """One version: numbers, bounds and criteria with their sources."""
    require(request.actor, "programme.view_reference")
    found = get_object_or_404(queries.rule_sets(), pk=pk)
    context = {
        "rule_set": found,
        "rules": rule_rows(found),
        "bounds": bounds_rows(found),
        "criteria": found.details.get("criteria", []),
        "assessment": form_of(found.details),
        "performance": performance_of(found.details),
        "violations": violation_rows(found),
        "sources": sources_of(found),
        "review_days": found.details.get("review_days", 14),
        "objection_days": found.details.get("objection_days", 10),
        "defence_best": found.details.get("defence_best", 0),
        "draw_experts": found.details.get("draw_experts", 0),
        "result_by": found.details.get("result_by", "mean"),
        "shows_others": bool(found.details.get("shows_others")),
        "may_change": bool(may(request.actor, "programme.draft_rules", found)),
        "may_draft": bool(may(request.actor, "programme.draft_rules")),
    }
    return page(request, "programme/rule_set.html", context)


def _criteria(rules: RuleSet | None) -> list[dict[str, Any]]:
    """Rows of the criteria, filled up with empty ones."""
    rows = list(rules.details.get("criteria", [])) if rules else []
    return rows + [{}] * (forms.CRITERIA_ROWS - len(rows))


@require_http_methods(["GET", "HEAD", "POST"])
@signed_in
def draft(request: PortalRequest, pk: int | None = None) -> HttpResponse:
    """Draft a version (from the newest one, whose numbers stand in the form), or change a draft."""
    found = get_object_or_404(queries.rule_sets(), pk=pk) if pk else None
    require(request.actor, "programme.draft_rules", found)
    base = found or queries.rule_sets().first()
    initial = forms.initial(base) if base else {}
    if found is None:
        initial |= {"version": "", "title_zh": "", "title_en": ""}
    form = forms.RulesForm(request.POST or None, initial=initial)
    # A sent row that equals its initial values would count as empty, so what is sent stands alone.
    criteria = (
        forms.CriteriaFormSet(request.POST, prefix="criteria")
        if request.method == "POST"
        else forms.CriteriaFormSet(initial=_criteria(base), prefix="criteria")
    )
    indicators = (
        forms.IndicatorFormSet(request.POST, prefix="indicators")
        if request.method == "POST"
        else forms.IndicatorFormSet(
            initial=forms.indicator_rows(form_of(base.details if base else {})), prefix="indicators"
        )
    )
    if form.is_valid() and criteria.is_valid() and indicators.is_valid():
        rows = [forms.CriterionForm.row(row) for row in criteria.cleaned_data if row.get("code")]
        named = [row for row in indicators.cleaned_data if row.get("code")]
        with errors_into(form):
            done = draft_rules(by=request.actor, what=form.to_input(rows, named), rules=found)
            messages.success(request, _("The draft is kept."))
            return see_other("programme:rule_set", done.pk)
    failed = form.is_bound and (form.errors or not criteria.is_valid() or not indicators.is_valid())
    context = {"rule_set": found, "criteria": criteria, "indicators": indicators}
    answer = page(request, "programme/draft_rules.html", context, form=form)
    answer.status_code = 422 if failed else 200
    return answer
