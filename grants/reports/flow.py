"""The report on money: how far the grants of a batch came, by province, by award, down to each payment."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from decimal import Decimal
from itertools import islice
from typing import Any, Final

from django.utils.translation import gettext as _

from grants.enums import CheckState
from grants.queries.awards import awards
from grants.queries.moves import payments
from portal.core.money import ZERO
from portal.reports.catalogue import Bars, Column, Cover, Order, Part, Rows, Sheet

CHUNK: Final = 500


def flow(order: Order) -> Iterator[Part]:
    """Confirmed awards and payments, read at one moment; amounts in yuan, exact to the fen."""
    with order.acting() as by:
        batch = order.values["batch"]
        granted = list(awards(by.scope).filter(batch=batch, state=CheckState.CONFIRMED))
        paid = list(payments(by.scope).filter(award__batch=batch, state=CheckState.CONFIRMED).order_by("award", "pk"))
        rules = batch.rule_set
    notes = [
        _("Confirmed entries only, in yuan. Awarded = at the centre + at the province + with the unit + paid."),
        _("Net: what was recovered lies at the centre again."),
    ]
    yield Cover(steps=4 + 1 + len(paid) // CHUNK + 1, rules=rules.version if rules else "", notes=notes)
    chart = Bars(_("How far the money came, by province (yuan)"), 0, (2, 3, 4, 5), stacked=True)
    yield Sheet("provinces", _("By province"), _columns(_("Province"), _("Awards")), chart=chart)
    yield Rows(_by_province(granted))
    yield Sheet("awards", _("By award"), _columns(_("Pilot unit"), _("Province"), counted=False))
    yield Rows([[row.unit.name, row.province.name, *_places(row)] for row in granted])
    yield Sheet(
        "payments",
        _("Payments"),
        [
            Column(_("Pilot unit"), width=22),
            Column(_("Supported project"), width=34),
            Column(_("Payee"), width=30),
            Column(_("Amount (yuan)"), "yuan", 20, total=True),
            Column(_("Voucher number"), width=22),
            Column(_("Date of the voucher"), "date", 14),
            Column(_("Entered by"), width=16),
            Column(_("Checked by"), width=16),
            Column(_("Confirmed"), "moment", 18),
        ],
    )
    rest = iter(paid)
    while chunk := list(islice(rest, CHUNK)):
        yield Rows([_payment(row) for row in chunk])


def _columns(first: str, second: str, *, counted: bool = True) -> list[Column]:
    """Where the money of the award lies now; the four places add up to what was awarded."""
    return [
        Column(first, width=24),
        Column(second, "number" if counted else "text", 16, total=counted),
        Column(_("Paid to projects (yuan)"), "yuan", 20, total=True),
        Column(_("With the unit (yuan)"), "yuan", 20, total=True),
        Column(_("At the province (yuan)"), "yuan", 20, total=True),
        Column(_("At the centre (yuan)"), "yuan", 20, total=True),
        Column(_("Awarded (yuan)"), "yuan", 20, total=True),
    ]


def _places(row: Any) -> list[Decimal]:
    return [row.paid, row.at_unit, row.at_province, row.central, row.amount]


def _by_province(granted: Sequence[Any]) -> Iterator[Sequence[Any]]:
    names = {row.province_id: row.province.name for row in granted}
    for code in sorted(names):
        mine = [row for row in granted if row.province_id == code]
        sums = (sum(column, ZERO) for column in zip(*(_places(row) for row in mine), strict=True))
        yield [names[code], len(mine), *sums]


def _payment(row: Any) -> Sequence[Any]:
    return [
        row.unit.name,
        row.grant_project.name,
        row.payee,
        row.amount,
        row.document_no,
        row.document_date,
        str(row.maker),
        str(row.checker),
        row.checked_at,
    ]
