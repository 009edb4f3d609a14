"""What is answered when no view could: the API in its own shape, everything else as a page."""

from __future__ import annotations

import sys

from django.http import HttpRequest, HttpResponse
from django.utils import translation
from django.views.defaults import server_error as page_of_failure

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
        return answer("failed") if request.path.startswith(API) else page_of_failure(request)
    if request.path.startswith(API):
        response: HttpResponse = answer("unavailable")
    else:
        response = page_of_failure(request, "503.html")
        response.status_code = 503
    response["Retry-After"] = RETRY_AFTER
    return response
