"""Forms about people."""

from __future__ import annotations

from typing import Any

from allauth.account.adapter import get_adapter
from allauth.account.forms import ChangePasswordForm, ResetPasswordForm
from django import forms
from django.db import transaction
from django.http import HttpRequest
from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from portal.accounts import resets
from portal.accounts.domain.people import InviteInput
from portal.accounts.domain.tokens import DAYS, TokenInput
from portal.accounts.enums import Role
from portal.accounts.models import Organisation, User


class InviteForm(forms.Form):
    """Invite a person to a role."""

    email = forms.EmailField(label=_("E-mail address"))
    name = forms.CharField(label=_("Name"), max_length=80)
    organisation = forms.CharField(
        label=_("Code of the organisation"),
        max_length=20,
        help_text=_(
            "For example GX350000 for an industry department, ZF350500 for a city government, ZJ for the experts."
        ),
    )
    role = forms.ChoiceField(
        label=_("Role"), choices=[(role.value, role.label) for role in Role if role is not Role.CLOCKWORK]
    )

    def clean_organisation(self) -> Organisation:
        """The organisation of that code."""
        found = Organisation.objects.filter(code=self.cleaned_data["organisation"].strip(), is_active=True).first()
        if found is None:
            raise forms.ValidationError(_("There is no active organisation with this code."))
        return found

    def to_input(self) -> InviteInput:
        """The command's input."""
        data = self.cleaned_data
        return InviteInput(data["email"], data["name"], data["organisation"], Role(data["role"]))


class TakeForm(forms.Form):
    """Take an invitation: a new person sets a password twice, a known one gives theirs."""

    password = forms.CharField(label=_("Password"), widget=forms.PasswordInput, strip=False)
    again = forms.CharField(label=_("Password again"), widget=forms.PasswordInput, strip=False)

    def __init__(self, *args: Any, known: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if known:
            del self.fields["again"]
            self.fields["password"].help_text = _("You have an account already: give its password.")
            self.fields["password"].widget.attrs["autocomplete"] = "current-password"
        else:
            self.fields["password"].help_text = _("At least 12 characters.")
            for field in self.fields.values():
                field.widget.attrs["autocomplete"] = "new-password"

    def clean(self) -> dict[str, Any]:
        """Both passwords are the same."""
        data = super().clean() or {}
        if "again" in self.fields and data.get("password") != data.get("again"):
            self.add_error("again", _("The two passwords differ."))
        return data


class ReasonForm(forms.Form):
    """A reason, for an act that cannot be undone by a click."""

    why = forms.CharField(label=_("Reason"), max_length=500, widget=forms.Textarea(attrs={"rows": 3}))


class HandOverForm(ReasonForm):
    """Choose who takes over."""

    successor = forms.EmailField(label=_("E-mail address of the successor"))
    field_order = ("successor", "why")

    def clean_successor(self) -> User:
        """The person of that address."""
        found = User.objects.filter(email=self.cleaned_data["successor"].strip().lower()).first()
        if found is None:
            raise forms.ValidationError(_("Nobody has this address. Invite the person first."))
        return found


class TokenForm(forms.Form):
    """A name, a span and what the token may do."""

    name = forms.CharField(
        label=pgettext_lazy("of a thing", "Name"),
        max_length=60,
        help_text=_("What will use it, for example a monthly job."),
    )
    days = forms.TypedChoiceField(
        label=_("Holds for"),
        coerce=int,
        choices=[(days, format_lazy(_("{days} days"), days=days)) for days in DAYS],
        initial=90,
    )
    can_write = forms.BooleanField(
        label=_("May also act"),
        required=False,
        help_text=_("Without this the token only reads. With it, it does in your name whatever your roles allow."),
    )

    def to_input(self) -> TokenInput:
        """The command's input."""
        data = self.cleaned_data
        return TokenInput(data["name"], data["days"], data["can_write"])


class ResetForm(ResetPasswordForm):
    """Ask for a letter with which to set a new password: nobody is looked for before the worker does."""

    def clean_email(self) -> str:
        """The address as it was typed."""
        email: str = get_adapter().clean_email(self.cleaned_data["email"].lower())
        return email

    def save(self, request: HttpRequest, **kwargs: Any) -> str:
        """Hand the address to the worker once the request is kept."""
        email: str = self.cleaned_data["email"]
        transaction.on_commit(lambda: resets.enqueue(email), robust=True)
        return email


class ChangeForm(ChangePasswordForm):
    """Change one's password."""

    def clean_oldpassword(self) -> str:
        """The present password, asked as at the sign-in: whoever found an open browser does not try without end."""
        old: str = self.cleaned_data["oldpassword"]
        adapter = get_adapter()
        if self.user is None or not adapter.reauthenticate(self.user, old):
            raise adapter.validation_error("enter_current_password")
        return old
