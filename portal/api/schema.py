"""The schema: what every operation may answer besides its success, and how to sign in."""

from __future__ import annotations

from typing import Any, Final

from django.conf import settings
from drf_spectacular.extensions import OpenApiAuthenticationExtension
from drf_spectacular.openapi import AutoSchema
from drf_spectacular.utils import OpenApiParameter, OpenApiResponse

from portal.api.problems import MEDIA_TYPE
from portal.api.serializers import ProblemSerializer

READS: Final = {"401": "not signed in", "403": "not allowed", "404": "not there, or not yours to see"}
ALWAYS: Final = {"406": "not acceptable", "429": "too many requests"}
LISTS: Final = {"400": "not a cursor of the portal", "422": "a parameter does not fit"}
ACTS: Final = {
    "400": "cannot be read, or no Idempotency-Key",
    "409": "not in this state, or changed meanwhile",
    "413": "too large",
    "415": "neither JSON nor a form that is asked for",
    "422": "refused, with the reason and the place",
}


class TokenScheme(OpenApiAuthenticationExtension):  # type: ignore[no-untyped-call]
    """A token in the header."""

    target_class = "portal.api.authentication.TokenAuthentication"
    name = "token"
    priority = 1

    def get_security_definition(self, auto_schema: Any) -> dict[str, str]:
        """Bearer."""
        return {"type": "http", "scheme": "bearer", "bearerFormat": "pp_…"}


class SessionScheme(OpenApiAuthenticationExtension):  # type: ignore[no-untyped-call]
    """The browser's session."""

    target_class = "portal.api.authentication.SessionAuthentication"
    name = "session"
    priority = 1

    def get_security_definition(self, auto_schema: Any) -> dict[str, str]:
        """A cookie."""
        return {"type": "apiKey", "in": "cookie", "name": settings.SESSION_COOKIE_NAME}


class Schema(AutoSchema):
    """Adds the problems to every operation, asked parameters to lists, the Idempotency-Key to acts."""

    def get_override_parameters(self) -> list[Any]:
        """What a list asks (`asks` of its view set), and the key that every act needs."""
        found: list[Any] = []
        if self.method == "POST":
            text = "Any string of your own, new for each act. The same key gives the same answer and acts once."
            pattern = {"type": "string", "pattern": "^[A-Za-z0-9_-]{8,80}$"}
            found.append(OpenApiParameter("Idempotency-Key", pattern, "header", required=True, description=text))
        asks = getattr(self.view, "asks", None)
        if asks is not None and getattr(self.view, "action", "") == "list":
            found.append(asks)
        return found

    def _get_response_bodies(self, direction: Any = "response") -> Any:
        bodies = super()._get_response_bodies(direction)
        is_list = getattr(self.view, "action", "") == "list"
        problems = READS | ALWAYS | (LISTS if is_list else {}) | (ACTS if self.method == "POST" else {})
        for status, text in problems.items():
            if status not in bodies:
                answer = OpenApiResponse(ProblemSerializer(many=False), description=text)
                bodies[status] = self._get_response_for_code(  # type: ignore[no-untyped-call]
                    answer, status, [MEDIA_TYPE], direction
                )
        return bodies
