"""How long money has lain where it lies, and what was carried over or became surplus."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext as _

from grants.enums import Place
from grants.models import Account
from grants.queries import within
from grants.queries.held import HOLDERS, held
from grants.reports.forms import asked
from portal.core import clock
from portal.core.joins import with_names
from portal.core.scope import Actor
from portal.reports.catalogue import Column, Order, Sheet
from portal.reports.tabled import Found, Table


def read(by: Actor, order: Order) -> Found:
    """What lies with provinces and units by its age, and the accounts of carry-over and surplus. Two queries."""
    want = asked(order.values)
    today = order.as_of.astimezone(clock.SHANGHAI).date()
    rows = held(by.scope, want, on=today, each=True)
    places = (Place.UNIT, Place.CARRY_OVER, Place.SURPLUS)
    accounts = with_names(
        within(Account.objects.filter(place__in=places), by.scope), "unit", "province", "award__batch"
    )
    lying = list(want.within(accounts).order_by("province_id", "unit_id", "award_id"))
    return Found(
        [_ages(rows), _carried(lying)],
        notes=[_("What is passed on, paid or given back is taken from what came first. Surplus waits to be returned.")],
    )


def _ages(rows: list[Any]) -> Table:
    sheet = Sheet(
        "ages",
        _("How long it has lain"),
        [
            Column(_("With"), width=14),
            Column(_("Province"), width=18),
            Column(_("Pilot unit"), width=22),
            Column(_("Since"), "date", 14),
            Column(_("In all (yuan)"), "yuan", 20, total=True),
            Column(_("Up to 30 days (yuan)"), "yuan", 18, total=True),
            Column(_("31 to 60 days (yuan)"), "yuan", 18, total=True),
            Column(_("61 to 90 days (yuan)"), "yuan", 18, total=True),
            Column(_("91 to 180 days (yuan)"), "yuan", 18, total=True),
            Column(_("Longer (yuan)"), "yuan", 18, total=True),
            Column(_("Of this came back from below (yuan)"), "yuan", 18, total=True),
        ],
        source=_("balances of the books; days of receipt and of pass-on"),
    )
    found = [
        [str(HOLDERS[row.holder]), row.province, row.unit, row.oldest, row.amount, *row.spans, row.came_back]
        for row in rows
    ]
    return Table(sheet, found)


def _carried(accounts: list[Any]) -> Table:
    sheet = Sheet(
        "carried",
        _("Carry-over and surplus"),
        [
            Column(_("Province"), width=18),
            Column(_("Pilot unit"), width=22),
            Column(_("Batch"), width=22),
            Column(_("Of the year (yuan)"), "yuan", 20, total=True),
            Column(_("Carried over (yuan)"), "yuan", 20, total=True),
            Column(_("Surplus to be returned (yuan)"), "yuan", 20, total=True),
        ],
        source=_("balances of the books"),
    )
    by_award: dict[int, dict[str, Any]] = {}
    for account in accounts:
        by_award.setdefault(account.award_id, {"row": account})[account.place] = account.balance
    found = [
        [
            one["row"].province.name,
            one["row"].unit.name,
            one["row"].award.batch.title,
            one.get(Place.UNIT),
            one.get(Place.CARRY_OVER),
            one.get(Place.SURPLUS),
        ]
        for one in by_award.values()
    ]
    return Table(sheet, found)
