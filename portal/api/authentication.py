"""Ways to sign in to the API: a token (found by middleware before the scope stood), or the browser's session."""

from __future__ import annotations

from typing import Any

from rest_framework import authentication, exceptions
from rest_framework.request import Request

from portal.accounts.domain.tokens import used


class TokenAuthentication(authentication.BaseAuthentication):
    """`Authorization: Bearer …`. Only judges what TokenMiddleware found, so that scope and person cannot differ."""

    def authenticate(self, request: Request) -> Any:
        """The token's person and the token; None when the request bears none."""
        asked = request._request
        bearer = getattr(asked, "bearer", None)
        if bearer is None:
            return None
        if bearer.state != "open":
            raise exceptions.AuthenticationFailed(code=f"token_{bearer.state}")
        used(by=asked.actor, bearer=bearer)  # type: ignore[attr-defined]  # ScopeMiddleware's
        return asked.user, bearer

    def authenticate_header(self, request: Request) -> str:
        """What a 401 asks for."""
        return 'Bearer realm="api"'


class SessionAuthentication(authentication.SessionAuthentication):
    """The browser's session; an act needs the form token like any page's form."""

    def enforce_csrf(self, request: Request) -> None:
        """Refuse with a code of its own."""
        try:
            super().enforce_csrf(request)
        except exceptions.PermissionDenied as error:
            raise exceptions.PermissionDenied(code="csrf") from error
