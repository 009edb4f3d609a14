"""Outside the demonstration nobody works without a second factor."""

from __future__ import annotations

from collections.abc import Callable

from allauth.mfa.utils import is_mfa_enabled
from django.conf import settings
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _


class TwoFactorMiddleware:
    """Lead a signed-in person without a second factor to where one is set up; nothing else opens before."""

    OPEN = ("/account/", "/health/", "/static/", "/language/")

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
