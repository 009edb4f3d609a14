"""The desk: what is mine to do, and by when."""

from __future__ import annotations

from django.http import HttpResponse
from django.views.decorators.http import require_safe

from portal.core.middleware import PortalRequest
from portal.core.web import page, signed_in
from portal.notifications import todo


@require_safe
@signed_in
def desk(request: PortalRequest) -> HttpResponse:
    """What waits for the reader, the nearest deadline first."""
    return page(request, "notifications/desk.html", {"todos": todo.for_actor(request.actor)})
