"""What provinces recommended: by province with its quota, then each decision of a department."""

from __future__ import annotations

from collections import Counter
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from applications import queries
from applications.enums import ApplicationState as S
from applications.models import Recommendation
from applications.queries.province import COUNTED
from applications.reports.overview import filtered
from portal.core.money import WAN, ZERO
from portal.core.scope import Actor
from portal.programme.enums import Region
from portal.reports.catalogue import Bars, Column, Order, Sheet
from portal.reports.tabled import Found, Table, version_of


def read(by: Actor, order: Order) -> Found:
    """Applications of the batch by province, and the decisions on their submissions. Two queries."""
    rows = filtered(queries.applications(by), order.values).order_by("province", "unit", "pk")
    found = list(rows)
    said = Recommendation.objects.filter(application__in=rows.order_by().values("pk"))
    said = said.select_related("application__unit", "application__province", "organisation", "person", "snapshot")
    said = said.defer("snapshot__content").order_by("application__province", "application__unit", "pk")
    rules = order.values["batch"].rule_set
    return Found(
        [_provinces(found, rules.province_quota if rules else None), _decisions(list(said))],
        rules=version_of(order.values["batch"]),
        notes=[_("Separately planned cities take no place of their province's quota.")],
    )


def _provinces(found: list[Any], quota: int | None) -> Table:
    sheet = Sheet(
        "provinces",
        _("By province"),
        [
            Column(_("Province"), width=22),
            Column(_("Economic region"), width=14),
            Column(_("Applications"), "number", 12, total=True, unit=_("applications")),
            Column(_("With the province"), "number", 12, total=True, unit=_("applications")),
            Column(_("Returned"), "number", 12, total=True, unit=_("applications")),
            Column(_("Recommended"), "number", 12, total=True, unit=_("applications")),
            Column(_("Not recommended"), "number", 14, total=True, unit=_("applications")),
            Column(_("Places of the quota used"), "number", 14, total=True, unit=_("places")),
            Column(_("Places of the quota"), "number", 12, unit=_("places")),
            Column(_("Amount asked by the recommended (ten thousand yuan)"), "wan", 24, total=True),
        ],
        chart=Bars(_("Recommended by province"), 0, (5,), lying=True),
    )
    rows = []
    for province in dict.fromkeys(row.province for row in found):
        mine = [row for row in found if row.province_id == province.pk]
        states = Counter(row.state for row in mine)
        passed = [row for row in mine if row.state in COUNTED]
        used = sum(not row.unit.is_separately_planned for row in passed)
        asked = sum((row.amount_asked for row in passed), ZERO) / WAN
        rows.append(
            [
                province.name,
                str(Region(province.region).label),
                len(mine),
                states[S.WITH_PROVINCE],
                states[S.RETURNED],
                len(passed),
                states[S.NOT_RECOMMENDED],
                used,
                quota,
                asked,
            ]
        )
    return Table(sheet, rows)


def _decisions(said: list[Recommendation]) -> Table:
    sheet = Sheet(
        "decisions",
        _("Decisions of the departments"),
        [
            Column(_("Number"), width=18),
            Column(_("Pilot unit"), width=22),
            Column(_("Province"), width=18),
            Column(_("Submission"), "plain", 10, unit=_("number of the submission")),
            Column(_("Department"), width=30),
            Column(_("Decision"), width=16),
            Column(_("Rank"), "number", 8, unit=pgettext("unit of a rank", "place")),
            Column(_("Number of the joint letter"), width=24),
            Column(_("Opinion"), width=40),
            Column(_("Person"), width=16),
            Column(_("Time"), "moment", 18),
        ],
    )
    rows = [
        [
            row.application.number,
            row.application.unit.name,
            row.application.province.name,
            row.snapshot.number,
            str(row.organisation),
            row.get_decision_display(),
            row.rank,
            row.letter_no,
            row.opinion,
            row.person.name,
            row.at,
        ]
        for row in said
    ]
    return Table(sheet, rows)
