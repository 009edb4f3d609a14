"""Pages on performance: the board, one unit with its trends, the units of its region."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import pgettext
from django.views.decorators.http import require_safe

from grants import tables_performance as tables
from grants.enums_performance import Light, ReportState
from grants.models import IndicatorActual
from grants.models.performance import quarter_words
from grants.performance.lights import quarters
from grants.presentation_performance import rule_words
from grants.queries import performance as queries
from grants.views.common import crumb
from grants.views.files import table_page
from portal.core import charts, clock
from portal.core.files import INERT_INLINE
from portal.core.middleware import PortalRequest
from portal.core.ones import one_of
from portal.core.rules import may
from portal.core.web import page, require, signed_in


@require_safe
@signed_in
def board(request: PortalRequest) -> HttpResponseBase:
    """Every indicator of every unit in the reader's scope, as last verified, with its light."""
    require(request.actor, "grants.view")
    scope = request.actor.scope
    mine = list(queries.awards_with_reports(scope)[:2]) if scope.units and not scope.nation else []
    return table_page(
        request,
        "grants/performance/board.html",
        tables.board_table(request),
        late=0 if len(mine) == 1 else queries.count_late(scope, on=clock.today()),
        mine=mine[0] if len(mine) == 1 else None,
    )


@require_safe
@signed_in
def unit(request: PortalRequest, pk: int) -> HttpResponse:
    """One unit: each indicator with baseline, targets, what was reported, its light, and the trend with its table."""
    require(request.actor, "grants.view")
    scope = request.actor.scope
    award = one_of(queries.awards_with_reports, request.actor, pk=pk)
    told = queries.history(award)
    last = next((row.report for row in reversed(told) if row.report.state == ReportState.VERIFIED), None)
    found = queries.peers(award, quarters(last.year, last.quarter)) if last else {}
    open_now = queries.open_quarters(scope, on=clock.today(), award=pk)
    context = {
        "award": award,
        "indicators": _indicators(told, found),
        "reports": queries.reports(scope).filter(award=award),
        "open": [(row, quarter_words(row.year, row.quarter)) for row in open_now if row.is_with_unit],
        "begins": may(request.actor, "grants.begin_report", award).ok,
        "last": last,
        "rule": rule_words(last) if last else "",
        "trail": [crumb(_("Performance"), "grants:performance")],
        "names_peers": scope.nation,
    }
    return page(request, "grants/performance/unit.html", context)


def _indicators(told: list[IndicatorActual], peers: dict[str, queries.Peers]) -> list[dict[str, Any]]:
    """One block for each indicator: its last row, all quarters, the region beside it."""
    by_key: dict[str, list[IndicatorActual]] = {}
    for row in told:
        by_key.setdefault(row.key, []).append(row)
    return [
        {
            "row": rows[-1],
            "light": Light(rows[-1].light),
            "tone": tables.TONES[Light(rows[-1].light)],
            "years": sorted(rows[-1].target_path.years.items()),
            "quarters": [(row, Light(row.light), tables.TONES[Light(row.light)]) for row in rows],
            "peers": peers.get(key),
            "chart": reverse("grants:performance_trend", args=[rows[-1].pk]),
        }
        for key, rows in sorted(by_key.items(), key=lambda pair: pair[1][-1].place)
    ]


@require_safe
@signed_in
def peers(request: PortalRequest, pk: int) -> HttpResponseBase:
    """The units of the region by name, for those who read the whole nation."""
    require(request.actor, "grants.view")
    if not request.actor.scope.nation:
        raise PermissionDenied(_("Other units are named to the ministries alone."))
    award = one_of(queries.awards_with_reports, request.actor, pk=pk)
    table = tables.peers_table(request, queries.named_peers(request.actor.scope, award))
    trail = [crumb(_("Performance"), "grants:performance"), crumb(str(award.unit), "grants:unit_performance", pk)]
    return table_page(request, "grants/performance/peers.html", table, award=award, trail=trail)


@require_safe
@signed_in
def trend(request: PortalRequest, pk: int) -> HttpResponse:
    """The trend of an indicator, for an img: as a picture of its own no part of it can act."""
    require(request.actor, "grants.view")
    row = get_object_or_404(IndicatorActual.objects.select_related("report__award"), pk=pk)
    if not queries.awards_with_reports(request.actor.scope).filter(pk=row.report.award_id).exists():
        raise Http404
    told = queries.history(row.report.award, row.key)
    if not told:
        raise Http404
    answer = HttpResponse(charts.to_svg(_trend(told)), content_type="image/svg+xml")
    answer["Content-Security-Policy"] = INERT_INLINE
    answer["Cache-Control"] = "private, no-store"
    return answer


def _trend(told: list[IndicatorActual]) -> charts.Spec:
    """Actual values and the path of the targets, from the first report to the end of the year after the last."""
    first, last = told[0].report, told[-1].report
    path = told[-1].target_path
    values: dict[int, Decimal | None] = {quarters(one.report.year, one.report.quarter): one.value for one in told}
    rows: list[tuple[str, str, Any]] = []
    actual, expected = pgettext("performance", "actual"), pgettext("performance", "target path")
    span = range(quarters(first.year, first.quarter), min(quarters(last.year + 1, 4), quarters(path.last, 4)) + 1)
    for at in span:
        year, quarter = divmod(at - 1, 4)
        label = f"{year % 100:02}Q{quarter + 1}"
        rows.append((label, actual, values.get(at)))
        rows.append((label, expected, path.expected(year, quarter + 1)))
    return charts.lines(rows, label=_("Quarter"), value=told[-1].measure, part=pgettext("performance", "Line"))
