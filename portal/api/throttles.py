"""Limits on requests, counted by all web processes together."""

from __future__ import annotations

from typing import Any

from django.core.cache import caches
from rest_framework import throttling
from rest_framework.request import Request

from portal.core.middleware import client_address
from portal.core.tallies import UNREACHABLE, say_not_counted


class _Counted:
    """The caller's address is the proxy's word alone; without a counter the API goes on answering."""

    def get_ident(self, request: Request) -> str:
        """Who is counted: the address."""
        return client_address(request._request)

    def allow_request(self, request: Request, view: Any) -> bool:
        """Whether there is room; yes when the counter cannot be reached."""
        try:
            return bool(super().allow_request(request, view))  # type: ignore[misc]
        except UNREACHABLE as error:
            say_not_counted(error)
            return True


class Anonymous(_Counted, throttling.AnonRateThrottle):
    """Requests of nobody in particular, by address."""

    cache = caches["default"]


class Person(_Counted, throttling.UserRateThrottle):
    """Requests of one person, by session and token together."""

    cache = caches["default"]
