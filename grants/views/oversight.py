"""The auditor's way: national total → province → payment → voucher, three clicks."""

from __future__ import annotations

from typing import Any, Final

from django.http import HttpResponseBase
from django.shortcuts import get_object_or_404
from django.utils.translation import gettext as _
from django.utils.translation import pgettext
from django.views.decorators.http import require_safe

from grants import presentation, tables
from grants.flow_page import entries_url
from grants.queries import awards, moves, oversight
from grants.queries.flows import Asked
from grants.queries.oversight import Flow, ProvinceFlow
from grants.views.common import crumb
from grants.views.files import table_page
from portal.core import clock, units
from portal.core.middleware import PortalRequest
from portal.core.ones import one_of
from portal.core.tables import Column, Table
from portal.core.tables.columns import around
from portal.core.web import page, require, signed_in
from portal.programme import queries as programme

_CODE: Final = "999999"  # stands for a province's while the address is looked up


def _tiles(flow: Flow, asked: Asked) -> list[dict[str, Any]]:
    """The figures, each with the way to the lines it is added up from."""
    found = [
        (_("Awarded"), flow.awarded, "net_awarded"),
        (_("Issued to provinces"), flow.issued, "net_issued"),
        (_("Passed on to units"), flow.passed, "net_passed"),
        (_("Paid to projects"), flow.paid, "net_paid"),
    ]
    return [
        {"label": label, "value": units.digits(value), "unit": units.word(), "url": entries_url(key, asked)}
        for label, value, key in found
    ]


def _flow(name: str, label: str) -> Column:
    """A figure of each province, with the way to its lines where there are any."""
    lines = entries_url(f"net_{name}", Asked())

    def link(row: ProvinceFlow) -> str:
        return f"{lines}?province={row.province.pk}" if getattr(row.flow, name) else ""

    return Column(name, label, value=f"flow.{name}", kind="yuan", sort=name, total=True, link=link)


@require_safe
@signed_in
def nation(request: PortalRequest) -> HttpResponseBase:
    """The total of the reader's scope, and its provinces."""
    require(request.actor, "grants.oversee")
    rows = oversight.by_province(request.actor.scope)
    columns = [
        Column(
            "province",
            _("Province"),
            value="province.name",
            header=True,
            link=lambda row: row.province.pk.join(around("oversight:province", _CODE)),
            sort="province",
        ),
        Column("awards", pgettext("oversight", "Units"), kind="number", sort="awards", total=True),
        _flow("awarded", _("Awarded")),
        _flow("issued", _("Issued")),
        _flow("passed", _("Passed on to units")),
        _flow("paid", _("Paid to projects")),
        Column("payments", _("Payments"), kind="number", sort="payments", total=True),
    ]
    table = Table(
        request, rows, name="oversight", columns=columns, label=_("Provinces"), empty=_("Nothing was awarded yet.")
    )
    flow = sum((row.flow for row in rows), Flow())
    return table_page(request, "oversight/nation.html", table, tiles=_tiles(flow, Asked()), now=clock.now())


@require_safe
@signed_in
def province(request: PortalRequest, code: str) -> HttpResponseBase:
    """One province: its units with their money, and every payment."""
    require(request.actor, "grants.oversee")
    scope = request.actor.scope
    found = get_object_or_404(programme.provinces(), pk=code)
    units = list(awards.awards(scope).filter(province=found, state="confirmed"))
    if not units and not scope.nation:
        get_object_or_404(programme.provinces().filter(pk__in=scope.provinces), pk=code)
    rows = moves.payments(scope).filter(province=found)
    empty = _("No payment was made in this province yet.")
    table = tables.payments_table(request, rows, route="oversight:payment", places=False, empty=empty)
    flow = oversight.of_province(scope, province=found)
    return table_page(
        request,
        "oversight/province.html",
        table,
        province=found,
        units=units,
        waiting=moves.waiting(scope, on=clock.today()).filter(province=found),
        tiles=_tiles(flow, Asked(province=found.pk)),
        now=clock.now(),
    )


@require_safe
@signed_in
def payment(request: PortalRequest, pk: int) -> HttpResponseBase:
    """One payment: its facts, its booking, its voucher."""
    require(request.actor, "grants.oversee")
    found = one_of(moves.payments, request.actor, pk=pk)
    context = {
        "payment": found,
        "entry": awards.entry_of(found),
        "facts": presentation.payment_facts(request.actor, found),
        "trail": [
            crumb(_("From total to voucher"), "oversight:nation"),
            crumb(str(found.province), "oversight:province", found.province_id),
        ],
        "events": presentation.history(found),
        "now": clock.now(),
    }
    return page(request, "oversight/payment.html", context)
