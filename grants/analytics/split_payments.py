"""Payments that look like one amount in parts, each below a limit."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from decimal import Decimal
from typing import Any, Final

from django.utils.translation import gettext_lazy as _

from grants.analytics.common import YEAR, payment_url, payments
from portal.audit.instruments.analyses import Analysis, Asked, Column, Line, Parameter


def find(asked: Asked) -> Iterator[Line]:
    """Runs of payments of one project to one payee, each below the limit, within the days, together at or above it."""
    limit, days = asked.number("limit"), int(asked.number("days"))
    groups: dict[tuple[int, str], list[Any]] = defaultdict(list)
    rows = payments(asked).filter(amount__lt=limit).order_by("document_date", "pk")
    for row in rows.iterator(2_000):
        groups[row.grant_project_id, row.payee].append(row)
    for (project, payee), group in sorted(groups.items()):
        for run in _runs(group, days):
            total = sum((row.amount for row in run), Decimal(0))
            if len(run) > 1 and total >= limit:
                yield Line(
                    key=f"split:{project}:{run[0].pk}",
                    title=f"{payee}: {run[0].grant_project}",
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


def _runs(group: list[Any], days: int) -> Iterator[list[Any]]:
    """The payments in runs that lie within so many days, from the first of a run on."""
    run: list[Any] = []
    for row in group:
        if run and (row.document_date - run[0].document_date).days > days:
            yield run
            run = []
        run.append(row)
    if run:
        yield run


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
