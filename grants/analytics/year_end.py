"""Units that pay a large part of their money in the last days of a year."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from datetime import date, timedelta
from decimal import Decimal
from typing import Any, Final

from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from grants.analytics.common import YEAR, payments, share
from portal.audit.instruments.analyses import Analysis, Asked, Column, Line, Parameter


def find(asked: Asked) -> Iterator[Line]:
    """Per unit and year: the share of the amount paid in the last days."""
    days = int(asked.number("days"))
    groups: dict[tuple[str, int], list[Any]] = defaultdict(list)
    for row in payments(asked).iterator(2_000):
        groups[row.unit_id, row.document_date.year].append(row)
    for (unit, year), group in sorted(groups.items()):
        begins = date(year, 12, 31) - timedelta(days=days - 1)
        late = [row for row in group if row.document_date >= begins]
        total = sum((row.amount for row in group), Decimal(0))
        amount = sum((row.amount for row in late), Decimal(0))
        found = share(amount, total)
        if late and found >= asked.number("share"):
            yield Line(
                key=f"year_end:{unit}:{year}",
                title=f"{group[0].unit} {year}",
                url=reverse("oversight:province", args=[group[0].province_id]),
                amount=amount,
                cells={
                    "unit": str(group[0].unit),
                    "year": str(year),
                    "late": len(late),
                    "payments": len(group),
                    "amount": amount,
                    "share": found,
                },
            )


ANALYSIS: Final = Analysis(
    name="year_end",
    title=_("Payments at the end of the year"),
    rule=_("Pilot units that paid at least this share of a year's money in its last days."),
    source=_(
        "Budget Law, article 57: money is appropriated in time; spending before the year's end is a classic of audits."
    ),
    caution=_("Money that arrives late in the year is paid late in the year: look at pass-ons first."),
    parameters=(
        Parameter("days", _("Last days of the year"), "number", Decimal(15), least="1", most="92"),
        Parameter("share", _("At least this share (%)"), "percent", Decimal(40), most="100"),
        YEAR,
    ),
    columns=(
        Column("unit", _("Pilot unit")),
        Column("year", _("Year")),
        Column("late", _("Payments in the last days"), "number"),
        Column("payments", _("Payments of the year"), "number"),
        Column("amount", _("Paid in the last days"), "yuan"),
        Column("share", _("Share of the year"), "percent"),
    ),
    find=find,
)
