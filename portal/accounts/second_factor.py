"""The second factor: its secrets are encrypted in the database, its refusals are in the portal's words."""

from __future__ import annotations

import base64
import hashlib
import secrets

from allauth.mfa.adapter import DefaultMFAAdapter
from cryptography.fernet import Fernet, InvalidToken
from django.conf import settings
from django.utils.translation import gettext_lazy as _


def _cipher() -> Fernet:
    """Derived from SECRET_KEY: whoever has the database alone cannot make codes."""
    return Fernet(base64.urlsafe_b64encode(hashlib.sha256(b"second-factor:" + settings.SECRET_KEY.encode()).digest()))


class SecondFactorAdapter(DefaultMFAAdapter):
    """allauth's second factor in the portal."""

    error_messages = DefaultMFAAdapter.error_messages | {
        "incorrect_code": _("This code is wrong or was used already. Wait for the next one."),
    }

    def get_totp_issuer(self) -> str:
        """What the app shows above the code."""
        return str(settings.SITE_NAME)

    def encrypt(self, text: str) -> str:
        """Seal a secret for the database."""
        return _cipher().encrypt(text.encode()).decode()

    def decrypt(self, encrypted_text: str) -> str:
        """Open a secret; after a change of SECRET_KEY none opens, and people set their factor up anew.

        What does not open is a secret that nobody has, never an empty one: of that anybody works out the codes.
        """
        try:
            return _cipher().decrypt(encrypted_text.encode()).decode()
        except InvalidToken:
            return base64.b32encode(secrets.token_bytes(20)).decode()
