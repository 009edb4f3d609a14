"""Who asks when a program asks; and outside the demonstration nobody works without a second factor."""

from __future__ import annotations

from collections.abc import Callable

from allauth.mfa.utils import is_mfa_enabled
from django.conf import settings
from django.contrib import messages
from django.contrib.auth.models import AnonymousUser
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _

from portal.accounts.domain.tokens import look_up
from portal.accounts.models import User
from portal.core.middleware import API


class TokenMiddleware:
    """Let a request to the API that bears a token be its person's, and nobody's when the token is worth nothing.

    It stands before everything that looks at `request.user`, so that log lines, the scope in the database and the
    reading role are the token's person's, whatever session the same request also carries.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        kind, _space, secret = request.headers.get("Authorization", "").partition(" ")
        if request.path.startswith(API) and kind.lower() == "bearer":
            bearer = look_up(secret.strip())
            request.bearer = bearer  # type: ignore[attr-defined]  # read by portal.api.authentication
            request.user = AnonymousUser()
            if bearer.state == "open":
                request.user = User.objects.get(pk=bearer.user)
        return self.get_response(request)


class TwoFactorMiddleware:
    """Lead a signed-in person without a second factor to where one is set up; nothing else opens before."""

    OPEN = ("/account/", "/health/", "/static/", "/language/", API)  # the API refuses in its own words

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if (
            settings.TWO_FACTOR_REQUIRED
            and request.user.is_authenticated
            and not request.path.startswith(self.OPEN)
            and not is_mfa_enabled(request.user)
        ):
            messages.warning(request, _("Set up a second factor first: an authenticator app or a security key."))
            return redirect("mfa_index")
        return self.get_response(request)
