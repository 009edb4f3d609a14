"""How the programme stands: one page for the two ministries, across batches; every figure leads to its list."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from django.http import HttpResponseBase
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from grants import standing_page as shown
from grants.flow_late import late_words
from grants.flow_page import Asks
from grants.queries import flows, standing
from grants.queries.flows import Asked
from grants.queries.late import late
from grants.views.files import table_page
from portal.core import clock
from portal.core.middleware import PortalRequest
from portal.core.tables import Table
from portal.core.tables.filters import bind
from portal.core.web import require, signed_in
from portal.programme import queries as programme
from reviews.queries.scenarios import Names


@require_safe
@signed_in
def overview(request: PortalRequest) -> HttpResponseBase:
    """Applications, reviews, the chosen, money, performance, assessments, findings, and what is past its day."""
    require(request.actor, "grants.see_standing")
    actor, scope, today = request.actor, request.actor.scope, clock.today()
    asked = Asked.of({name: request.GET.get(name, "") for name in ("batch", "year")})
    batches, years = standing.batches(actor), flows.years(scope)
    found = standing.applications(actor, asked)
    reviewing = standing.reviewing(actor, batches, asked)
    is_late = late(scope, asked, on=today)
    kinds = [late_words(one, asked) | {"amount": one.amount} for one in is_late]
    past = shown.overdue(kinds, reviewing, standing.late_objections(actor, asked, on=today), asked)
    sections = _sections(request, asked, any(one.kind == "report" for one in is_late))
    first, read = shown.dossiers(found, asked), shown.read(reviewing)
    regions = shown.regions(found, flows.parts(scope, asked, "region"), asked)
    lines = shown.listed([first, read, *sections], regions, past)
    label, empty = _("All figures of this page"), _("Nothing was applied for yet.")
    table = Table(
        request, lines, name="standing", columns=shown.columns(), label=label, empty=empty, size=len(lines) or 1
    )
    names = Names({}, {row.pk: row for row in programme.provinces()}, {}, {})
    return table_page(
        request,
        "grants/standing.html",
        table,
        asked=asked,
        filters=_filters(request, batches, years),
        past=past,
        first=first,
        read=read,
        total=found.total,
        regions=regions,
        whole=shown.whole(regions, asked),
        budget=_budget(batches, asked),
        provinces=[(one, names.province(one.key)) for one in found.provinces],
        map=shown.china(found, names),
        sections=sections,
        now=clock.now(),
    )


def _sections(request: PortalRequest, asked: Asked, late_reports: int) -> list[shown.Section]:
    actor = request.actor
    open_, late_ones = standing.counted_findings(actor, asked, on=clock.today())
    return [
        shown.money(flows.totals(actor.scope, asked), asked),
        shown.lights(standing.lights(actor, asked), late_reports, asked),
        shown.results(standing.results(actor, asked), asked),
        shown.findings(open_, late_ones, asked, is_auditor="auditor" in actor.roles),
    ]


def _budget(batches: list[Any], asked: Asked) -> Decimal | None:
    """The budget of the batch asked for (yuan); none over several batches, which have one each."""
    rules = next((row.rule_set for row in batches if str(row.number) == asked.batch), None)
    return rules.budget if rules else None


def _filters(request: PortalRequest, batches: list[Any], years: list[int]) -> list[Any]:
    choices = [
        Asks("batch", _("Batch"), [(row.number, str(row)) for row in batches]),
        Asks("year", _("Year of the money"), [(year, year) for year in years]),
    ]
    return bind(choices, request.GET)
