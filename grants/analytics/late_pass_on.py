"""Money that provinces passed on too late, or have not passed on although the days are over."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from decimal import Decimal
from typing import Any, Final

from django.urls import reverse
from django.utils.translation import gettext, pgettext_lazy
from django.utils.translation import gettext_lazy as _

from grants.enums import CheckState
from grants.queries import moves
from portal.audit.instruments.analyses import Analysis, Asked, Column, Line, Parameter
from portal.core import clock


def find(asked: Asked) -> Iterator[Line]:
    """Confirmed pass-ons after their last day; then issues that still lie with the province."""
    least = int(asked.number("days"))
    for row in moves.pass_ons(asked.by.scope).filter(state=CheckState.CONFIRMED, timing="late").order_by("pk"):
        days = (row.passed_on - row.due_on).days
        if days >= least:
            yield _line(
                f"pass_on:{row.pk}", row, reverse("grants:pass_on", args=[row.pk]), row.passed_on, days, row.amount
            )
    today = clock.today()
    for row in moves.waiting(asked.by.scope, on=today).filter(timing="late"):
        days = (today - row.due_on).days
        if days >= least:
            yield _line(f"issue:{row.pk}", row, reverse("grants:issue", args=[row.pk]), None, days, row.held)


def _line(key: str, row: Any, url: str, passed: date | None, days: int, amount: Decimal) -> Line:
    return Line(
        key=key,
        title=f"{row.unit} {row.document_no}",
        url=url,
        amount=amount,
        cells={
            "unit": str(row.unit),
            "province": str(row.province),
            "due": row.due_on,
            "passed": passed,
            "state": gettext("passed on late") if passed else gettext("still with the province"),
            "days": days,
            "amount": amount,
        },
    )


ANALYSIS: Final = Analysis(
    name="late_pass_on",
    title=_("Pass-ons that are late"),
    rule=_("Money passed on after the last day of the rule set, or still with the province when the day is over."),
    source=_("Budget Law, article 52: within 30 days of receipt; the number of days is the rule set's."),
    caution=_("The days count from the recorded receipt, or from the issue while none is recorded."),
    parameters=(Parameter("days", _("At least so many days late"), "number", Decimal(1), least="1"),),
    columns=(
        Column("unit", _("Pilot unit")),
        Column("province", _("Province")),
        Column("state", _("State")),
        Column("due", _("Last day"), "date"),
        Column("passed", pgettext_lazy("moment", "Passed on"), "date"),
        Column("days", _("Days late"), "number"),
        Column("amount", _("Amount"), "yuan"),
    ),
    find=find,
)
