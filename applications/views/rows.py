"""Sections that are rows: focus industries and projects. A list, and a page for each row."""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal
from typing import Any

from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from applications.domain import dossier as domain
from applications.domain import projects as projects_domain
from applications.forms import IndustryForm, ProjectForm
from applications.journey import TITLES, address
from applications.models import Application, FocusIndustry, Project
from applications.presentation import blocks_on_page
from applications.queries import codes_of, focus_industries_of, industries_of, projects_of
from applications.sections.projects import investment_chart, investment_table, money_of
from applications.views.beside import along, beside
from applications.views.common import ask, find_row, find_to_edit, section_page, seen, trail
from applications.views.project_parts import tabs
from portal.core import charts
from portal.core.files import INERT_INLINE
from portal.core.middleware import PortalRequest
from portal.core.web import page, signed_in
from portal.programme import queries as reference
from portal.programme.search import find as find_industries


def rows_page(request: PortalRequest, application: Application, section: str, **context: Any) -> HttpResponse:
    """The list of a section's rows."""
    title = TITLES[section]
    context |= {"application": application, "title": title, "trail": [*trail(application), (title, "")]}
    context |= {**beside(request, application, section), **along(application, section)}
    context["back"] = address(application, "detail")
    return page(request, f"applications/{section}.html", context)


def remove_page(
    request: PortalRequest,
    application: Application,
    section: str,
    *,
    name: str,
    version: int,
    act: Callable[[int | None], Any],
) -> HttpResponse:
    """Ask, then take a row of a section out; version: of what is shown, `act` gets the one that was seen."""
    back = address(application, section)
    title = _("Take out “%(name)s”") % {"name": name}
    return ask(
        request,
        act=lambda form: act(seen(form)),
        version=version,
        done=_("“%(name)s” is taken out.") % {"name": name},
        to=back,
        title=title,
        text=_("It leaves the dossier. What stood here stays in the trail."),
        submit=_("Take it out"),
        cancel=back,
        danger=True,
        trail=[*trail(application, (TITLES[section], back)), (title, "")],
    )


@require_safe
@signed_in
def industries(request: PortalRequest, pk: int) -> HttpResponse:
    """The focus industries."""
    found = find_to_edit(request, pk)
    rows = list(industries_of(found))
    rules = found.batch.rule_set
    unusual = rules is not None and bool(rows) and not rules.industries_min <= len(rows) <= rules.industries_max
    share = sum((row.share_of_output for row in rows), Decimal(0))
    return rows_page(request, found, "industries", rows=rows, unusual=unusual, rules=rules, share=share)


@require_safe
@signed_in
def search_industry(request: PortalRequest, pk: int) -> HttpResponse:
    """The industries that fit what was typed, for the page on which one is chosen."""
    found = find_to_edit(request, pk)
    typed = request.GET.get("q", "")
    return page(
        request,
        "applications/_industries_found.html",
        {"application": found, "typed": typed, "found": find_industries(reference.industries(), typed)},
    )


@require_http_methods(["GET", "HEAD", "POST"])
@signed_in
def industry(request: PortalRequest, pk: int, row: int | None = None) -> HttpResponse:
    """Add a focus industry, or change one."""
    found = find_to_edit(request, pk)
    kept = find_row(request, found, industries_of(found), row)
    typed, chosen = request.GET.get("q", ""), request.GET.get("industry", "")
    form = IndustryForm(request.POST or None, initial=_industry(found, kept, chosen))
    return section_page(
        request,
        found,
        "industries",
        form,
        title=kept.industry.name if kept else _("Add a focus industry"),
        back="industries",
        template="applications/industry.html",
        kept=kept,
        chosen=("industry", chosen),
        typed=typed,
        found=find_industries(reference.industries(), typed) if typed else [],
        act=lambda: domain.set_industry(
            by=request.actor, application=found, what=form.to_input(), version=form.cleaned_data["version"], row=kept
        ),
        initial=lambda: _industry(found, industries_of(found).filter(pk=row or 0).first()),
    )


def _industry(found: Application, kept: FocusIndustry | None, chosen: str = "") -> dict[str, Any]:
    if kept is None:
        return {"version": found.version, "industry": chosen}
    values = {
        name: getattr(kept, name) for name in ("share_of_output", "why", "concentration", "strategy", "local_base")
    }
    return values | {"industry": chosen or kept.industry_id, "version": found.version}


