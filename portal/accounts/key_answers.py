"""What a security key answers: read without trust, and its counter remembered, so that a copied key is found out."""

from __future__ import annotations

import struct
from typing import Any, Final

from allauth.account.adapter import get_adapter as get_account_adapter
from allauth.mfa.adapter import get_adapter
from allauth.mfa.models import Authenticator
from allauth.mfa.webauthn.internal import auth
from django.db import transaction
from django.http import HttpRequest
from fido2.webauthn import AuthenticationResponse, RegistrationResponse

from portal.accounts import trail

# What the library answers to bytes that no key would send.
UNREADABLE: Final = (ArithmeticError, AssertionError, AttributeError, LookupError, TypeError, ValueError, struct.error)


def read_new(answer: Any) -> RegistrationResponse:
    """A key's answer to being added. Raises ValidationError for what is none."""
    try:
        found: RegistrationResponse = auth.parse_registration_response(answer)
        if found.response.attestation_object.auth_data.credential_data is None:
            raise ValueError("no key in it")
    except UNREADABLE as error:
        raise get_adapter().validation_error("key_not_added") from error
    return found


def read(answer: Any) -> AuthenticationResponse:
    """A key's answer to being asked. Raises ValidationError for what is none."""
    try:
        found: AuthenticationResponse = auth.parse_authentication_response(answer)
    except UNREADABLE as error:
        raise get_adapter().validation_error("key_refused") from error
    return found


def count(request: HttpRequest, key: Authenticator, counter: int) -> Authenticator:
    """Remember how far a key has counted; keys that never count say 0.

    Raises ValidationError for a key that counts backwards: there are two of it, and which one asks nobody knows, so
    from then on neither opens anything. Side effects then: an event and a letter.
    """
    with transaction.atomic():
        row = Authenticator.objects.select_for_update().filter(pk=key.pk).first()
        if row is None:  # taken away meanwhile
            raise get_adapter().validation_error("key_refused")
        before = int(row.data.get("counter", row.wrap().authenticator_data.counter))
        news = not row.data.get("copied")
        copied = not news or (max(before, counter) > 0 and counter <= before)
        row.data |= {"copied": True} if copied else {"counter": counter}
        row.save(update_fields=["data"])
    if copied:
        if news:
            trail.write("accounts.key_copied", row.user, request, why=str(row))
            get_account_adapter(request).send_notification_mail("accounts/key_copied", row.user)
        raise get_adapter().validation_error("key_copied")
    return row
