"""What holds for every request; who may do what stands in the tables of acts and is asked by the commands."""

from __future__ import annotations

from typing import Any

from allauth.mfa.utils import is_mfa_enabled
from django.conf import settings
from rest_framework import permissions
from rest_framework.request import Request

from portal.core.errors import PROBLEMS, Text


class SignedIn(permissions.IsAuthenticated):
    """Somebody asks."""


class SecondFactor(permissions.BasePermission):
    """Where a second factor is required, whoever has none gets nothing, with a token neither."""

    code = "second_factor"
    message: Text = ""

    def has_permission(self, request: Request, view: Any) -> bool:
        """Whether the person has a second factor, or needs none."""
        self.message = PROBLEMS[self.code].title
        return not settings.TWO_FACTOR_REQUIRED or is_mfa_enabled(request.user)


class TokenMayAct(permissions.BasePermission):
    """A token that only reads sends no act."""

    code = "token_reads_only"
    message: Text = ""

    def has_permission(self, request: Request, view: Any) -> bool:
        """Whether this is reading, or a session, or a token that may act."""
        self.message = PROBLEMS[self.code].title
        bearer = getattr(request._request, "bearer", None)
        return request.method in permissions.SAFE_METHODS or bearer is None or bearer.writes
