"""Lists of the performance: the board, the reports, what is open; pages and files read the same."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Final

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from grants.enums import CheckState
from grants.enums_performance import IndicatorCode, Light, ReportState
from grants.flow_page import Asks
from grants.models.performance import quarter_words
from grants.queries import flows, performance
from grants.queries.performance import OpenQuarter
from portal.core.middleware import PortalRequest
from portal.core.tables import Choice, Column, Search, Table, link_to
from portal.programme import queries as programme
from portal.programme.enums import Region

# What a light is shown as: the portal's own tones, always with its words.
TONES: Final = {Light.GREEN: "done", Light.YELLOW: "warning", Light.RED: "refused", Light.NONE: "draft"}


def light_words(row: Any) -> str:
    """A light in words."""
    return str(Light(row.shown_light).label)


def _tone(row: Any) -> str:
    row.light_words = light_words(row)
    return TONES[Light(row.shown_light)]


def light_column() -> Column:
    """A column with the light of an indicator, in words and tone."""
    return Column(
        "light",
        pgettext("performance", "Light"),
        kind="state",
        value=_tone,
        label_of="light_words",
        sort=("ahead", "place"),
    )


def _named(row: Any) -> str:
    """The indicator with what it is counted in."""
    return f"{row.label} ({row.measure})"


def _figures() -> list[Column]:
    return [
        Column("value", _("Actual value"), kind="points", sort="value"),
        Column("expected", _("Expected by then"), kind="points", sort="expected"),
        Column("year_target", _("Target of the year"), kind="points", on="file"),
        Column("goal", _("Goal"), kind="points", sort="goal"),
        Column("measure", pgettext("measure", "Unit"), on="file"),
    ]


def _place_filters() -> list[Any]:
    return [
        Choice("region", _("Economic region"), Region.choices, field="province__region"),
        Choice("province", _("Province"), programme.province_choices),
    ]


def _batches(request: PortalRequest, path: str) -> list[Any]:
    """The choice of a batch, for who sees several."""
    scope = request.actor.scope
    return [Choice("batch", _("Batch"), lambda: flows.batches(scope), field=path)] if scope.nation else []


def board_table(request: PortalRequest) -> Table:
    """Each indicator of each unit as last verified."""
    columns = [
        Column(
            "unit", _("Pilot unit"), header=True, link=link_to("grants:unit_performance", "award_id"), sort="unit_id"
        ),
        Column("province", _("Province"), sort="province_id"),
        Column("region", _("Economic region"), value="province.get_region_display", on="file"),
        Column("indicator", _("Indicator"), value=_named, sort=("code", "name")),
        light_column(),
        *_figures(),
        Column("reached", _("Share of the way covered"), kind="points", unit="%", sort="reached"),
        Column("period", _("Quarter"), value="report.period", sort=("report__year", "report__quarter")),
        Column("note", _("Why it is off its path"), on="file"),
    ]
    filters = [
        *_batches(request, "report__award__batch__number"),
        *(_place_filters() if request.actor.scope.nation else []),
        Choice("code", _("Indicator"), IndicatorCode.choices),
        Choice("light", pgettext("performance", "Light"), Light.choices, field="shown_light"),
        Search("unit__name_zh", "unit__name_en", "name"),
    ]
    rows = performance.board(request.actor.scope)
    empty = _("No report was verified yet.")
    return Table(
        request, rows, name="performance", columns=columns, filters=filters, label=_("Performance"), empty=empty
    )


def peers_table(request: PortalRequest, rows: Any) -> Table:
    """Verified values of the units of one region, one indicator after the other, the largest value first."""
    columns = [
        Column("indicator", _("Indicator"), value="label", sort=("code", "-value")),
        Column(
            "unit", _("Pilot unit"), header=True, link=link_to("grants:unit_performance", "award_id"), sort="unit_id"
        ),
        light_column(),
        *_figures(),
        Column("period", _("Quarter"), value="report.period"),
    ]
    filters = [Choice("code", _("Indicator"), IndicatorCode.choices[:-1])]
    return Table(
        request, rows, name="peers", columns=columns, filters=filters, label=_("Units of the region"), order="indicator"
    )


def reports_table(request: PortalRequest) -> Table:
    """Quarterly reports."""
    columns = [
        Column(
            "period",
            _("Quarter"),
            header=True,
            link=link_to("grants:quarter_report"),
            sort=("year", "quarter"),
        ),
        Column("unit", _("Pilot unit"), value=_unit_of_report, sort="unit_id"),
        Column("province", _("Province"), sort="province_id"),
        Column("due_on", _("Due"), kind="date", sort="due_on"),
        Column("signed_at", _("Signed"), kind="moment", sort="signed_at"),
        Column("timing", pgettext("report", "Timing"), value=_timing),
        Column("verified_at", _("Decided"), kind="moment", sort="verified_at"),
        Column("state", pgettext("list", "State"), kind="state", sort="state"),
    ]
    filters = [
        Choice("state", pgettext("list", "State"), ReportState.choices),
        *(_place_filters() if request.actor.scope.nation else []),
        Search("unit__name_zh", "unit__name_en"),
    ]
    empty = _("No report was begun yet.")
    rows = performance.reports(request.actor.scope)
    return Table(
        request,
        rows,
        name="quarter-reports",
        columns=columns,
        filters=filters,
        label=_("Quarterly reports"),
        empty=empty,
    )


def _unit_of_report(row: Any) -> str:
    """The unit of a report, with a word where its award was taken back: no light and no sum counts it then."""
    if row.award.state == CheckState.REVERSED:
        return _("%(unit)s (award reversed)") % {"unit": row.unit}
    return str(row.unit)


def _timing(row: Any) -> str:
    if row.signed_at is None:
        return ""
    late = row.signed_on > row.due_on
    return pgettext("report", "late") if late else pgettext("report", "in time")


def open_table(request: PortalRequest, rows: Sequence[OpenQuarter], places: Sequence[Asks]) -> Table:
    """Quarters whose report is not verified yet. places: the choices by which they were asked for."""
    columns = [
        Column("unit", _("Pilot unit"), header=True, link=_open_link, sort="unit"),
        Column("period", _("Quarter"), value=lambda row: quarter_words(row.year, row.quarter)),
        Column("due_on", _("Due"), kind="date", sort="due_on"),
        Column(
            "days_late", _("Days late"), kind="number", value=lambda row: max(row.days_late, 0) or None, sort="due_on"
        ),
        Column("state", pgettext("list", "State"), value=_open_state),
    ]
    empty = _("Every quarter that is over has its verified report.")
    late = Asks("timing", pgettext("report", "Timing"), [("late", pgettext("report", "late"))])
    return Table(
        request,
        rows,
        name="open-reports",
        columns=columns,
        filters=[*places, late],
        label=_("Open reports"),
        empty=empty,
    )


def _open_link(row: OpenQuarter) -> str:
    if row.report:
        return reverse("grants:quarter_report", args=[row.report])
    return reverse("grants:unit_performance", args=[row.award])


def _open_state(row: OpenQuarter) -> str:
    if row.state == "missing":
        return pgettext("report", "not submitted")
    return str(ReportState(row.state).label)
