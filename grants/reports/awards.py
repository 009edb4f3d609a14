"""The list of awards, and the register of supported projects."""

from __future__ import annotations

from django.utils.translation import gettext as _

from grants.enums import CheckState
from grants.queries.awards import awards, projects
from grants.reports.forms import asked
from portal.core.money import to_hundredths
from portal.core.scope import Actor
from portal.reports.catalogue import Bars, Column, Order, Sheet
from portal.reports.tabled import Found, Table


def read(by: Actor, order: Order) -> Found:
    """Confirmed awards with where their money lies. One query."""
    rows = asked(order.values).within(awards(by.scope).filter(state=CheckState.CONFIRMED), "batch__number")
    sheet = Sheet(
        "awards",
        _("Awards"),
        [
            Column(_("Pilot unit"), width=24),
            Column(_("Province"), width=18),
            Column(_("Batch"), width=24),
            Column(_("Document number"), width=24),
            Column(_("Awarded (yuan)"), "yuan", 20, total=True),
            Column(_("Issued (yuan)"), "yuan", 20, total=True),
            Column(_("Passed on (yuan)"), "yuan", 20, total=True),
            Column(_("Paid to projects (yuan)"), "yuan", 20, total=True),
            Column(_("Confirmed"), "moment", 18),
            Column(_("Final assessment passed on"), "date", 14),
        ],
        chart=Bars(_("Awarded by pilot unit (yuan)"), 0, (4,), lying=True),
        source=_("confirmed awards; balances of the books"),
    )
    found = [
        [
            row.unit.name,
            row.province.name,
            row.batch.title,
            row.document_no,
            row.amount,
            row.issued,
            row.passed,
            row.paid,
            row.checked_at,
            row.assessment_passed_on,
        ]
        for row in rows
    ]
    return Found([Table(sheet, found)], notes=[_("Net: what was recovered lies at the centre again.")])


def register(by: Actor, order: Order) -> Found:
    """Supported projects with support, payments and acceptance. One query."""
    rows = asked(order.values).within(projects(by.scope)).exclude(award__state=CheckState.REVERSED)
    sheet = Sheet(
        "projects",
        _("Register of projects"),
        [
            Column(_("Batch"), width=20),
            Column(_("Province"), width=16),
            Column(_("Pilot unit"), width=20),
            Column(_("Supported project"), width=34),
            Column(_("Leading enterprise"), width=28),
            Column(_("Total investment (yuan)"), "yuan", 20, total=True),
            Column(_("Approved support (yuan)"), "yuan", 20, total=True),
            Column(_("Support of the investment (%)"), "percent", 12),
            Column(_("Paid (yuan)"), "yuan", 20, total=True),
            Column(_("Left of the support (yuan)"), "yuan", 20, total=True),
            Column(_("Acceptance"), width=16),
            Column(_("Ended"), "moment", 18),
        ],
        source=_("supported projects of the approved plans; confirmed payments"),
    )
    found = []
    for row in rows:
        end, acceptance = getattr(row, "end", None), getattr(row, "acceptance", None)
        share = to_hundredths(100 * row.approved_support / row.total_investment) if row.total_investment else None
        found.append(
            [
                row.award.batch.title,
                row.province.name,
                row.unit.name,
                row.name,
                row.enterprise_name,
                row.total_investment,
                row.approved_support,
                share,
                row.paid,
                row.left,
                acceptance.get_state_display() if acceptance else None,
                end.at if end else None,
            ]
        )
    return Found([Table(sheet, found)])
