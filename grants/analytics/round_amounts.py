"""Pilot units whose payments are round more often than invoices are."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from decimal import Decimal
from typing import Any, Final

from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from grants.analytics.common import YEAR, payments, share
from portal.audit.instruments.analyses import Analysis, Asked, Column, Line, Parameter


def find(asked: Asked) -> Iterator[Line]:
    """Per unit: the share of payments that are whole multiples of the step."""
    step, least = asked.number("step"), int(asked.number("payments"))
    groups: dict[str, list[Any]] = defaultdict(list)
    for row in payments(asked).iterator(2_000):
        groups[row.unit_id].append(row)
    counted = sum(len(group) for group in groups.values())
    rounded = sum(row.amount % step == 0 for group in groups.values() for row in group)
    asked.tell(_("Payments looked at"), f"{counted:,}")
    asked.tell(_("Round among them (%)"), share(rounded, counted))
    for unit, group in sorted(groups.items()):
        round_ones = [row for row in group if row.amount % step == 0]
        found = share(len(round_ones), len(group))
        if len(group) < least or found < asked.number("share"):
            continue
        amount = sum((row.amount for row in round_ones), Decimal(0))
        yield Line(
            key=f"round:{unit}:{asked.year() or 'all'}",
            title=str(group[0].unit),
            url=reverse("oversight:province", args=[group[0].province_id]),
            amount=amount,
            cells={
                "unit": str(group[0].unit),
                "payments": len(group),
                "round": len(round_ones),
                "share": found,
                "amount": amount,
            },
        )


ANALYSIS: Final = Analysis(
    name="round_amounts",
    title=_("Round amounts"),
    rule=_("Pilot units of whose payments at least this share are whole multiples of the step."),
    source=_("M. J. Nigrini, Benford's Law (2012), chapter on number duplication: invented figures are round."),
    caution=_("Support fixed as a round share of the plan is paid in round amounts; compare with the invoices."),
    parameters=(
        Parameter("step", _("Multiple of (yuan)"), "yuan", Decimal(100_000), least="1"),
        Parameter("share", _("At least this share (%)"), "percent", Decimal(50), most="100"),
        Parameter("payments", _("At least so many payments"), "number", Decimal(5), least="1"),
        YEAR,
    ),
    columns=(
        Column("unit", _("Pilot unit")),
        Column("payments", _("Payments"), "number"),
        Column("round", _("Round"), "number"),
        Column("share", pgettext_lazy("of a whole", "Share"), "percent"),
        Column("amount", _("Sum of the round ones"), "yuan"),
    ),
    find=find,
)
