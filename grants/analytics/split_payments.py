"""Payments that look like one amount in parts, each below a limit."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from decimal import Decimal
from typing import Any, Final

from django.utils.translation import gettext_lazy as _

from grants.analytics.common import YEAR, payment_url, payments
from portal.audit.instruments.analyses import Analysis, Asked, Column, Line, Parameter
from portal.core.punctuation import said_of


def find(asked: Asked) -> Iterator[Line]:
    """Runs of payments of one project to one payee, each below the limit, within the days, together at or above it."""
    limit, days = asked.number("limit"), int(asked.number("days"))
    groups: dict[tuple[int, str], list[Any]] = defaultdict(list)
    rows = payments(asked).filter(amount__lt=limit).order_by("document_date", "pk")
    for row in rows.iterator(2_000):
        groups[row.grant_project_id, row.payee].append(row)
    for (project, payee), group in sorted(groups.items()):
        for run in _runs(group, days, limit):
            total = _sum(run)
            yield Line(
                key=f"split:{project}:{run[0].pk}",
                title=said_of(payee, run[0].grant_project),
                url=payment_url(run[0].pk),
                amount=total,
                cells={
                    "payee": payee,
                    "unit": str(run[0].unit),
                    "payments": len(run),
                    "amount": total,
                    "first": run[0].document_date,
                    "last": run[-1].document_date,
                    "highest": max(row.amount for row in run),
                },
            )


def _runs(group: list[Any], days: int, limit: Decimal) -> Iterator[list[Any]]:
    """Payments, each below the limit, that lie within so many days and together reach it; none stands in two runs.

    Any of them may be the first of a run: one that leads to none is passed over, and the next one is tried.
    """
    place, end, total = 0, 0, Decimal(0)
    while place < len(group):
        while end < len(group) and (group[end].document_date - group[place].document_date).days <= days:
            total += group[end].amount
            end += 1
        if total >= limit and end - place > 1:
            yield group[place:end]
            place, total = end, Decimal(0)
        else:
            total -= group[place].amount
            place += 1


def _sum(run: list[Any]) -> Decimal:
    return sum((row.amount for row in run), Decimal(0))


ANALYSIS: Final = Analysis(
    name="split_payments",
    title=_("Amounts split below a limit"),
    rule=_(
        "Several payments of one project to one payee within some days, each below the limit, together at or above."
    ),
    source=_(
        "Implementing Regulation of the Government Procurement Law, article 28 (no splitting to avoid public tender);"
        " limit for goods and services 2 million yuan: 国办发〔2019〕55号."
    ),
    caution=_("Payments by progress are usual; look at contract and milestones before anything else."),
    parameters=(
        Parameter("limit", _("Limit (yuan)"), "yuan", Decimal(2_000_000), least="1"),
        Parameter("days", _("Within so many days"), "number", Decimal(30), least="1", most="366"),
        YEAR,
    ),
    columns=(
        Column("payee", _("Payee")),
        Column("unit", _("Pilot unit")),
        Column("payments", _("Payments"), "number"),
        Column("amount", _("Together"), "yuan"),
        Column("highest", _("Highest of them"), "yuan"),
        Column("first", _("First"), "date"),
        Column("last", _("Last"), "date"),
    ),
    find=find,
)
