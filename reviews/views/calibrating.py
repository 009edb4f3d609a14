"""Pages on calibrated scores, for officers and auditors without an interest in the batch."""

from __future__ import annotations

from typing import Any

from django.core.exceptions import PermissionDenied
from django.http import HttpResponseBase
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from portal.core.errors import NotAllowed
from portal.core.middleware import PortalRequest
from portal.core.web import page, require, signed_in
from portal.programme.models import Batch
from reviews import queries, tables_calibrated
from reviews.calibrating import COUNTS, Calibrated, calibrated
from reviews.domain.apart import refuse_conflicted
from reviews.views.common import batch_of


def _found(request: PortalRequest, number: int) -> tuple[Batch, Calibrated | None]:
    require(request.actor, "reviews.view_reviewing")
    batch = batch_of(request, number)
    try:
        refuse_conflicted(request.actor, batch)
    except NotAllowed as error:
        raise PermissionDenied(error.message) from error
    return batch, calibrated(request.actor, batch)


@require_safe
@signed_in
def calibration(request: PortalRequest, number: int) -> HttpResponseBase:
    """Means and calibrated scores of the applications side by side, with what to discuss."""
    batch, found = _found(request, number)
    context: dict[str, Any] = {"batch": batch, "found": found, "counts": COUNTS[queries.counted_by(batch)]}
    if found is not None:
        table = tables_calibrated.applications(request, found)
        if table.wants_file:
            return table.file()
        context |= {"table": table, "tiles": _tiles(found), "outliers": found.outliers[:50], "ties": found.ties[:50]}
    return page(request, "reviews/calibration.html", context)


@require_safe
@signed_in
def leniency(request: PortalRequest, number: int) -> HttpResponseBase:
    """The reviewers' leniency and spread."""
    batch, found = _found(request, number)
    context: dict[str, Any] = {"batch": batch, "found": found}
    if found is not None:
        table = tables_calibrated.reviewers(request, found)
        if table.wants_file:
            return table.file()
        context |= {"table": table}
    return page(request, "reviews/leniency.html", context)


def _tiles(found: Calibrated) -> list[dict[str, Any]]:
    answer = found.answer
    agree = answer.reliability

    def share(value: float | None) -> str:
        return "–" if value is None else f"{value:.2f}"

    flagged = sum(1 for row in found.reviewers if row["flags"])
    return [
        {"label": _("Scores"), "value": answer.number},
        {"label": _("Reliability of a mean (ICC)"), "value": share(agree.icc_mean), "note": _("1: reviewers agree")},
        {"label": _("Krippendorff's alpha"), "value": share(agree.alpha)},
        {"label": _("Leniency (standard deviation)"), "value": f"{answer.variances.leniency**0.5:.2f}"},
        {"label": _("Noise (standard deviation)"), "value": f"{answer.variances.noise**0.5:.2f}"},
        {"label": _("Reviewers to be discussed"), "value": flagged, "tone": "wait" if flagged else ""},
        {"label": _("Scores to be discussed"), "value": len(found.outliers), "tone": "wait" if found.outliers else ""},
        {"label": _("Ties"), "value": len(found.ties), "tone": "wait" if found.ties else ""},
    ]
