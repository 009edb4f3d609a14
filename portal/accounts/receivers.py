"""Every sign-in, failure, sign-out and change of how an account is protected goes into the audit trail."""

from __future__ import annotations

from typing import Any, Final

from allauth.account import signals as account
from allauth.account.adapter import get_adapter
from allauth.account.internal.flows.login import get_authentication_records
from allauth.mfa import signals as mfa
from allauth.mfa.models import Authenticator
from django.contrib.auth.signals import user_logged_in, user_logged_out, user_login_failed
from django.dispatch import Signal
from django.http import HttpRequest

from portal.accounts import trail

# Signal → act. Each is sent with the request and the person.
ACTS: Final[dict[Signal, str]] = {
    user_logged_in: "accounts.sign_in",
    user_logged_out: "accounts.sign_out",
    account.password_changed: "accounts.change_password",
    account.password_reset: "accounts.reset_password",
    mfa.authenticator_added: "accounts.add_second_factor",
    mfa.authenticator_removed: "accounts.remove_second_factor",
    mfa.authenticator_reset: "accounts.renew_recovery_codes",
    mfa.authentication_failed: "accounts.second_factor_failed",
}


def happened(sender: Any, signal: Signal, request: HttpRequest | None = None, user: Any = None, **more: Any) -> None:
    """One of ACTS happened to a person."""
    if user is not None:
        kind = getattr(more.get("authenticator"), "type", "")
        if signal is user_logged_in and request is not None:
            kind = _factor(request, user)
        trail.write(ACTS[signal], user, request, why=str(kind))


def _factor(request: HttpRequest, user: Any) -> str:
    """The kind of second factor with which a person has just signed in; empty without one."""
    records = [record for record in get_authentication_records(request, user) if record["method"] == "mfa"]
    return str(records[-1]["type"]) if records else ""


def used(sender: Any, request: HttpRequest, authenticator: Authenticator, **_: Any) -> None:
    """A recovery code opened an account: its person is told, for codes are stolen unseen."""
    if authenticator.type == Authenticator.Type.RECOVERY_CODES:
        get_adapter(request).send_notification_mail("accounts/recovery_code_used", authenticator.user)


def failed(sender: Any, credentials: dict[str, Any], request: HttpRequest | None = None, **_: Any) -> None:
    """A sign-in failed; the address is kept, the password never was passed on."""
    email = str(credentials.get("email") or credentials.get("username") or "")
    trail.sign_in_refused(request, email, "accounts.sign_in_failed")


def connect() -> None:
    """Listen to the signals of Django and allauth."""
    for signal, act in ACTS.items():
        signal.connect(happened, dispatch_uid=f"portal.{act}")
    mfa.authenticator_used.connect(used, dispatch_uid="portal.used")
    user_login_failed.connect(failed, dispatch_uid="portal.failed")
