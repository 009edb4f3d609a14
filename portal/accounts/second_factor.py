"""The second factor: its secrets are encrypted in the database, its refusals are in the portal's words."""

from __future__ import annotations

import base64
import hashlib
import secrets
from typing import Any, Final
from urllib.parse import urlsplit

from allauth.mfa.adapter import DefaultMFAAdapter
from allauth.mfa.models import Authenticator
from allauth.mfa.totp.internal import auth as totp
from cryptography.fernet import Fernet, InvalidToken
from django.conf import settings
from django.db import transaction
from django.http import HttpRequest
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

# Recovery codes stand in for one of these and are none by themselves: the sign-in asks for nothing where only they are.
FACTORS: Final = (Authenticator.Type.TOTP, Authenticator.Type.WEBAUTHN)


def _cipher() -> Fernet:
    """Derived from SECRET_KEY: whoever has the database alone cannot make codes."""
    return Fernet(base64.urlsafe_b64encode(hashlib.sha256(b"second-factor:" + settings.SECRET_KEY.encode()).digest()))


class SecondFactorAdapter(DefaultMFAAdapter):
    """allauth's second factor in the portal."""

    error_messages = DefaultMFAAdapter.error_messages | {
        "incorrect_code": _(
            "This code is wrong or was used already. Wait for the next one, and see that the clock of your telephone "
            "is right."
        ),
        "second_factor_closed": _(
            "After five failed attempts the second factor of this account is closed for fifteen minutes. "
            "Wait until then."
        ),
        "key_refused": _(
            "This was no fitting answer of one of your keys. Where the page stood open in two tabs, only the newer one "
            "holds. Try again here."
        ),
        "key_not_added": _(
            "The key was not added: its answer did not fit this page. Where the page stood open in two tabs, only the "
            "newer one holds. Try again here."
        ),
        "key_missing": _(
            "No key has answered. Security keys need JavaScript and a browser that knows them; else use another way."
        ),
        "key_known": _("This key is known to the portal already. Choose another."),
        "key_copied": _(
            "This key counted backwards, so somebody may hold a copy of it. It opens nothing any more: use another "
            "way, then take the key away."
        ),
    }

    def is_mfa_enabled(self, user: Any, types: Any = None) -> bool:
        """Whether the person has a factor that the sign-in asks for (or one of the given types)."""
        return bool(super().is_mfa_enabled(user, types=FACTORS if types is None else types))

    def get_totp_issuer(self) -> str:
        """What the app shows above the code."""
        return str(settings.SITE_NAME)

    def get_public_key_credential_rp_entity(self) -> dict[str, str]:
        """Whose keys they are. In production always the host of BASE_URL: a key that was added under another name of
        the portal would open nothing under this one.
        """
        entity = super().get_public_key_credential_rp_entity()
        host = urlsplit(settings.BASE_URL).hostname if settings.PRODUCTION else ""
        return {"id": host or entity["id"], "name": str(settings.SITE_NAME)}

    def generate_authenticator_name(self, user: Any, type: Authenticator.Type) -> str:  # noqa: A002 - allauth's name
        """The name of a key to whom nobody gave one: the next number."""
        taken = {str(key) for key in Authenticator.objects.filter(user_id=user.pk, type=type)}
        names = (gettext("Key %(number)s") % {"number": number} for number in range(1, len(taken) + 2))
        return next(name for name in names if name not in taken)

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


def validate_code(app: totp.TOTP, code: str) -> bool:
    """Whether an app shows this code now, or half a minute sooner or later; each is good once, and none before it.

    allauth remembers a used code for half a minute and in the cache: with clocks that differ it would open twice.
    """
    with transaction.atomic():
        row = Authenticator.objects.select_for_update().filter(pk=app.instance.pk).first()
        if row is None:
            return False
        secret, last = totp.decrypt(row.data["secret"]), int(row.data.get("last", -1))
        for counter in totp.yield_hotp_counters_from_time():
            shown = totp.format_hotp_value(totp.hotp_value(secret, counter))
            if counter > last and totp.compare_user_code(actual=code, expected=shown):
                row.data["last"] = counter
                row.save(update_fields=["data"])
                app.instance.data = row.data
                return True
    return False


def connect() -> None:
    """Let allauth ask an app's code this way."""
    totp.TOTP.validate_code = validate_code


def key_address(request: HttpRequest) -> str:
    """Where browsers give security keys to the portal: they belong to a name, never to a number."""
    if settings.PRODUCTION or urlsplit(f"//{request.get_host()}").hostname not in {"127.0.0.1", "::1"}:
        return str(settings.BASE_URL)
    return f"{request.scheme}://localhost:{request.get_port()}"
