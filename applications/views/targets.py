"""Targets and indicators."""

from __future__ import annotations

from typing import Any

from django.http import HttpResponse
from django.shortcuts import get_object_or_404
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from applications import period
from applications.domain import targets as domain
from applications.enums import TargetCode
from applications.forms.targets import IndicatorForm, TargetsForm
from applications.models import Application, Target
from applications.queries import sections as queries
from applications.views.common import find_row, find_to_edit, section_page
from applications.views.rows import remove_page
from portal.core.middleware import PortalRequest
from portal.core.web import signed_in


@require_http_methods(["GET", "HEAD", "POST"])
@signed_in
def targets(request: PortalRequest, pk: int) -> HttpResponse:
    """The digital rates, the programme's indicators, and the list of the unit's own."""
    found = find_to_edit(request, pk)
    rows = list(queries.targets_of(found))
    form = TargetsForm(request.POST or None, application=found, initial=_targets(found, rows))
    return section_page(
        request,
        found,
        "targets",
        form,
        template="applications/targets.html",
        act=lambda: domain.edit_targets(
            by=request.actor, application=found, what=form.to_input(), version=form.cleaned_data["version"]
        ),
        initial=lambda: _targets(found, list(queries.targets_of(found))),
        own=[_own(row, found) for row in rows if row.code == TargetCode.OWN],
        years=period.plan(found.batch)[:-1],
        end=period.plan(found.batch)[-1],
    )


def _targets(found: Application, rows: list[Target]) -> dict[str, Any]:
    initial = {name: getattr(found, name) for name in ("digital_base", "digital_target", "version")}
    for row in rows:
        if row.code != TargetCode.OWN:
            initial |= {f"{row.code}_baseline": row.baseline, f"{row.code}_goal": row.goal}
            initial |= {f"{row.code}_{year.year}": year.value for year in row.years.all()}
    return initial


def _own(row: Target, found: Application) -> dict[str, Any]:
    values = {year.year: year.value for year in row.years.all()}
    return {"row": row, "years": [(year, values.get(year)) for year in period.plan(found.batch)[:-1]]}


@require_http_methods(["GET", "HEAD", "POST"])
@signed_in
def indicator(request: PortalRequest, pk: int, row: int | None = None) -> HttpResponse:
    """Add an indicator of the unit's own, or change one."""
    found = find_to_edit(request, pk)
    kept = find_row(request, found, queries.own_targets_of(found), row)
    form = IndicatorForm(request.POST or None, application=found, initial=_indicator(found, kept))
    return section_page(
        request,
        found,
        "targets",
        form,
        title=kept.name if kept else _("Add an indicator"),
        back="targets",
        kept=kept,
        template="applications/grid.html",
        act=lambda: domain.set_indicator(
            by=request.actor, application=found, what=form.to_input(), version=form.cleaned_data["version"], row=kept
        ),
        initial=lambda: _indicator(found, queries.own_targets_of(found).filter(pk=row or 0).first()),
    )


def _indicator(found: Application, kept: Target | None) -> dict[str, Any]:
    if kept is None:
        return {"version": found.version, "unit": "%"}
    values = {name: getattr(kept, name) for name in ("name", "formula", "unit", "baseline", "goal")}
    years = {f"year_{year.year}": year.value for year in kept.years.all()}
    return {"version": found.version, **values, **years}


@require_http_methods(["GET", "HEAD", "POST"])
@signed_in
def remove_indicator(request: PortalRequest, pk: int, row: int) -> HttpResponse:
    """Ask, then take an indicator of the unit's own out."""
    found = find_to_edit(request, pk)
    kept = get_object_or_404(queries.own_targets_of(found), pk=row)
    return remove_page(
        request,
        found,
        "targets",
        name=kept.name,
        version=found.version,
        act=lambda seen: domain.remove_indicator(by=request.actor, application=found, row=kept, version=seen),
    )
