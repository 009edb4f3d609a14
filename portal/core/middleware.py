"""One scoped transaction for each request, and the sign-out of idle people."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Any, cast

import structlog
from django.conf import settings
from django.contrib import messages
from django.contrib.auth import logout
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _

from portal.core.scope import NOBODY, Actor, enter

Next = Callable[[HttpRequest], HttpResponse]


class PortalRequest(HttpRequest):
    """A request after the middleware: it knows who acts."""

    actor: Actor


def client_address(request: HttpRequest) -> str:
    """The caller's address; behind the proxy of production the last one it forwarded."""
    forwarded = request.headers.get("X-Forwarded-For", "") if settings.PRODUCTION else ""
    return forwarded.rsplit(",", 1)[-1].strip() or request.META.get("REMOTE_ADDR", "")


class ScopeMiddleware:
    """Open one transaction, set person and scope in it, undo it when the answer is a failure of the server.

    Django turns an exception into a response before it comes back here, so the status decides. A refusal (4xx) is
    kept: commands have undone their own writes by savepoint, and the refusal itself belongs into the trail.
    """

    # Health, metrics and files of the page need no database transaction.
    BARE = ("/health/", "/static/", "/metrics")

    def __init__(self, get_response: Next) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        scoped = cast("PortalRequest", request)
        scoped.actor = NOBODY
        if request.path.startswith(self.BARE):
            return self.get_response(request)
        with transaction.atomic():
            if request.user.is_authenticated:
                request_id = str(structlog.contextvars.get_contextvars().get("request_id", ""))
                scoped.actor = enter(request.user.pk, address=client_address(request), request_id=request_id)
            response = self.get_response(request)
            if response.status_code >= 500:
                transaction.set_rollback(True)
        return response


class IdleMiddleware:
    """Sign a person out after IDLE_SECONDS without a request."""

    KEY = "last_seen"

    def __init__(self, get_response: Next) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if not request.user.is_authenticated or request.path.startswith("/static/"):
            return self.get_response(request)
        now = int(time.time())
        seen: Any = request.session.get(self.KEY)
        if seen is not None and now - seen > settings.IDLE_SECONDS:
            logout(request)
            messages.info(request, _("You were signed out because nothing happened for a while. Please sign in again."))
            return redirect(settings.LOGIN_URL)
        # Written at most once a minute, so that reading pages does not write the session each time.
        if seen is None or now - seen > 60:
            request.session[self.KEY] = now
        return self.get_response(request)
