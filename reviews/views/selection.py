"""The batches with their selections, for both ministries and the auditors."""

from __future__ import annotations

from django.http import HttpResponseBase
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from portal.core.middleware import PortalRequest
from portal.core.web import page, require, signed_in
from reviews import tables


@require_safe
@signed_in
def batches(request: PortalRequest) -> HttpResponseBase:
    """Batches with their selections."""
    require(request.actor, "reviews.view_selection")
    table = tables.batches(request, "reviews:scenarios", tables.REVIEW_COUNTS)
    if table.wants_file:
        return table.file()
    return page(request, "reviews/batches.html", {"table": table, "title": _("Selection")})
