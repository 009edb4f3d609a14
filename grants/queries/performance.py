"""Reads on performance: what was achieved, reports, indicators, what is open, peers.

For the assessment: `achieved(award, at)` gives, for each indicator of the plan, the latest verified value with its
target, from the last verified report whose quarter had ended by the day `at`; nothing before the first one.

    for one in achieved(award, date(2027, 6, 30)):
        one.key, one.code, one.label, one.measure       # "digital", "process_control", "own:…"
        one.baseline, one.expected, one.year_target, one.goal, one.value, one.reached, one.year, one.quarter
"""

from __future__ import annotations

from datetime import date

from django.db.models import QuerySet

from grants.models import Award
from grants.models.performance import IndicatorActual, QuarterReport, ReportState


def achieved(award: Award, at: date) -> QuerySet[IndicatorActual]:
    """The indicators of an award's last verified report of a quarter that ended by that day. One query."""
    last = (
        QuarterReport.objects.filter(award=award, state=ReportState.VERIFIED, ends_on__lte=at)
        .order_by("-year", "-quarter")
        .values("pk")[:1]
    )
    return IndicatorActual.objects.filter(report__in=last).select_related("report").order_by("place")
