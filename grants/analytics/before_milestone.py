"""Payments before the milestone they rest on."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from datetime import date
from typing import Final

from django.utils.translation import gettext_lazy as _

from applications.models import ProjectMilestone
from grants.analytics.common import YEAR, payment_url, payments
from portal.audit.instruments.analyses import Analysis, Asked, Column, Line
from portal.core.punctuation import said_of


def find(asked: Asked) -> Iterator[Line]:
    """Payments dated before the day on which the milestone was reached, or before its day in the plan."""
    planned: dict[tuple[int, str], date] = {}
    rows = payments(asked).filter(request__isnull=False).select_related("request", "unit", "grant_project")
    projects: dict[int, list[tuple[date, str]]] = defaultdict(list)
    for project, day, what in ProjectMilestone.objects.filter(
        project__in=rows.order_by().values("grant_project__project")
    ).values_list("project_id", "day", "what"):
        projects[project].append((day, what))
        planned[project, what] = day
    for row in rows.iterator(2_000):
        request = row.request
        if request is None:
            continue
        plan = planned.get((row.grant_project.project_id or 0, request.milestone))
        early = [day for day in (request.reached_on, plan) if day and day > row.document_date]
        if not early:
            continue
        yield Line(
            key=f"payment:{row.pk}",
            title=said_of(row.payee, request.milestone)[:300],
            url=payment_url(row.pk),
            amount=row.amount,
            cells={
                "payee": row.payee,
                "unit": str(row.unit),
                "milestone": request.milestone,
                "paid": row.document_date,
                "reached": request.reached_on,
                "planned": plan,
                "days": (max(early) - row.document_date).days,
                "amount": row.amount,
            },
        )


ANALYSIS: Final = Analysis(
    name="before_milestone",
    title=_("Payments before the milestone"),
    rule=_("The voucher is dated before the day on which the milestone was reached, or before its day in the plan."),
    source=_("Milestones of the approved implementation plan and of the payment request."),
    caution=_(
        "Plans allow advance payments where a contract says so; a milestone may be reached before its planned day."
    ),
    parameters=(YEAR,),
    columns=(
        Column("payee", _("Payee")),
        Column("unit", _("Pilot unit")),
        Column("milestone", _("Milestone")),
        Column("paid", _("Voucher of"), "date"),
        Column("reached", _("Reached on"), "date"),
        Column("planned", _("Planned for"), "date"),
        Column("days", _("Days too early"), "number"),
        Column("amount", _("Amount"), "yuan"),
    ),
    find=find,
)
