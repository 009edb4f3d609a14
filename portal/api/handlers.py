"""What is answered when no view could: the API in its own shape, everything else as a page."""

from __future__ import annotations

import sys

from django.http import HttpRequest, HttpResponse
from django.template.loader import render_to_string
from django.utils import translation

from portal.api.problems import answer
from portal.core import views
from portal.core.errors import TOO_LARGE
from portal.core.middleware import API
from portal.core.outages import RETRY_AFTER, is_outage


def bad_request(request: HttpRequest, exception: Exception) -> HttpResponse:
    """A request that cannot be read, or is too large."""
    # It may have been turned away before the language of the page was chosen.
    with translation.override(translation.get_language_from_request(request)):
        if request.path.startswith(API):
            return answer("too_large" if isinstance(exception, TOO_LARGE) else "bad_request")
        return views.bad_request(request, exception)


def server_error(request: HttpRequest) -> HttpResponse:
    """A failure that no view took: of the portal itself, or of a server that is gone. Called while it is handled."""
    if not is_outage(sys.exception()):
        return answer("failed") if request.path.startswith(API) else _page_of_failure(request, 500)
    if request.path.startswith(API):
        response: HttpResponse = answer("unavailable")
    else:
        response = _page_of_failure(request, 503)
    response["Retry-After"] = RETRY_AFTER
    return response


def _page_of_failure(request: HttpRequest, status: int) -> HttpResponse:
    """A page that stands alone, asked for without the request: what every page knows may be what failed."""
    number = request.META.get("HTTP_X_REQUEST_ID", "")
    return HttpResponse(render_to_string(f"{status}.html", {"request_id": number}), status=status)
