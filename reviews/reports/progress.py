"""How far the reviews of a batch are: by application, then by reviewer."""

from __future__ import annotations

from collections import defaultdict
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from applications.enums import ApplicationState
from portal.core.scope import Actor
from portal.reports.catalogue import Column, Order, Sheet
from portal.reports.tabled import Found, Table, version_of
from reviews import queries
from reviews.enums import ReviewState
from reviews.models.assignment import OPEN

_DONE = (ReviewState.SUBMITTED, ReviewState.LOCKED)


def read(by: Actor, order: Order) -> Found:
    """Applications under review with their assignments, and the reviewers with their load. Two queries."""
    batch = order.values["batch"]
    applications = list(queries.progress(by, batch))
    given = list(queries.assignments(by, batch))
    return Found([_applications(applications), _reviewers(given)], rules=version_of(batch))


def _applications(found: list[Any]) -> Table:
    sheet = Sheet(
        "applications",
        _("By application"),
        [
            Column(_("Number"), width=18),
            Column(_("Pilot unit"), width=24),
            Column(_("Province"), width=18),
            Column(_("State"), width=14),
            Column(_("Reviewers assigned"), "number", 14, total=True, unit=_("reviewers")),
            Column(_("Reviews submitted"), "number", 14, total=True, unit=pgettext("unit of a count", "reviews")),
            Column(_("Reviews to come"), "number", 14, total=True, unit=pgettext("unit of a count", "reviews")),
            Column(_("Recused"), "number", 12, total=True, unit=_("reviewers")),
        ],
    )
    rows = [
        [
            row.number,
            row.unit.name,
            row.province.name,
            row.get_state_display(),
            row.assigned,
            row.submitted,
            row.assigned - row.submitted,
            row.recused,
        ]
        for row in found
    ]
    return Table(sheet, rows)


def _reviewers(given: list[Any]) -> Table:
    sheet = Sheet(
        "reviewers",
        _("By reviewer"),
        [
            Column(_("Reviewer"), width=24),
            Column(_("Applications"), "number", 12, total=True, unit=_("applications")),
            Column(_("Interests declared"), "number", 14, total=True, unit=_("applications")),
            Column(_("Reviews submitted"), "number", 14, total=True, unit=pgettext("unit of a count", "reviews")),
            Column(_("Reviews to come"), "number", 14, total=True, unit=pgettext("unit of a count", "reviews")),
        ],
        source=_("assignments that stand"),
    )
    groups: dict[int, list[Any]] = defaultdict(list)
    for row in given:
        if row.state in OPEN and row.application.state != ApplicationState.WITHDRAWN:
            groups[row.reviewer_id].append(row)
    rows = []
    for mine in sorted(groups.values(), key=lambda some: (some[0].reviewer.name, some[0].reviewer_id)):
        done = sum(getattr(row, "review", None) is not None and row.review.state in _DONE for row in mine)
        declared = sum(row.state == "declared" for row in mine)
        rows.append([mine[0].reviewer.name, len(mine), declared, done, len(mine) - done])
    return Table(sheet, rows)
