"""Quarterly reports as pages show them: what happened."""

from __future__ import annotations

from typing import Any

from django.utils.translation import pgettext

from grants.enums_performance import ReportState
from grants.models import QuarterReport


def history(report: QuarterReport) -> list[dict[str, Any]]:
    """What happened to a report, the newest first."""
    events: list[dict[str, Any]] = [
        {"what": pgettext("report", "Written"), "who": report.written_by, "at": report.written_at}
    ]
    if report.signed_by is not None:
        events.append(
            {"what": pgettext("report", "Signed and submitted"), "who": report.signed_by, "at": report.signed_at}
        )
    if report.verified_by is not None:
        returned = bool(report.returned_why)
        word = pgettext("report", "Returned") if returned else pgettext("report", "Verified")
        if report.state != ReportState.SUBMITTED or returned:
            who = {"who": report.verified_by, "at": report.verified_at, "note": report.returned_why}
            events.append({"what": word, **who})
    return sorted(events, key=lambda event: event["at"], reverse=True)
