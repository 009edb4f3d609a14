"""Whether provinces pass money on in time: by province, then each issue."""

from __future__ import annotations

from collections import defaultdict
from datetime import date
from typing import Any

from django.db.models import Max, QuerySet
from django.db.models.functions import TruncDate
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from grants.enums import CheckState
from grants.models import PassOn, ReturnPaper
from grants.queries import within
from grants.queries.moves import issues
from grants.reports.forms import asked
from portal.core import clock
from portal.core.money import ZERO
from portal.core.scope import Actor
from portal.reports.catalogue import Bars, Column, Order, Sheet
from portal.reports.tabled import Found, Table


def read(by: Actor, order: Order) -> Found:
    """Confirmed issues, when they were passed on or given back, held against the day it was due. Three queries."""
    today = order.as_of.astimezone(clock.SHANGHAI).date()
    rows = list(
        asked(order.values)
        .within(issues(by.scope).filter(state=CheckState.CONFIRMED))
        .order_by("province_id", "unit_id", "pk")
    )
    passed = _moved(PassOn, rows, by).annotate(last=Max("passed_on"))
    back = _moved(ReturnPaper, rows, by).annotate(last=Max(TruncDate("checked_at", tzinfo=clock.SHANGHAI)))
    last = dict(passed.values_list("issue", "last"))
    # Money that was given back does not lie with the province any more: its days end there.
    gone = last | {issue: max(day, last.get(issue, day)) for issue, day in back.values_list("issue", "last")}
    return Found(
        [_provinces(rows, gone, today), _issues(rows, last, gone, today)],
        notes=[
            _(
                "The days count from the receipt by the province; until it is recorded, from the confirmation of the "
                "issue (Budget Law, article 52)."
            )
        ],
    )


def _moved(model: Any, rows: list[Any], by: Actor) -> QuerySet[Any, Any]:
    """Confirmed papers that took money of these issues away from the province, by issue."""
    papers = model._default_manager.filter(state=CheckState.CONFIRMED, issue__in=[row.pk for row in rows])
    return within(papers, by.scope).order_by().values("issue")


def _days(row: Any, gone: dict[int, date], today: date) -> int:
    """Days from the receipt until all was passed on or given back; where some still lies there, to the report."""
    until = today if row.held > 0 else gone.get(row.pk, today)
    return int((until - row.counts_from).days)


def _is_late(row: Any, gone: dict[int, date], today: date) -> bool:
    until = today if row.held > 0 else gone.get(row.pk, today)
    return bool(until > row.due_on)


def _provinces(rows: list[Any], gone: dict[int, date], today: date) -> Table:
    sheet = Sheet(
        "provinces",
        _("By province"),
        [
            Column(_("Province"), width=22),
            Column(_("Issues"), "number", 10, total=True, unit=_("issues")),
            Column(_("In time"), "number", 10, total=True, unit=_("issues")),
            Column(_("Late"), "number", 10, total=True, unit=_("issues")),
            Column(_("Longest (days)"), "number", 12, unit=_("days")),
            Column(_("Issued (yuan)"), "yuan", 20, total=True),
            Column(_("Passed on (yuan)"), "yuan", 20, total=True),
            Column(_("Still with the province (yuan)"), "yuan", 20, total=True),
        ],
        chart=Bars(_("Longest time with the province (days)"), 0, (4,), lying=True, adds=False),
        source=_("confirmed issues and pass-ons"),
    )
    groups: dict[str, list[Any]] = defaultdict(list)
    for row in rows:
        groups[row.province.name].append(row)
    found = []
    for name, mine in groups.items():
        late = sum(_is_late(row, gone, today) for row in mine)
        found.append(
            [
                name,
                len(mine),
                len(mine) - late,
                late,
                max(_days(row, gone, today) for row in mine),
                sum((row.amount for row in mine), ZERO),
                sum((row.passed for row in mine), ZERO),
                sum((row.held for row in mine), ZERO),
            ]
        )
    return Table(sheet, found)


def _issues(rows: list[Any], last: dict[int, date], gone: dict[int, date], today: date) -> Table:
    sheet = Sheet(
        "issues",
        pgettext("sheet of a report", "Issues"),
        [
            Column(_("Province"), width=18),
            Column(_("Pilot unit"), width=22),
            Column(_("Document number"), width=24),
            Column(_("Tranche"), width=14),
            Column(_("Issued (yuan)"), "yuan", 20, total=True),
            Column(_("Passed on (yuan)"), "yuan", 20, total=True),
            Column(_("Still with the province (yuan)"), "yuan", 20, total=True),
            Column(_("Received"), "date", 14),
            Column(_("Due"), "date", 14),
            Column(_("Passed on last"), "date", 14),
            Column(_("Days"), "number", 8, unit=_("days")),
            Column(_("In time"), width=10),
        ],
        source=_("confirmed issues and pass-ons"),
    )
    found = [
        [
            row.province.name,
            row.unit.name,
            row.document_no,
            row.get_tranche_display(),
            row.amount,
            row.passed,
            row.held,
            row.received_on,
            row.due_on,
            last.get(row.pk),
            _days(row, gone, today),
            _("late") if _is_late(row, gone, today) else _("in time"),
        ]
        for row in rows
    ]
    return Table(sheet, found)
