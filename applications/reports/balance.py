"""The balance of regions and provinces over all batches."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from decimal import Decimal
from typing import Any

from django.utils.translation import gettext as _

from applications import queries
from applications.enums import ApplicationState
from applications.reports.overview import RECOMMENDED
from portal.core.money import WAN, ZERO
from portal.core.scope import Actor
from portal.programme.enums import Region
from portal.reports.catalogue import Bars, Column, Order, Sheet
from portal.reports.tabled import Found, Table


def read(by: Actor, order: Order) -> Found:
    """Every application in the reader's scope, counted by batch and region, then by province. One query."""
    rows = list(queries.applications(by).select_related(None).select_related("batch", "province"))
    batches = sorted({row.batch for row in rows}, key=lambda batch: batch.number)
    regions = [
        [
            batch.title,
            str(region.label),
            *_counts(r for r in rows if r.batch_id == batch.pk and r.province.region == region),
        ]
        for batch in batches
        for region in Region
    ]
    provinces = _by_province(rows)
    note = _("Counted are the applications the reader may see. Selected: on a final list of the batch.")
    return Found(
        [
            Table(_sheet("regions", _("By batch and region"), _("Batch"), _("Economic region"), ()), regions),
            Table(
                _sheet("provinces", _("By province over all batches"), _("Province"), _("Economic region"), (5,)),
                provinces,
            ),
        ],
        notes=[note],
    )


def _sheet(name: str, title: str, first: str, second: str, charted: tuple[int, ...]) -> Sheet:
    columns = [
        Column(first, width=26),
        Column(second, width=18),
        Column(_("Applications"), "number", 12, total=True, unit=_("applications")),
        Column(_("Of these recommended"), "number", 14, total=True, unit=_("applications")),
        Column(_("Amount asked (ten thousand yuan)"), "wan", 20, total=True),
        Column(_("Of these selected"), "number", 12, total=True, unit=_("applications")),
        Column(_("Amount asked by the selected (ten thousand yuan)"), "wan", 22, total=True),
    ]
    chart = Bars(_("Selected by province over all batches"), 0, charted, lying=True) if charted else None
    return Sheet(name, title, columns, chart=chart)


def _counts(rows: Iterable[Any]) -> list[Any]:
    mine = list(rows)
    chosen = [row for row in mine if row.state == ApplicationState.SELECTED]
    recommended = sum(row.state in RECOMMENDED for row in mine)
    return [len(mine), recommended, _asked(mine), len(chosen), _asked(chosen)]


def _asked(rows: list[Any]) -> Decimal:
    return sum((row.amount_asked for row in rows), ZERO) / WAN


def _by_province(rows: list[Any]) -> list[list[Any]]:
    groups: dict[Any, list[Any]] = defaultdict(list)
    for row in rows:
        groups[row.province].append(row)
    ordered = sorted(groups, key=lambda province: str(province.pk))
    return [[one.name, str(Region(one.region).label), *_counts(groups[one])] for one in ordered]
