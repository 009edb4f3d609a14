"""Receipts that provinces recorded late, or with a day long after the issue: the days to pass on count from it."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from decimal import Decimal
from typing import Any, Final

from django.db.models import DateField, F, Func
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from grants.enums import CheckState
from grants.queries import moves
from portal.audit.instruments.analyses import Analysis, Asked, Column, Line, Parameter
from portal.core import clock

# The day on which the province's bank had all of the issue, by the lines that are matched to it.
_BANKED: Final = Func(F("pk"), function="issue_banked_on", output_field=DateField(null=True))


def find(asked: Asked) -> Iterator[Line]:
    """Received issues whose receipt was recorded, or whose day lies, so many days late; and days the bank denies."""
    least = int(asked.number("days"))
    rows = moves.issues(asked.by.scope).filter(state=CheckState.CONFIRMED, received_on__isnull=False).order_by("pk")
    for row in rows.annotate(banked=_BANKED):
        issued, recorded = _day(row.checked_at), _day(row.received_at)
        after, behind = (row.received_on - issued).days, (recorded - row.received_on).days
        # A bank may book a document before its date; a receipt names no day before it.
        gained = max((row.received_on - max(row.banked, row.document_date)).days, 0) if row.banked else 0
        if max(after, behind) >= least or gained:
            yield Line(
                key=f"issue:{row.pk}",
                title=f"{row.unit} {row.document_no}",
                url=reverse("grants:issue", args=[row.pk]),
                amount=row.amount,
                cells={
                    "unit": str(row.unit),
                    "province": str(row.province),
                    "issued": issued,
                    "received": row.received_on,
                    "recorded": recorded,
                    "bank": row.banked,
                    "after": after,
                    "behind": behind,
                    "gained": gained,
                    "amount": row.amount,
                },
            )


def _day(moment: Any) -> date:
    day: date = moment.astimezone(clock.SHANGHAI).date()
    return day


ANALYSIS: Final = Analysis(
    name="late_receipts",
    title=_("Receipts recorded late"),
    rule=_(
        "Receipts of issues recorded so many days after the day they name, or that name a day so many days after the "
        "issue was confirmed, or a later day than the one on which the bank of the province had all of it."
    ),
    source=_("Budget Law, article 52: the days to pass money on count from the receipt."),
    caution=_(
        "Money may take days to arrive; only a line of the bank says when it came, and not every province has one."
    ),
    parameters=(Parameter("days", _("At least so many days"), "number", Decimal(5), least="1"),),
    columns=(
        Column("unit", _("Pilot unit")),
        Column("province", _("Province")),
        Column("issued", _("Confirmed on"), "date"),
        Column("received", _("Received"), "date"),
        Column("bank", _("By the bank"), "date"),
        Column("recorded", _("Recorded on"), "date"),
        Column("after", _("Days from the issue to the receipt"), "number"),
        Column("behind", _("Days from the receipt to its record"), "number"),
        Column("gained", _("Days after the bank"), "number"),
        Column("amount", _("Amount"), "yuan"),
    ),
    find=find,
)
