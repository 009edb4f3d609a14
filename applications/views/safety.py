"""Risk and safety."""

from __future__ import annotations

from typing import Any

from django.http import HttpResponse
from django.shortcuts import get_object_or_404
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from applications.domain import safety as domain
from applications.forms.foundation import RecordForm, RiskForm
from applications.models import Application, Risk
from applications.queries import sections as queries
from applications.sections.safety import TEXTS
from applications.views.common import find_row, find_to_edit, section_page
from applications.views.rows import remove_page, rows_page
from portal.core.middleware import PortalRequest
from portal.core.web import signed_in


@require_safe
@signed_in
def safety(request: PortalRequest, pk: int) -> HttpResponse:
    """The record in words, and the risks."""
    found = find_to_edit(request, pk)
    texts = queries.statements_of(found)
    record = [(code.label, texts.get(code.value, "")) for code in TEXTS]
    rows = sorted(queries.risks_of(found), key=lambda row: (-row.likelihood * row.gravity, row.pk))
    return rows_page(request, found, "safety", rows=rows, record=record)


@require_http_methods(["GET", "HEAD", "POST"])
@signed_in
def record(request: PortalRequest, pk: int) -> HttpResponse:
    """Write the record of work safety, environment and data."""
    found = find_to_edit(request, pk)
    form = RecordForm(request.POST or None, initial=_record(found))
    return section_page(
        request,
        found,
        "safety",
        form,
        title=_("Record of safety and environment"),
        back="safety",
        act=lambda: domain.edit_record(
            by=request.actor, application=found, what=form.to_input(), version=form.cleaned_data["version"]
        ),
        initial=lambda: _record(found),
    )


def _record(found: Application) -> dict[str, Any]:
    return {"version": found.version, **queries.statements_of(found)}


@require_http_methods(["GET", "HEAD", "POST"])
@signed_in
def risk(request: PortalRequest, pk: int, row: int | None = None) -> HttpResponse:
    """Add a risk, or change one."""
    found = find_to_edit(request, pk)
    kept = find_row(request, found, queries.risks_of(found), row)
    form = RiskForm(request.POST or None, initial=_risk(kept) if kept else {"version": 0})

    def act() -> None:
        if kept is None:
            domain.add_risk(by=request.actor, application=found, what=form.to_input())
        else:
            kept.application = found
            domain.change_risk(by=request.actor, risk=kept, what=form.to_input(), version=form.cleaned_data["version"])

    def now() -> dict[str, Any]:
        fresh = queries.risks_of(found).filter(pk=row or 0).first()
        return _risk(fresh) if fresh else {}

    return section_page(
        request,
        found,
        "safety",
        form,
        title=kept.title if kept else _("Add a risk"),
        back="safety",
        kept=kept,
        act=act,
        initial=now,
        version=lambda: kept.version if kept else 0,
    )


def _risk(kept: Risk) -> dict[str, Any]:
    return {name: getattr(kept, name) for name in RiskForm.base_fields}


@require_http_methods(["GET", "HEAD", "POST"])
@signed_in
def remove_risk(request: PortalRequest, pk: int, row: int) -> HttpResponse:
    """Ask, then take a risk out."""
    found = find_to_edit(request, pk)
    kept = get_object_or_404(queries.risks_of(found), pk=row)
    kept.application = found
    return remove_page(
        request,
        found,
        "safety",
        name=kept.title,
        version=kept.version,
        act=lambda seen: domain.remove_risk(by=request.actor, risk=kept, version=seen),
    )
