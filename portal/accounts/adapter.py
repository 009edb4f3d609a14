"""allauth in the portal: nobody signs up; letters in both languages; refusals in the portal's own words."""

from __future__ import annotations

from typing import Any, Final

from allauth.account.adapter import DefaultAccountAdapter
from django.conf import settings
from django.contrib.auth import get_user_model
from django.core.exceptions import PermissionDenied
from django.core.mail import EmailMessage
from django.db import transaction
from django.forms import ValidationError
from django.http import HttpRequest
from django.template.loader import render_to_string
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from portal.accounts import trail
from portal.core import clock
from portal.core.middleware import client_address
from portal.core.punctuation import said_of
from portal.notifications import letters

GIVEN: Final = "password_given"  # in the session: what a password was when it was given
WAYS: dict[str, Promise] = {
    "reauthenticate": gettext_lazy("Give the password"),
    "mfa_reauthenticate": gettext_lazy("Give a code of the app or a recovery code"),
    "mfa_reauthenticate:webauthn": gettext_lazy("Use a security key"),
}
NOTICES: dict[str, Promise] = {
    "account/email/password_changed": gettext_lazy("Your password was changed."),
    "account/email/password_reset": gettext_lazy("Your password was set anew by a letter."),
    "mfa/email/totp_activated": gettext_lazy("An authenticator app was set up for your account."),
    "mfa/email/totp_deactivated": gettext_lazy("The authenticator app of your account was taken away."),
    "mfa/email/recovery_codes_generated": gettext_lazy("New recovery codes were made for your account."),
    "mfa/email/webauthn_added": gettext_lazy("A security key was added to your account."),
    "mfa/email/webauthn_removed": gettext_lazy("A security key of your account was taken away."),
    "accounts/key_copied": gettext_lazy(
        "A security key of your account counted backwards, so somebody may hold a copy of it. It opens nothing any "
        "more: take it away on your page, and add another."
    ),
    "accounts/recovery_code_used": gettext_lazy(
        "A recovery code of your account was used. When few are left, make new ones on your page."
    ),
    "accounts/token_made": gettext_lazy(
        "An API token was made for your account. It stays when the password changes; you can revoke it on your page."
    ),
}


class AccountAdapter(DefaultAccountAdapter):
    """Close the open sign-up; take the caller's address from where the proxy puts it; write letters on commit."""

    error_messages = DefaultAccountAdapter.error_messages | {
        "too_many_login_attempts": gettext_lazy(
            "After five failed attempts this account is closed for fifteen minutes. "
            "Wait, or set a new password by letter."
        ),
        "email_password_mismatch": gettext_lazy("The e-mail address or the password is wrong."),
        "incorrect_password": gettext_lazy("The password is wrong."),
        "enter_current_password": gettext_lazy("Give your present password."),
    }

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        """No: accounts come from invitations."""
        return False

    def get_client_ip(self, request: HttpRequest) -> Any:
        """The address failures are counted for."""
        return client_address(request)

    def _get_login_attempts_cache_key(self, request: HttpRequest, **credentials: Any) -> str:
        """Failures are counted for the account alone. allauth's own key holds the host as the caller spells it, with
        any number for its port: each spelling would be five more attempts.
        """
        return str(credentials.get("email") or "").strip().lower()

    def pre_authenticate(self, request: HttpRequest, **credentials: Any) -> None:
        """A refusal of a closed account stands in the trail too."""
        try:
            super().pre_authenticate(request, **credentials)
        except ValidationError:
            trail.sign_in_refused(request, str(credentials.get("email") or ""))
            raise

    def pre_login(self, request: HttpRequest, user: Any, **kwargs: Any) -> Any:
        """Remember which password was given, for as long as the second factor is awaited."""
        request.session[GIVEN] = user.get_session_auth_hash()
        return super().pre_login(request, user, **kwargs)

    def set_password(self, user: Any, password: str) -> None:
        """Keep the new password alone: who was deactivated while it was hashed stays so. Raises PermissionDenied."""
        user.set_password(password)
        rows = get_user_model().objects.filter(pk=user.pk, is_active=True)
        if not rows.update(password=user.password):
            raise PermissionDenied(_("This account was deactivated: its password is not set anew."))

    def get_reauthentication_methods(self, user: Any) -> list[dict[str, Any]]:
        """Ways to show once more that it is oneself, in the portal's words."""
        return [way | {"description": WAYS[way["id"]]} for way in super().get_reauthentication_methods(user)]

    def render_mail(
        self, template_prefix: str, email: Any, context: dict[str, Any], headers: dict[str, str] | None = None
    ) -> EmailMessage:
        """A letter in both languages."""
        subject = letters.in_both(
            lambda: " ".join(render_to_string(f"{template_prefix}_subject.txt", context).split()), " / "
        )
        text = letters.whole(lambda: render_to_string(f"{template_prefix}_message.txt", context).strip())
        return EmailMessage(subject, text, None, [email] if isinstance(email, str) else email, headers=headers)

    def send_mail(self, template_prefix: str, email: str, context: dict[str, Any]) -> None:
        """Once the act is kept; a mail server that is down is written to the log and stops nobody."""
        letter = self.render_mail(template_prefix, email, context)
        transaction.on_commit(letter.send, robust=True)

    def send_notification_mail(
        self, template_prefix: str, user: Any, context: dict[str, Any] | None = None, email: str | None = None
    ) -> None:
        """Tell a person that how the account is protected was changed, when and from where."""
        when, where = clock.now(), self.get_client_ip(self.request)

        def text() -> str:
            return (
                _(
                    "%(what)s\n\nTime: %(when)s\nNetwork address: %(where)s\n\n"
                    "If it was not you, tell the portal's security administrator at once."
                )
                % {"what": NOTICES[template_prefix], "when": clock.in_text(when), "where": where}
                + _contact()
            )

        transaction.on_commit(
            lambda: letters.send(user.email, lambda: _("Pilot portal: change of your account"), text), robust=True
        )


def _contact() -> str:
    """A line that says how to reach the security administrator, where the setting does."""
    if not settings.SECURITY_CONTACT:
        return ""
    return "\n" + said_of(_("The portal's security administrator"), settings.SECURITY_CONTACT)
