"""Quarterly reports as pages show them: what happened."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from grants.enums_performance import ReportState
from grants.models import QuarterReport


def rule_words(report: QuarterReport) -> str:
    """The rule by which the lights of a report were found."""
    return _(
        "green from %(green)s %% of the way from the baseline to the value expected by the end of the quarter, yellow "
        "from %(yellow)s %%, else red (assumed)"
    ) % {"green": f"{report.green_from.normalize():f}", "yellow": f"{report.yellow_from.normalize():f}"}


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
