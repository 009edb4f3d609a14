"""The page of one enterprise: all that the reader's scope knows of it, across units and years."""

from __future__ import annotations

from typing import Any

from django.db.models import Q
from django.http import Http404, HttpResponseBase
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from grants import enterprise_links, tables
from grants import tables_enterprise as parts
from grants.queries import enterprises as queries
from grants.queries.enterprises import Known
from grants.views.files import table_page
from portal.audit.findings import queries as queries_findings
from portal.audit.instruments import queries as queries_instruments
from portal.audit.instruments.tables import analysis_label
from portal.audit.rules import AUDITOR
from portal.core import clock, units
from portal.core.looks import looked
from portal.core.middleware import PortalRequest
from portal.core.tables import Table
from portal.core.web import require, signed_in

# How analyses name lines on an enterprise.
_LEADS = ("payee", "seller", "enterprise")


@require_safe
@signed_in
def enterprise(request: PortalRequest, code: str) -> HttpResponseBase:
    """One enterprise by its credit code; the look at it stands in the trail."""
    require(request.actor, "grants.oversee")
    if not enterprise_links.CODE.fullmatch(code):
        raise Http404
    found = queries.known(request.actor, code)
    if not found:
        raise Http404
    looked(request.actor, None, "grants.view_enterprise", credit_code=code, name=found.names[0] if found.names else "")
    rows = queries.payments(request.actor, found)
    empty = _("Nothing was paid to it.")
    table = tables.payments_table(request, rows, route="oversight:payment", places=False, empty=empty)
    if table.wants_file:
        return table_page(request, "oversight/enterprise.html", table)
    planned = queries.planned(found)
    sections = [*_money(request, found), *_audit(request, found)]
    near = queries.near(request.actor, found, sorted({row.site for row in planned}))
    return table_page(
        request,
        "oversight/enterprise.html",
        table,
        code=code,
        name=found.names[0] if found.names else code,
        names=found.names[1:],
        tiles=_tiles(request, found),
        rosters=parts.rosters(request, found.rosters),
        projects=[
            parts.projects(request, queries.projects(request.actor, found)),
            parts.planned(request, planned),
        ],
        sections=sections,
        near=parts.near(request, near),
        near_source=parts.NEAR_SOURCE,
        is_auditor=AUDITOR in request.actor.roles,
        most=queries.MOST,
        now=clock.now(),
    )


def _tiles(request: PortalRequest, found: Known) -> list[dict[str, Any]]:
    paid = queries.paid(request.actor, found)
    return [
        {"label": _("Paid to it"), "value": units.digits(paid["sum"]), "unit": units.word()},
        {"label": _("Pilot units that paid it"), "value": f"{paid['units']:,}"},
        {"label": _("Supported projects"), "value": f"{len(found.of('project')):,}"},
        {"label": _("Invoices it wrote"), "value": f"{len(found.of('sold')):,}"},
        {"label": _("In rosters of units"), "value": f"{len(found.units):,}"},
    ]


def _money(request: PortalRequest, found: Known) -> list[Table]:
    return [
        parts.entries(request, queries.entries(request.actor, found)),
        parts.invoices(request, queries.invoices(request.actor, found), found.code),
    ]


def _audit(request: PortalRequest, found: Known) -> list[Table]:
    """Findings and leads that the reader sees; nothing for who is no auditor."""
    if AUDITOR not in request.actor.roles:
        return []
    asked = Q(pk=None)
    for table, keys in queries.about(found).items():
        asked |= Q(object_type=table, object_id__in=keys)
    seen = queries_findings.findings(request.actor).filter(asked, raised_at__lte=clock.now())
    keys = [f"{kind}:{found.code}" for kind in _LEADS]
    leads = list(queries_instruments.leads(request.actor).filter(key__in=keys, at__lte=clock.now())[: queries.MOST])
    for row in leads:
        row.__dict__["analysis_title"] = analysis_label(row)
    return [parts.findings(request, list(seen[: queries.MOST])), parts.leads(request, leads)]
