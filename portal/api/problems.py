"""Every error of the API as a problem (RFC 9457): one shape, whoever raised it."""

from __future__ import annotations

from typing import Any, Final

import structlog
from django.core.exceptions import (
    BadRequest,
    PermissionDenied,
    SuspiciousOperation,
)
from django.core.signals import got_request_exception
from django.http import Http404, HttpRequest, JsonResponse
from django.urls import reverse
from rest_framework import exceptions
from rest_framework.response import Response

from portal.core.errors import PROBLEMS, TOO_LARGE, DomainError, Text
from portal.core.outages import RETRY_AFTER, is_outage

MEDIA_TYPE: Final = "application/problem+json"
log = structlog.get_logger(__name__)


def problem(code: str, *, detail: Text = "", status: int | None = None, errors: Any = None) -> dict[str, Any]:
    """The body of a problem. Its type is the address of its description, relative to the portal."""
    kind = PROBLEMS.get(code)
    title = str(kind.title) if kind else str(detail)
    body = {
        "type": reverse("api:error", args=[code]),
        "title": title,
        "status": status or (kind.status if kind else 422),
        "detail": str(detail) or title,
        "code": code,
    }
    request_id = structlog.contextvars.get_contextvars().get("request_id")
    if request_id:
        body["request_id"] = request_id
    return body | ({"errors": errors} if errors else {})


def answer(code: str, *, status: int | None = None, detail: Text = "") -> JsonResponse:
    """A problem outside DRF, as middleware gives it."""
    body = problem(code, status=status, detail=detail)
    return JsonResponse(body, status=body["status"], content_type=MEDIA_TYPE, json_dumps_params={"ensure_ascii": False})


def handler(error: Exception, context: dict[str, Any]) -> Response:
    """DRF's exception handler: what was raised, as a problem. A failure of the portal is logged and told no more of."""
    body, headers = _read(error)
    if body["status"] >= 500:
        request: HttpRequest | None = getattr(context.get("request"), "_request", None)
        log.error("api_failed", exc_info=error)
        got_request_exception.send(sender=None, request=request)
    response = Response(body, status=body["status"], headers=headers, content_type=MEDIA_TYPE)
    response.exception = True
    return response


def _read(error: Exception) -> tuple[dict[str, Any], dict[str, str]]:
    if isinstance(error, DomainError):
        where = [{"pointer": f"#/{error.field}", "detail": str(error), "code": error.code}] if error.field else None
        return problem(error.code, detail=error.message, status=error.status, errors=where), {}
    if isinstance(error, exceptions.ValidationError):
        return problem("invalid", errors=list(field_errors(error.get_full_details()))), {}
    if isinstance(error, exceptions.APIException):
        return _of_rest_framework(error)
    if isinstance(error, Http404):
        return problem("not_found"), {}
    if isinstance(error, PermissionDenied):
        return problem("not_allowed", detail=str(error)), {}
    if isinstance(error, TOO_LARGE):
        return problem("too_large"), {}
    if isinstance(error, BadRequest | SuspiciousOperation | UnicodeError | RecursionError):
        return problem("parse_error"), {}
    if is_outage(error):
        return problem("unavailable"), {"Retry-After": RETRY_AFTER}
    return problem("failed"), {}


def _of_rest_framework(error: exceptions.APIException) -> tuple[dict[str, Any], dict[str, str]]:
    headers = {}
    if challenge := getattr(error, "auth_header", None):
        headers["WWW-Authenticate"] = challenge
    if wait := getattr(error, "wait", None):
        headers["Retry-After"] = str(int(wait) + 1)
    code = getattr(error.detail, "code", "") or error.default_code
    if code not in PROBLEMS:
        code = "not_allowed" if error.status_code == 403 else "not_authenticated" if error.status_code == 401 else code
    detail = str(error.detail) if code == "not_allowed" else ""
    return problem(code, status=error.status_code, detail=detail), headers


def field_errors(details: Any, pointer: str = "#") -> Any:
    """DRF's nested messages as a flat list, each with a JSON pointer to its place in the body."""
    if isinstance(details, dict) and set(details) == {"message", "code"}:
        yield {"pointer": pointer, "detail": str(details["message"]), "code": str(details["code"])}
    elif isinstance(details, dict):
        for name, inner in details.items():
            yield from field_errors(inner, pointer if name == "non_field_errors" else f"{pointer}/{_escape(name)}")
    else:
        for place, inner in enumerate(details):
            leaf = isinstance(inner, dict) and set(inner) == {"message", "code"}
            yield from field_errors(inner, pointer if leaf else f"{pointer}/{place}")


def _escape(name: object) -> str:
    return str(name).replace("~", "~0").replace("/", "~1")
