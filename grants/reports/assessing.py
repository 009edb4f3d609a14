"""Assessments: results, self-evaluations, panels and acceptances."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext as _

from grants.enums import CheckState
from grants.models import Acceptance
from grants.queries import within
from grants.queries.assessing import evaluations, panels
from grants.queries.awards import assessments
from grants.reports.forms import asked
from portal.core.joins import with_names
from portal.core.scope import Actor
from portal.reports.catalogue import Column, Order, Sheet
from portal.reports.tabled import Found, Table


def read(by: Actor, order: Order) -> Found:
    """What was found of each unit, by whom, and what follows. Four queries."""
    want = asked(order.values)
    results = want.within(assessments(by.scope).filter(state=CheckState.CONFIRMED)).order_by(
        "province_id", "unit_id", "pk"
    )
    own = want.within(evaluations(by)).order_by("province_id", "unit_id", "pk")
    held = want.within(panels(by)).order_by("province_id", "unit_id", "pk")
    accepted = with_names(within(Acceptance.objects.all(), by.scope), "unit", "province")
    return Found(
        [
            _results(results),
            _totals("evaluations", _("Self-evaluations"), own, _("signed self-evaluations")),
            _totals("panels", _("Panels"), held, _("closed panels")),
            _acceptances(want.within(accepted).order_by("province_id", "unit_id", "pk")),
        ]
    )


def _results(rows: Any) -> Table:
    sheet = Sheet(
        "results",
        _("Final assessments"),
        [
            Column(_("Province"), width=18),
            Column(_("Pilot unit"), width=22),
            Column(_("Batch"), width=22),
            Column(_("Result"), width=20),
            Column(_("Assessed on"), "date", 14),
            Column(_("To be mended by"), "date", 14),
            Column(_("What is to be mended"), width=40),
            Column(_("Second tranche at most (yuan)"), "yuan", 20),
            Column(_("Document number"), width=24),
        ],
        source=_("confirmed results of assessments"),
    )
    found = [
        [
            row.province.name,
            row.unit.name,
            row.award.batch.title,
            row.get_result_display(),
            row.assessed_on,
            row.rectify_by,
            row.rectify_what,
            row.second_limit,
            row.document_no,
        ]
        for row in rows
    ]
    return Table(sheet, found)


def _totals(name: str, title: str, rows: Any, source: str) -> Table:
    sheet = Sheet(
        name,
        title,
        [
            Column(_("Province"), width=18),
            Column(_("Pilot unit"), width=22),
            Column(_("Kind"), width=16),
            Column(_("As of"), "date", 14),
            Column(_("State"), width=16),
            Column(_("Total"), "number", 12, unit=_("points")),
            Column(_("Band"), width=12),
        ],
        source=source,
    )
    found = [
        [
            row.province.name,
            row.unit.name,
            row.get_kind_display(),
            row.as_of,
            row.get_state_display(),
            row.total,
            row.get_band_display() if row.band else None,
        ]
        for row in rows
    ]
    return Table(sheet, found)


def _acceptances(rows: Any) -> Table:
    sheet = Sheet(
        "acceptances",
        _("Acceptances of projects"),
        [
            Column(_("Province"), width=18),
            Column(_("Pilot unit"), width=22),
            Column(_("Supported project"), width=36),
            Column(_("State"), width=16),
            Column(_("Result"), width=16),
            Column(_("Day of the acceptance"), "date", 14),
            Column(_("Investment done (yuan)"), "yuan", 20, total=True),
        ],
        source=_("acceptances by units and provinces"),
    )
    found = [
        [
            row.province.name,
            row.unit.name,
            row.project_name,
            row.get_state_display(),
            row.get_result_display() if row.result else None,
            row.accepted_on,
            row.invested,
        ]
        for row in rows
    ]
    return Table(sheet, found)
