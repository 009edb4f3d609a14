"""What waits for finance makers of money on its way back: demands, surplus, receipts, ended projects."""

from __future__ import annotations

from typing import Final

from django.urls import reverse
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from grants.queries.recoveries import Back, waiting_back
from portal.core import clock
from portal.core.scope import Actor
from portal.notifications.todo import Todo

_ROUTES: Final = {
    "demand": "grants:recovery",
    "overdue": "grants:recovery",
    "receipt": "grants:receive_return",
    "hand_on": "grants:enter_return",
    "ended": "grants:enter_recovery",
}


def back(actor: Actor) -> list[Todo]:
    """Money to be paid back, given back, received or demanded."""
    return [_todo(row) for row in waiting_back(actor, on=clock.today())]


def _todo(row: Back) -> Todo:
    texts = {
        "demand": _("Pay back %(amount)s yuan of %(unit)s"),
        "overdue": _("Overdue: %(amount)s yuan demanded from %(unit)s"),
        "receipt": _("Record the receipt of %(amount)s yuan given back by %(unit)s"),
        "hand_on": _("Give %(amount)s yuan of %(unit)s back to the level above"),
        "ended": _("Demand %(amount)s yuan back: a project of %(unit)s was taken out of the plan"),
    }
    unit = row.unit_en if get_language() == "en" else row.unit_zh
    url = reverse(_ROUTES[row.kind], args=[row.pk])
    if row.kind == "ended":
        url += f"?ground=ended&project={row.project}"
    due = clock.end_of_day(row.due_on) if row.due_on else None
    return Todo(texts[row.kind] % {"amount": f"{row.amount:,.2f}", "unit": unit}, url, due)
