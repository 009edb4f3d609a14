"""Money entered or checked at night or on days without work."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from decimal import Decimal
from typing import Final

from django.utils.translation import gettext, pgettext
from django.utils.translation import gettext_lazy as _

from grants.analytics.common import YEAR, payment_url, payments
from portal.audit.instruments.analyses import Analysis, Asked, Column, Line, Parameter
from portal.core import clock


def find(asked: Asked) -> Iterator[Line]:
    """Payments whose entry or check lies between the hours of the night (Beijing time), or on a day without work."""
    begins, ends = int(asked.number("begins")), int(asked.number("ends"))
    rows = payments(asked).select_related("unit", "maker", "checker", "grant_project")
    for row in rows.iterator(2_000):
        acts = [
            (pgettext("analysis", "entered"), row.made_at, row.maker),
            (pgettext("analysis", "checked"), row.checked_at, row.checker),
        ]
        for place, (act, at, person) in enumerate(acts):
            if at is None or not (why := _odd(at, begins, ends)):
                continue
            yield Line(
                key=f"payment:{row.pk}:{place}",
                title=f"{row.payee} {row.document_no}",
                url=payment_url(row.pk),
                amount=row.amount,
                cells={
                    "payment": f"{row.payee} {row.document_no}",
                    "unit": str(row.unit),
                    "act": act,
                    "person": str(person),
                    "at": at,
                    "why": why,
                    "amount": row.amount,
                },
            )


def _odd(at: datetime, begins: int, ends: int) -> str:
    """Why the moment is odd; nothing when it is not."""
    local = at.astimezone(clock.SHANGHAI)
    inside = local.hour >= begins or local.hour < ends if begins > ends else begins <= local.hour < ends
    if inside:
        return gettext("at night")
    return "" if clock.is_working_day(local.date()) else gettext("on a day without work")


ANALYSIS: Final = Analysis(
    name="odd_hours",
    title=_("Acts at odd hours"),
    rule=_("Payments entered or checked at night, or on a day that is no working day in China."),
    source=_("ISA 240, appendix 3 (entries at unusual times); working days of the State Council's holiday notices."),
    caution=_("Before the end of a year finance bureaus work on Sundays; look at who and how often."),
    parameters=(
        Parameter("begins", _("Night from (hour)"), "number", Decimal(22), most="23"),
        Parameter("ends", _("Night until (hour)"), "number", Decimal(6), most="23"),
        YEAR,
    ),
    columns=(
        Column("payment", _("Payment")),
        Column("unit", _("Pilot unit")),
        Column("act", _("Act")),
        Column("person", _("Person")),
        Column("at", _("Time"), "moment"),
        Column("why", _("Why it stands here")),
        Column("amount", _("Amount"), "yuan"),
    ),
    find=find,
)
