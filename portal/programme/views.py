"""Pages on batches and reference data for people who are signed in."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import HttpResponse, HttpResponseBase
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from portal.core import clock
from portal.core.errors import DomainError, NotAllowed
from portal.core.middleware import PortalRequest
from portal.core.ones import one_of
from portal.core.rules import may
from portal.core.tables import Table
from portal.core.web import errors_into, page, require, see_other, signed_in
from portal.programme import onward, queries, tables
from portal.programme.domain import batch as domain
from portal.programme.forms import BatchForm
from portal.programme.models import Batch
from portal.programme.presentation import rule_rows


@require_safe
@signed_in
def batches(request: PortalRequest) -> HttpResponseBase:
    """All batches the reader may know of."""
    require(request.actor, "programme.view_reference")
    table = tables.batches(request)
    if table.wants_file:
        return table.file()
    may_draft = bool(may(request.actor, "programme.draft"))
    return page(request, "programme/batches.html", {"table": table, "may_draft": may_draft})


@require_safe
@signed_in
def batch(request: PortalRequest, pk: int) -> HttpResponse:
    """One batch: state, signatures, rules with their sources, and what the reader may do."""
    require(request.actor, "programme.view_reference")
    found = one_of(queries.batches, request.actor, pk=pk)
    acts = {act: bool(may(request.actor, f"programme.{act}", found)) for act in ("draft", "open", "countersign")}
    acts["close"] = found.is_over and bool(may(request.actor, "programme.close", found))
    rules = rule_rows(found.rule_set) if found.rule_set else []
    context = {
        "batch": found,
        "acts": acts,
        "rules": rules,
        "onward": onward.pages(request.actor, found),
        "signatures": onward.signatures(request.actor, found),
    }
    return page(request, "programme/batch.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@signed_in
def draft(request: PortalRequest, pk: int | None = None) -> HttpResponse:
    """Draft a batch, or change a draft."""
    found = one_of(queries.batches, request.actor, pk=pk) if pk else None
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
    found = one_of(queries.batches, request.actor, pk=int(pk))
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


def _listing(request: PortalRequest, template: str, table: Table) -> HttpResponseBase:
    require(request.actor, "programme.view_reference")
    if table.wants_file:
        return table.file()
    may_add = bool(may(request.actor, "programme.add_reference"))
    return page(request, template, {"table": table, "may_add": may_add})


@require_safe
@signed_in
def units(request: PortalRequest) -> HttpResponseBase:
    """Places that may apply, by province."""
    return _listing(request, "programme/units.html", tables.units(request))


@require_safe
@signed_in
def industries(request: PortalRequest) -> HttpResponseBase:
    """Industries of GB/T 4754."""
    return _listing(request, "programme/industries.html", tables.industries(request))


@require_safe
@signed_in
def soes(request: PortalRequest) -> HttpResponseBase:
    """Central SOEs of SASAC's directory."""
    return _listing(request, "programme/soes.html", tables.soes(request))
