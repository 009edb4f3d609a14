"""Routes of sign-in, password, second factor and sessions: allauth's, without what the portal does not offer."""

from django.http import Http404, HttpRequest, HttpResponse
from django.urls import include, path, re_path


def closed(request: HttpRequest, **_: object) -> HttpResponse:
    """An address is the account's own and changes only by a new invitation."""
    raise Http404


urlpatterns = [
    re_path(r"^(?P<what>email|confirm-email|login/code)/", closed, name="account_closed"),
    path("", include("allauth.urls")),
]
