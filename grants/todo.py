"""What waits for finance people: to be checked, to be received and passed on, to be awarded."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime
from typing import Any, Final

from django.conf import settings
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from grants.queries import awards, changes, moves
from grants.queries import requests as paying
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
        Todo(
            _what(row.received_on) % {"unit": row.unit},
            reverse("grants:issue", args=[row.pk]),
            _end(row.due_on),
            remind=_remind(row),
        )
        for row in moves.waiting(actor.scope, on=clock.today())[:20]
    ]


def _remind(row: Any) -> tuple[int, ...]:
    """Days before the last one that lie PASS_ON_REMINDERS days behind the receipt."""
    days = (row.due_on - row.counts_from).days
    return tuple(days - after for after in settings.PASS_ON_REMINDERS if after < days)


def arrivals(actor: Actor) -> list[Todo]:
    """Money the province passed on, whose arrival the unit's bureau has to confirm."""
    if actor.post(Role.FINANCE_MAKER, Role.FINANCE_CHECKER, kind=Kind.UNIT_FINANCE) is None:
        return []
    return [
        Todo(
            _("Confirm that money of %(document)s has arrived") % {"document": row.document_no},
            reverse("grants:confirm_arrival", args=[row.pk]),
        )
        for row in changes.unconfirmed(actor.scope)[:20]
    ]


def overdue(actor: Actor) -> list[Todo]:
    """Money that lies with provinces too long, for those who look after it without passing it on themselves."""
    watches = actor.scope.nation and actor.roles & {Role.FINANCE_MAKER, Role.FINANCE_CHECKER, Role.OFFICER}
    if not (watches or Role.AUDITOR in actor.roles or actor.post(Role.FINANCE_CHECKER, kind=Kind.PROVINCIAL_FINANCE)):
        return []
    count = changes.overdue(actor.scope, on=clock.today())
    if not count:
        return []
    text = ngettext("%(count)s issue is passed on too late", "%(count)s issues are passed on too late", count)
    return [Todo(text % {"count": count}, f"{reverse('grants:waiting')}?timing=late", None, count)]


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


def requests(actor: Actor) -> list[Todo]:
    """Payment requests from which the unit's finance maker has not entered the payment yet."""
    if actor.post(Role.FINANCE_MAKER, kind=Kind.UNIT_FINANCE) is None:
        return []
    count = paying.open_requests(actor.scope).count()
    if not count:
        return []
    text = ngettext(
        "Complete %(count)s payment request and enter the payment",
        "Complete %(count)s payment requests and enter the payments",
        count,
    )
    return [Todo(text % {"count": count}, reverse("grants:requests"), None, count)]


def holds(actor: Actor) -> list[Todo]:
    """Other national money that was found and waits for the word of the actor's ministry."""
    if not paying.judges(actor):
        return []
    count = paying.to_judge(actor).count()
    if not count:
        return []
    text = ngettext(
        "Decide on other national money of %(count)s project",
        "Decide on other national money of %(count)s projects",
        count,
    )
    return [Todo(text % {"count": count}, reverse("grants:holds"), None, count)]


SOURCES: Final[tuple[Callable[[Actor], list[Todo]], ...]] = (
    checks,
    receipts,
    unawarded,
    arrivals,
    overdue,
    requests,
    holds,
    reports,
)
