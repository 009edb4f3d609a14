"""Forms of the second factor: allauth's, with refusals in the portal's words and each of them in the trail."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from allauth.core import context
from allauth.mfa import signals
from allauth.mfa.adapter import get_adapter
from allauth.mfa.base.forms import AuthenticateForm, BaseAuthenticateForm, ReauthenticateForm
from allauth.mfa.models import Authenticator
from allauth.mfa.totp.forms import ActivateTOTPForm
from allauth.mfa.webauthn.forms import (
    AddWebAuthnForm,
    AuthenticateWebAuthnForm,
    EditWebAuthnForm,
    ReauthenticateWebAuthnForm,
)
from django import forms
from django.core.exceptions import ValidationError
from django.db import transaction
from django.forms.utils import ErrorList
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from portal.accounts import key_answers, trail

KEY = Authenticator.Type.WEBAUTHN
CLOSED = "too_many_login_attempts"


@contextmanager
def _told(person: Any, kind: str) -> Iterator[None]:
    """A refusal because the account is closed after five failures stands in the trail, as at the sign-in."""
    try:
        yield
    except ValidationError as error:
        if error.code == CLOSED:
            trail.write("accounts.sign_in_closed", person, context.request, why=kind)
            raise get_adapter().validation_error("second_factor_closed") from error  # no new password opens it
        raise


class _Code(BaseAuthenticateForm):
    code = forms.CharField(
        label=pgettext_lazy("second factor", "Code"),
        max_length=40,
        widget=forms.TextInput(attrs={"autocomplete": "one-time-code"}),
    )

    def clean_code(self) -> str:
        """The code that was given, which opened."""
        with _told(self.user, "code"):
            return str(super().clean_code())


class CodeForm(_Code, AuthenticateForm):
    """The code of an app, or a recovery code, at the sign-in."""


class ConfirmCodeForm(_Code, ReauthenticateForm):
    """The same, to show once more that it is oneself."""


class AnswerField(forms.JSONField):
    """What a key answered, as the page's script sends it; what is longer or deeper than any answer is none."""

    LONGEST = 40_000

    def bound_data(self, data: Any, initial: Any) -> Any:
        """Nothing: an answer is good once, so the page that comes again holds none."""
        return None

    def prepare_value(self, value: Any) -> Any:
        """As nothing is written."""
        return ""

    def to_python(self, value: Any) -> Any:
        """The answer. Raises ValidationError for what is no JSON."""
        if isinstance(value, str) and len(value) > self.LONGEST:
            value = "{"
        try:
            return super().to_python(value)
        except RecursionError as error:
            raise ValidationError(self.error_messages["invalid"], code="invalid", params={"value": ""}) from error


class _Answered(forms.Form):
    """What a key answered is no field that anybody fills in: what is wrong with it is said of the whole form."""

    credential = AnswerField(required=False, widget=forms.HiddenInput)

    def full_clean(self) -> None:
        """Clean, then say of the form what is wrong with the answer."""
        super().full_clean()
        for error in self.errors.pop("credential", ErrorList()).as_data():
            self.add_error(None, get_adapter().validation_error(self.unfit) if error.code == "invalid" else error)

    unfit = "key_refused"


class _KeyAnswer(_Answered, AuthenticateWebAuthnForm):
    def clean_credential(self) -> Authenticator:
        """The key that answered. Failures count for the account with those of codes, and stand in the trail."""
        try:
            with _told(self.user, KEY):
                answer = self.cleaned_data["credential"]
                if not answer:
                    raise get_adapter().validation_error("key_missing")
                counter = key_answers.read(answer).response.authenticator_data.counter
                return key_answers.count(context.request, super().clean_credential(), counter)
        except ValidationError as error:
            if error.code in {"second_factor_closed", "key_missing"}:
                raise
            again = self.reauthenticated
            key = Authenticator(user=self.user, type=KEY)
            signals.authentication_failed.send(
                sender=Authenticator, request=context.request, user=self.user, authenticator=key, reauthentication=again
            )
            if error.code == "incorrect_code":
                raise get_adapter().validation_error("key_refused") from error
            raise


class AskKeyForm(_KeyAnswer):
    """A key's answer at the sign-in."""


class ConfirmKeyForm(_KeyAnswer, ReauthenticateWebAuthnForm):
    """The same, to show once more that it is oneself."""


class ActivateForm(ActivateTOTPForm):
    """Set an app up with the code it shows."""

    code = forms.CharField(
        label=pgettext_lazy("second factor", "Code"),
        max_length=40,
        widget=forms.TextInput(attrs={"autocomplete": "one-time-code"}),
    )


class AddKeyForm(_Answered, AddWebAuthnForm):
    """Add a security key, with a label in both languages."""

    unfit = "key_not_added"

    name = forms.CharField(label=_("Name of the key"), required=False, max_length=100)

    def clean(self) -> dict[str, Any]:
        """A key that answered this very page, and that nobody has added before."""
        answer = self.cleaned_data.get("credential")
        if not answer:
            if "credential" not in self.errors:
                raise get_adapter().validation_error("key_missing")
            return self.cleaned_data
        identity = key_answers.read_new(answer).id
        try:
            data = super().clean()
        except ValidationError as error:
            raise get_adapter().validation_error("key_not_added") from error
        if Authenticator.objects.filter(type=KEY, data__credential__rawId=identity).exists():
            raise get_adapter().validation_error("key_known")
        return (data or {}) | {"credential": {**answer, "id": identity, "rawId": identity}}


class EditKeyForm(EditWebAuthnForm):
    """Rename a security key."""

    instance: Authenticator
    name = forms.CharField(label=_("Name of the key"), max_length=100)

    def save(self) -> Authenticator:
        """Keep the name; the trail holds both."""
        with transaction.atomic():
            # As it stands now: its counter may have moved since this request read it.
            self.instance = Authenticator.objects.select_for_update().get(pk=self.instance.pk)
            before = str(self.instance)
            key: Authenticator = super().save()
        if before != str(key):
            trail.write("accounts.rename_key", key.user, context.request, before={"name": before},
                        after={"name": str(key)})  # fmt: skip
        return key
