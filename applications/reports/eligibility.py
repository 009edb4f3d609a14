"""What the checks found on the submissions of a batch: one row for each application, and each finding."""

from __future__ import annotations

from typing import Any

from django.utils.translation import get_language, pgettext
from django.utils.translation import gettext as _

from applications import queries
from applications.models import CheckRun
from applications.reports.overview import filtered
from portal.core.scope import Actor
from portal.reports.catalogue import Column, Order, Sheet
from portal.reports.tabled import Found, Table, version_of


def read(by: Actor, order: Order) -> Found:
    """The results kept last with each application, by administrative division. Two queries."""
    rows = filtered(queries.applications(by), order.values).order_by("province", "unit", "pk")
    found = list(rows)
    last = (
        CheckRun.objects.filter(application__in=rows.order_by().values("pk"))
        .order_by("application_id", "-pk")
        .distinct("application_id")
    )
    kept = {run.application_id: run for run in last}
    return Found(
        [_results(found, kept), _findings(found, kept)],
        rules=version_of(order.values["batch"]),
        notes=[_("The results of the checks kept last with each application; none before the first submission.")],
    )


def _results(found: list[Any], kept: dict[int, CheckRun]) -> Table:
    sheet = Sheet(
        "results",
        _("Results of the checks"),
        [
            Column(_("Number"), width=18),
            Column(_("Pilot unit"), width=24),
            Column(_("Province"), width=18),
            Column(_("State"), width=16),
            Column(_("Stage of the checks"), width=18),
            Column(_("Checks asked"), "number", 12, unit=_("checks")),
            Column(_("Findings that block"), "number", 14, total=True, unit=_("findings")),
            Column(_("Warnings"), "number", 12, total=True, unit=_("findings")),
            Column(pgettext("eligibility", "Checked"), "moment", 18),
        ],
    )
    rows = []
    for row in found:
        run = kept.get(row.pk)
        rows.append(
            [
                row.number,
                row.unit.name,
                row.province.name,
                row.get_state_display(),
                run.get_stage_display() if run else None,
                run.asked if run else None,
                run.blocking if run else None,
                sum(one["severity"] == "warning" for one in run.findings) if run else None,
                run.at if run else None,
            ]
        )
    return Table(sheet, rows)


def _findings(found: list[Any], kept: dict[int, CheckRun]) -> Table:
    sheet = Sheet(
        "findings",
        _("Findings"),
        [
            Column(_("Number"), width=18),
            Column(_("Pilot unit"), width=24),
            Column(_("Check"), width=26),
            Column(_("Severity"), width=12),
            Column(_("Finding"), width=60),
            Column(_("Source of the rule"), width=40),
        ],
    )
    said = "en" if get_language() == "en" else "zh"
    weights = {"error": _("blocks"), "warning": _("warns"), "info": _("for information")}
    rows = [
        [
            row.number,
            row.unit.name,
            one["code"],
            weights.get(one["severity"], one["severity"]),
            one.get(said),
            one.get("source"),
        ]
        for row in found
        if row.pk in kept
        for one in kept[row.pk].findings
    ]
    return Table(sheet, rows)
