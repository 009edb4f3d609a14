"""allauth in the portal: nobody signs up; people come by invitation."""

from __future__ import annotations

from typing import Any

from allauth.account.adapter import DefaultAccountAdapter
from django.http import HttpRequest

from portal.core.middleware import client_address


class AccountAdapter(DefaultAccountAdapter):
    """Close the open sign-up; take the caller's address from where the proxy puts it."""

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        """No: accounts come from invitations."""
        return False

    def get_client_ip(self, request: HttpRequest) -> Any:
        """The address failures are counted for."""
        return client_address(request)
