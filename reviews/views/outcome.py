"""What became of an application, for those who may see it, after the final list."""

from __future__ import annotations

from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404
from django.views.decorators.http import require_safe

from applications.enums import ApplicationState
from portal.core.middleware import PortalRequest
from portal.core.web import page, require, signed_in
from portal.programme import queries as programme
from portal.programme.models import PilotUnit
from reviews import queries
from reviews.told import outcome_told


@require_safe
@signed_in
def outcome(request: PortalRequest, pk: int) -> HttpResponse:
    """Outcome, comment and explanation in words; the outcome alone for a partner that committed."""
    require(request.actor, "reviews.view_outcome")
    told = queries.outcome(pk)
    if told is None:
        raise Http404
    context = {
        "application": pk,
        "told": told,
        "state": ApplicationState(told["state"]),
        "said": outcome_told(told),
        "unit": get_object_or_404(PilotUnit.objects.select_related("province"), pk=told["unit"]),
        "batch": get_object_or_404(programme.batches(request.actor.scope), number=told["batch"]),
        "letter": queries.feedback_letters(request.actor).filter(pk=pk).first() if told["whole"] else None,
    }
    return page(request, "reviews/outcome.html", context)
