"""What waits for finance people: to be checked, to be received and passed on, to be awarded."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime
from typing import Final

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from grants.queries import awards, moves
from grants.todo_performance import reports
from portal.accounts.enums import MOF, Kind, Role
from portal.core import clock
from portal.core.scope import Actor
from portal.notifications.todo import Todo


def checks(actor: Actor) -> list[Todo]:
    """Entries of others which this checker confirms or refuses."""
    if not actor.roles & {Role.FINANCE_CHECKER, Role.OFFICER}:
        return []
    found = moves.to_check(actor)
    if not found:
        return []
    text = ngettext("Check %(count)s entry", "Check %(count)s entries", len(found)) % {"count": len(found)}
    return [Todo(text, reverse("grants:to_check"), None, len(found))]


def receipts(actor: Actor) -> list[Todo]:
    """Money that came to the province and has to be passed on, with the last day."""
    if actor.post(Role.FINANCE_MAKER, kind=Kind.PROVINCIAL_FINANCE) is None:
        return []
    return [
        Todo(_what(row.received_on) % {"unit": row.unit}, reverse("grants:issue", args=[row.pk]), _end(row.due_on))
        for row in moves.waiting(actor.scope, on=clock.today())[:20]
    ]


def _what(received_on: date | None) -> str:
    return _("Pass money on to %(unit)s") if received_on else _("Record the receipt of money for %(unit)s")


def _end(day: date | None) -> datetime | None:
    return clock.end_of_day(day) if day else None


def unawarded(actor: Actor) -> list[Todo]:
    """Units of the final list that have no award yet."""
    if actor.post(Role.FINANCE_MAKER, code=MOF) is None:
        return []
    count = awards.to_award(actor.scope).count()
    if not count:
        return []
    text = ngettext("Enter the award of %(count)s unit", "Enter the awards of %(count)s units", count)
    return [Todo(text % {"count": count}, reverse("grants:to_award"), None, count)]


SOURCES: Final[tuple[Callable[[Actor], list[Todo]], ...]] = (checks, receipts, unawarded, reports)