@require_http_methods(["GET", "HEAD", "POST"])
@signed_in
def remove_industry(request: PortalRequest, pk: int, row: int) -> HttpResponse:
    """Ask, then take a focus industry out."""
    found = find_to_edit(request, pk)
    kept = get_object_or_404(industries_of(found), pk=row)
    back = address(found, "industries")
    title = _("Take out %(name)s") % {"name": kept.industry.name}
    return ask(
        request,
        act=lambda form: domain.remove_industry(by=request.actor, application=found, row=kept, version=seen(form)),
        version=found.version,
        done=_("The industry is taken out."),
        to=back,
        title=title,
        text=_("The industry leaves the dossier. What stood here stays in the trail."),
        submit=_("Take it out"),
        cancel=back,
        danger=True,
        trail=[*trail(found, (TITLES["industries"], back)), (title, "")],
    )


@require_safe
@signed_in
def projects(request: PortalRequest, pk: int) -> HttpResponse:
    """The projects."""
    found = find_to_edit(request, pk)
    rows = list(projects_of(found))
    context = {"rows": rows, "has_industries": focus_industries_of(found).exists()}
    if rows:
        context["sums"] = {
            name: sum(getattr(row, name) for row in rows)
            for name in ("total_investment", "equipment_investment", "support_asked")
        }
        money = [money_of(row) for row in rows]
        context["blocks"] = blocks_on_page([investment_table(money)])
    return rows_page(request, found, "projects", **context)


@require_safe
@signed_in
def investment_picture(request: PortalRequest, pk: int) -> HttpResponse:
    """The chart of investment by industry and year, for an img: as a picture of its own no part of it can act."""
    found = find_to_edit(request, pk)
    rows = [money_of(row) for row in projects_of(found)]
    if not rows:
        raise Http404
    answer = HttpResponse(charts.to_svg(investment_chart(rows)["spec"]), content_type="image/svg+xml")
    answer["Content-Security-Policy"] = INERT_INLINE
    answer["Cache-Control"] = "private, no-store"
    return answer


@require_http_methods(["GET", "HEAD", "POST"])
@signed_in
def project(request: PortalRequest, pk: int, row: int | None = None) -> HttpResponse:
    """Add a project, or change one."""
    found = find_to_edit(request, pk)
    kept = find_row(request, found, projects_of(found), row)
    form = ProjectForm(
        request.POST or None,
        application=found,
        industries=focus_industries_of(found),
        initial=_project(kept) if kept else {"version": 0},
    )

    def act() -> None:
        if kept is None:
            projects_domain.add_project(by=request.actor, application=found, what=form.to_input())
        else:
            kept.application = found
            version = form.cleaned_data["version"]
            projects_domain.change_project(by=request.actor, project=kept, what=form.to_input(), version=version)

    def now() -> dict[str, Any]:
        fresh = projects_of(found).filter(pk=row or 0).first()
        return _project(fresh) if fresh else {}

    return section_page(
        request,
        found,
        "projects",
        form,
        title=kept.name if kept else _("Add a project"),
        back="projects",
        template="applications/project.html",
        kept=kept,
        project=kept,
        tabs=tabs(kept, "") if kept else [],
        act=act,
        initial=now,
        version=lambda: kept.version if kept else 0,
    )


def _project(kept: Project) -> dict[str, Any]:
    names = [name for name in ProjectForm.base_fields if name not in ("industry", "codes")]
    return {name: getattr(kept, name) for name in names} | {"industry": kept.industry, "codes": codes_of(kept)}


@require_http_methods(["GET", "HEAD", "POST"])
@signed_in
def remove_project(request: PortalRequest, pk: int, row: int) -> HttpResponse:
    """Ask, then take a project out."""
    found = find_to_edit(request, pk)
    kept = get_object_or_404(projects_of(found), pk=row)
    kept.application = found
    back = address(found, "projects")
    title = _("Take out “%(name)s”") % {"name": kept.name}
    return ask(
        request,
        act=lambda form: projects_domain.remove_project(by=request.actor, project=kept, version=seen(form)),
        version=kept.version,
        done=_("The project is taken out."),
        to=back,
        title=title,
        text=_("The project leaves the dossier. What stood here stays in the trail."),
        submit=_("Take it out"),
        cancel=back,
        danger=True,
        trail=[*trail(found, (TITLES["projects"], back)), (title, "")],
    )
