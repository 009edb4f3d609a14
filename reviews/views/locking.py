"""The results of a batch, signed by both ministries; the second signature locks all scores."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import HttpResponse, HttpResponseBase
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from portal.core.middleware import PortalRequest
from portal.core.rules import may
from portal.core.web import errors_into, page, require, see_other, signed_in
from portal.programme.enums import BatchState
from portal.programme.models import Batch
from reviews import queries, tables_defence
from reviews.calibrating import COUNTS
from reviews.domain import locking
from reviews.enums import Ministry
from reviews.forms.defending import SignForm
from reviews.views.common import batch_of, done


@require_http_methods(["GET", "HEAD", "POST"])
@signed_in
def lock(request: PortalRequest, number: int) -> HttpResponseBase:
    """The results as they stand, who has signed them; on POST sign for one's ministry."""
    require(request.actor, "reviews.view_reviewing")
    batch = batch_of(request, number)
    table = tables_defence.results(request, batch)
    if table.wants_file:
        return table.file()
    digest = queries.result_digest(batch)
    standing = queries.standing(request.actor, batch)
    all_in = standing["assigned"] > 0 and standing["submitted"] == standing["assigned"]
    lacks = queries.lacks_calibration(batch)
    form = None
    if may(request.actor, "reviews.sign_result", batch) and all_in and not lacks:
        form = SignForm(request.POST or None, initial={"sha256": digest})
        if form.is_valid():
            with errors_into(form):
                locking.sign(by=request.actor, batch=batch, sha256=form.cleaned_data["sha256"])
                batch.refresh_from_db()
                messages.success(request, _said(batch))
                return see_other("reviews:board", number)
            form.data = {"sha256": digest}  # the page shows the results anew, so it asks about these
    elif request.method == "POST":
        require(request.actor, "reviews.sign_result", batch)
        if all_in:
            messages.error(request, str(locking.needs_calibration()))
            return see_other("reviews:lock", number)
        messages.error(
            request,
            _("%(count)s reviews are not submitted yet.") % {"count": standing["assigned"] - standing["submitted"]},
        )
        return see_other("reviews:board", number)
    context = {
        "batch": batch,
        "table": table,
        "digest": digest,
        "standing": standing,
        "all_in": all_in,
        "waiting": queries.unheard(batch),
        "silent": list(queries.silent(batch)) if batch.state == BatchState.REVIEWING else [],
        "signatures": _signatures(batch, digest),
        "counts": COUNTS[queries.counted_by(batch)],
        "calibration": queries.calibration_of(batch) if queries.counted_by(batch) == "calibrated" else None,
        "may_calibrate": lacks and all_in and bool(may(request.actor, "reviews.calibrate", batch)),
    }
    return page(request, "reviews/lock.html", context, form=form)


@require_POST
@signed_in
def calibrate(request: PortalRequest, number: int) -> HttpResponse:
    """Compute the calibrated scores that count by the rules."""
    batch = batch_of(request, number)
    require(request.actor, "reviews.calibrate", batch)
    text = _("The calibrated scores are computed from the reviews as they stand.")
    return done(request, lambda: locking.calibrate(by=request.actor, batch=batch), "reviews:lock", number, text=text)


def _said(batch: Batch) -> str:
    if batch.state == BatchState.DECIDING:
        return _("Both ministries have signed: the scores are locked, the batch goes on to the decision.")
    return _("Signed for your ministry. The scores are locked when the other ministry signs the same results.")


def _signatures(batch: Batch, digest: str) -> list[dict[str, Any]]:
    """Each ministry with its latest signature and whether that stands for the results as they are now."""
    held = queries.result_signatures(batch)
    return [
        {
            "ministry": ministry.label,
            "row": held.get(ministry.value),
            "stands": ministry.value in held and held[ministry.value].sha256 == digest,
        }
        for ministry in Ministry
    ]
