"""Pages on batches and reference data for people who are signed in."""

from __future__ import annotations

import csv
from typing import Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.db.models import QuerySet
from django.http import HttpResponse
from django.shortcuts import get_object_or_404
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from portal.core import clock
from portal.core.errors import DomainError, NotAllowed
from portal.core.middleware import PortalRequest
from portal.core.rules import may
from portal.core.web import errors_into, page, require, see_other, signed_in
from portal.programme import queries
from portal.programme.domain import batch as domain
from portal.programme.forms import BatchForm
from portal.programme.models import Batch
from portal.programme.presentation import rule_rows


@require_safe
@signed_in
def batches(request: PortalRequest) -> HttpResponse:
    """All batches the reader may know of."""
    require(request.actor, "programme.view_reference")
    rows = queries.batches(request.actor.scope)
    return page(
        request, "programme/batches.html", {"rows": rows, "may_draft": bool(may(request.actor, "programme.draft"))}
    )


@require_safe
@signed_in
def batch(request: PortalRequest, pk: int) -> HttpResponse:
    """One batch: state, signatures, rules with their sources, and what the reader may do."""
    require(request.actor, "programme.view_reference")
    found = get_object_or_404(queries.batches(request.actor.scope), pk=pk)
    acts = {act: bool(may(request.actor, f"programme.{act}", found)) for act in ("draft", "open", "countersign")}
    ended = found.deadline is not None and found.deadline < clock.now() and found.state == "open"
    acts["close"] = ended and bool(may(request.actor, "programme.close", found))
    context = {"batch": found, "acts": acts, "rules": rule_rows(found.rule_set) if found.rule_set else []}
    return page(request, "programme/batch.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@signed_in
def draft(request: PortalRequest, pk: int | None = None) -> HttpResponse:
    """Draft a batch, or change a draft."""
    found = get_object_or_404(queries.batches(request.actor.scope), pk=pk) if pk else None
    require(request.actor, "programme.draft", found)
    form = BatchForm(request.POST or None, rule_sets=queries.rule_sets(), initial=_initial(found))
    if form.is_valid():
        with errors_into(form):
            done = domain.draft(by=request.actor, what=form.to_input(), batch=found)
            messages.success(request, _("The draft is kept."))
            return see_other("programme:batch", done.pk)
    return page(request, "programme/draft.html", {"batch": found}, form=form)


def _initial(found: Batch | None) -> dict[str, Any]:
    if found is None:
        return {"year": clock.today().year, "opens_on": clock.today()}
    names = ("number", "year", "title_zh", "title_en", "call_zh", "call_en", "rule_set")
    initial = {name: getattr(found, name) for name in names}
    if found.opens_at and found.deadline:
        initial |= {
            "opens_on": found.opens_at.astimezone(clock.SHANGHAI).date(),
            "last_day": found.deadline.astimezone(clock.SHANGHAI).date(),
        }
    return initial


@require_POST
@signed_in
def act(request: PortalRequest, pk: int, act: str) -> HttpResponse:
    """Open, countersign or close a batch."""
    commands = {"open": domain.open_batch, "countersign": domain.countersign, "close": domain.close}
    found = get_object_or_404(queries.batches(request.actor.scope), pk=pk)
    require(request.actor, f"programme.{act}", found)
    try:
        commands[act](by=request.actor, batch=found)
    except NotAllowed:
        raise
    except DomainError as error:
        messages.error(request, str(error))
    else:
        messages.success(request, _("Done. It stands in the audit trail."))
    return see_other("programme:batch", pk)


def _listing(request: PortalRequest, rows: QuerySet[Any], template: str, **context: Any) -> HttpResponse:
    found = Paginator(rows, 50).get_page(request.GET.get("page"))
    return page(request, template, {"rows": found, "search": request.GET.get("q", "")[:80], **context})


@require_safe
@signed_in
def units(request: PortalRequest) -> HttpResponse:
    """Places that may apply, by province; `format=csv` gives what is shown as a file."""
    require(request.actor, "programme.view_reference")
    search, province = request.GET.get("q", "").strip()[:80], request.GET.get("province", "")[:6]
    rows = queries.units(search=search, province=province)
    if request.GET.get("format") == "csv":
        return _units_csv(rows)
    return _listing(request, rows, "programme/units.html", provinces=queries.provinces(), province=province)


def _units_csv(rows: QuerySet[Any]) -> HttpResponse:
    answer = HttpResponse(content_type="text/csv; charset=utf-8")
    answer["Content-Disposition"] = 'attachment; filename="pilot-units.csv"'
    answer.write("\ufeff")
    writer = csv.writer(answer)
    writer.writerow(["code", "name_zh", "name_en", "province", "kind", "valid_to", "successor"])
    for unit in rows:
        writer.writerow(
            [unit.code, unit.name_zh, unit.name_en, unit.province_id, unit.kind, unit.valid_to, unit.successor_id]
        )
    return answer


@require_safe
@signed_in
def industries(request: PortalRequest) -> HttpResponse:
    """Industries of GB/T 4754."""
    require(request.actor, "programme.view_reference")
    return _listing(
        request, queries.industries(search=request.GET.get("q", "").strip()[:80]), "programme/industries.html"
    )


@require_safe
@signed_in
def soes(request: PortalRequest) -> HttpResponse:
    """Central SOEs of SASAC's directory."""
    require(request.actor, "programme.view_reference")
    return _listing(request, queries.soes(search=request.GET.get("q", "").strip()[:80]), "programme/soes.html")
