"""The foundation of the unit, its clusters and parks."""

from __future__ import annotations

from typing import Any

from django.http import HttpResponse
from django.shortcuts import get_object_or_404
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from applications.domain import clusters as clusters_domain
from applications.domain import foundation as domain
from applications.forms.foundation import COLUMNS, ClusterForm, FoundationForm
from applications.models import Application, Cluster
from applications.queries import focus_industries_of
from applications.queries import sections as queries
from applications.views.common import find_row, find_to_edit, section_page
from applications.views.rows import remove_page, rows_page
from portal.core.middleware import PortalRequest
from portal.core.web import signed_in


@require_http_methods(["GET", "HEAD", "POST"])
@signed_in
def foundation(request: PortalRequest, pk: int) -> HttpResponse:
    """The years before the batch, and the base in words."""
    found = find_to_edit(request, pk)
    form = FoundationForm(request.POST or None, application=found, initial=_foundation(found))
    return section_page(
        request,
        found,
        "foundation",
        form,
        template="applications/grid.html",
        act=lambda: domain.edit_foundation(
            by=request.actor, application=found, what=form.to_input(), version=form.cleaned_data["version"]
        ),
        initial=lambda: _foundation(found),
    )


def _foundation(found: Application) -> dict[str, Any]:
    initial: dict[str, Any] = {"version": found.version, **queries.statements_of(found)}
    for row in queries.foundation_of(found):
        initial |= {f"{row.year}_{name}": getattr(row, name) for name in COLUMNS}
    return initial


@require_safe
@signed_in
def clusters(request: PortalRequest, pk: int) -> HttpResponse:
    """The clusters and parks."""
    found = find_to_edit(request, pk)
    context = {"rows": queries.clusters_of(found), "has_industries": focus_industries_of(found).exists()}
    return rows_page(request, found, "clusters", **context)


@require_http_methods(["GET", "HEAD", "POST"])
@signed_in
def cluster(request: PortalRequest, pk: int, row: int | None = None) -> HttpResponse:
    """Add a cluster or park, or change one."""
    found = find_to_edit(request, pk)
    kept = find_row(request, found, queries.clusters_of(found), row)
    form = ClusterForm(
        request.POST or None,
        industries=focus_industries_of(found),
        initial=_cluster(kept) if kept else {"version": 0},
    )

    def act() -> None:
        if kept is None:
            clusters_domain.add_cluster(by=request.actor, application=found, what=form.to_input())
        else:
            kept.application = found
            version = form.cleaned_data["version"]
            clusters_domain.change_cluster(by=request.actor, cluster=kept, what=form.to_input(), version=version)

    def now() -> dict[str, Any]:
        fresh = queries.clusters_of(found).filter(pk=row or 0).first()
        return _cluster(fresh) if fresh else {}

    return section_page(
        request,
        found,
        "clusters",
        form,
        title=kept.name if kept else _("Add a cluster or park"),
        back="clusters",
        kept=kept,
        act=act,
        initial=now,
        version=lambda: kept.version if kept else 0,
    )


def _cluster(kept: Cluster) -> dict[str, Any]:
    names = [name for name in ClusterForm.base_fields if name != "industry"]
    return {name: getattr(kept, name) for name in names} | {"industry": kept.industry}


@require_http_methods(["GET", "HEAD", "POST"])
@signed_in
def remove_cluster(request: PortalRequest, pk: int, row: int) -> HttpResponse:
    """Ask, then take a cluster or park out."""
    found = find_to_edit(request, pk)
    kept = get_object_or_404(queries.clusters_of(found), pk=row)
    kept.application = found
    return remove_page(
        request,
        found,
        "clusters",
        name=kept.name,
        version=kept.version,
        act=lambda seen: clusters_domain.remove_cluster(by=request.actor, cluster=kept, version=seen),
    )
