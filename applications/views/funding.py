"""The funding plan: what each project is paid from, year by year, and all of it added up."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from django.http import HttpResponse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from applications import period, unplaced
from applications.domain import funding as domain
from applications.enums_sections import FundingSource, StatementCode
from applications.forms.funding import FundingForm, SecuredForm
from applications.models import Application, FundingLine, Project
from applications.queries import projects_of
from applications.queries import sections as queries
from applications.views.common import find_row, find_to_edit, is_gone, section_page
from applications.views.rows import rows_page
from applications.views.sheet import of_dossier
from portal.core.middleware import PortalRequest
from portal.core.money import ZERO
from portal.core.web import signed_in


@require_safe
@signed_in
def funding(request: PortalRequest, pk: int) -> HttpResponse:
    """The plan added up by project and by year, each project with what is missing."""
    found = find_to_edit(request, pk)
    lines = queries.funding_sums(found)
    projects = list(projects_of(found))
    rows = [_project_row(project, [line for line in lines if line["project_id"] == project.pk]) for project in projects]
    unit = [line for line in lines if line["project_id"] is None]
    years = sorted({line["year"] for line in lines})
    context = {
        "rows": rows,
        "unit": {"amounts": _by_source(unit), "total": _sum(unit)},
        "sources": FundingSource.labels,
        "years": [(year, [line for line in lines if line["year"] == year]) for year in years],
        "by_year": [_year_row(year, [line for line in lines if line["year"] == year]) for year in years],
        "sums": {"amounts": _by_source(lines), "total": _sum(lines)},
        "wrong": sum(1 for row in rows if row["missing"] or row["central_missing"]),
        "secured": queries.statements_of(found).get(StatementCode.FUNDING_SECURED.value, ""),
        "asked": found.amount_asked,
    }
    return rows_page(request, found, "funding", **context)


def _sum(lines: list[dict[str, Any]]) -> Decimal:
    return sum((line["amount"] for line in lines), ZERO)


def _by_source(lines: list[dict[str, Any]]) -> list[Decimal]:
    return [_sum([line for line in lines if line["source"] == source]) for source in FundingSource]


def _project_row(project: Project, lines: list[dict[str, Any]]) -> dict[str, Any]:
    amounts = _by_source(lines)
    return {
        "project": project,
        "amounts": amounts,
        "total": _sum(lines),
        "missing": project.total_investment - _sum(lines),
        "central_missing": project.support_asked - amounts[0],
    }


def _year_row(year: int, lines: list[dict[str, Any]]) -> dict[str, Any]:
    return {"year": year, "amounts": _by_source(lines), "total": _sum(lines)}


@require_http_methods(["GET", "HEAD", "POST"])
@signed_in
def project(request: PortalRequest, pk: int, row: int | None = None) -> HttpResponse:
    """The money of one project; without one: of the unit as a whole."""
    found = find_to_edit(request, pk)
    kept = find_row(request, found, projects_of(found), row)
    gone = is_gone(request, kept)
    lines = [] if gone else _lines(found, kept)
    # Of a project that was taken out any year may have been typed.
    years = _span(found) if gone else _years(request, found, kept, lines)
    form = FundingForm(
        request.POST or None, years=years, project=kept, is_unit=row is None, initial=_amounts(found, lines)
    )
    return section_page(
        request,
        found,
        "funding",
        form,
        title=kept.name if kept else _("For the unit as a whole"),
        back="funding",
        template="applications/funding_project.html",
        kept=kept,
        act=lambda: domain.plan_project(
            by=request.actor,
            application=found,
            project=kept,
            amounts=form.to_input(),
            version=form.cleaned_data["version"],
        ),
        initial=lambda: _amounts(found, _lines(found, kept)),
        project=kept,
    )


def _lines(found: Application, project: Project | None) -> list[FundingLine]:
    return list(queries.funding_of(found).filter(project=project))


def _years(request: PortalRequest, found: Application, project: Project | None, lines: list[FundingLine]) -> list[int]:
    """The years in which money has a place, and those for which some was typed while they had one."""
    sheet = request.POST or getattr(of_dossier(request, found).kept(), "data", None)
    typed = unplaced.typed(sheet, r"(\d{4})_[a-z]+") & set(_span(found))
    return sorted({*period.of_money(found.batch, project, (line.year for line in lines)), *typed})


def _span(found: Application) -> list[int]:
    """All years the plan may speak of."""
    first, last = period.span(found.batch)
    return list(range(first, last + 1))


def _amounts(found: Application, lines: list[FundingLine]) -> dict[str, Any]:
    return {"version": found.version, **{f"{line.year}_{line.source}": line.amount for line in lines}}


@require_http_methods(["GET", "HEAD", "POST"])
@signed_in
def secured(request: PortalRequest, pk: int) -> HttpResponse:
    """How local and own money is secured, in words."""
    found = find_to_edit(request, pk)
    form = SecuredForm(request.POST or None, initial=_secured(found))
    return section_page(
        request,
        found,
        "funding",
        form,
        title=str(StatementCode.FUNDING_SECURED.label),
        back="funding",
        act=lambda: domain.say_how_secured(
            by=request.actor,
            application=found,
            text=form.cleaned_data["text"],
            version=form.cleaned_data["version"],
        ),
        initial=lambda: _secured(found),
    )


def _secured(found: Application) -> dict[str, Any]:
    text = queries.statements_of(found).get(StatementCode.FUNDING_SECURED.value, "")
    return {"version": found.version, "text": text}
