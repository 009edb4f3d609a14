"""Every sign-in, failed sign-in and sign-out goes into the audit trail; failures are counted by allauth."""

from __future__ import annotations

from typing import Any

from django.contrib.auth.signals import user_logged_in, user_logged_out, user_login_failed
from django.db import transaction
from django.http import HttpRequest

from portal.accounts.models import User
from portal.core.commands import event_writer
from portal.core.middleware import client_address
from portal.core.scope import Actor


def _write(act: str, user: User | None, request: HttpRequest | None, why: str = "") -> None:
    actor = Actor(
        id=user.pk if user else 0,
        name=user.name if user else "",
        address=client_address(request) if request else "",
    )
    outcome = "refused" if act == "accounts.sign_in_failed" else "done"
    with transaction.atomic():
        event_writer()(by=actor, act=act, obj=user, before={}, after={}, why=why, outcome=outcome)


def signed_in(sender: Any, request: HttpRequest, user: User, **_: Any) -> None:
    """A person signed in."""
    _write("accounts.sign_in", user, request)


def signed_out(sender: Any, request: HttpRequest, user: User | None, **_: Any) -> None:
    """A person signed out, or was signed out when idle."""
    if user is not None:
        _write("accounts.sign_out", user, request)


def failed(sender: Any, credentials: dict[str, Any], request: HttpRequest | None = None, **_: Any) -> None:
    """A sign-in failed; the address is kept, the password never was passed on."""
    email = str(credentials.get("email") or credentials.get("username") or "")[:200].lower()
    user = User.objects.filter(email=email).first()
    _write("accounts.sign_in_failed", user, request, why="" if user else email)


def connect() -> None:
    """Listen to Django's sign-in signals."""
    user_logged_in.connect(signed_in, dispatch_uid="portal.signed_in")
    user_logged_out.connect(signed_out, dispatch_uid="portal.signed_out")
    user_login_failed.connect(failed, dispatch_uid="portal.failed")
