"""Forms about people."""

from __future__ import annotations

from typing import Any, Final

from allauth.account.adapter import get_adapter
from allauth.account.forms import ChangePasswordForm, ResetPasswordForm
from django import forms
from django.db import transaction
from django.http import HttpRequest, QueryDict
from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from portal.accounts import queries, resets
from portal.accounts.domain.people import InviteInput
from portal.accounts.domain.tokens import DAYS, TokenInput
from portal.accounts.enums import ROLES_OF_KIND, Kind, Role
from portal.accounts.models import Organisation, User

# As something is typed, what fits comes from the page itself, which gives the same without script (button "Find").
_LOOKS: Final = {
    "autocomplete": "off",
    "hx-post": "",
    "hx-vals": '{"find": "1"}',
    "hx-trigger": "input changed delay:250ms",
    "hx-target": "#organisations-found",
    "hx-select": "#organisations-found > *",
    "hx-select-oob": "#role-field",
}


class InviteForm(forms.Form):
    """Invite a person to a role of an organisation, which is found by its code or name.

    `named`: the organisation that is typed, or None; `found`: those that fit, at most `MOST` (`is_more`: of more).
    """

    MOST: Final = 12
    email = forms.EmailField(label=_("E-mail address"))
    name = forms.CharField(label=_("Name"), max_length=80)
    organisation = forms.CharField(
        label=_("Organisation"),
        max_length=160,
        widget=forms.TextInput(attrs=_LOOKS),
        help_text=_(
            "Its code or a part of its name. Codes are for example GX350000 for an industry department, ZF350500 for a"
            " city government, ZJ for the experts."
        ),
    )
    role = forms.ChoiceField(
        label=_("Role"), choices=[(role.value, role.label) for role in Role if role is not Role.CLOCKWORK]
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.typed = str(self["organisation"].value() or "").strip()
        self.named = queries.organisation_named(self.typed) if self.typed else None
        looks = bool(self.typed) and self.named is None
        found = queries.organisations(search=self.typed, limit=self.MOST + 1) if looks else []
        self.found, self.is_more = found[: self.MOST], len(found) > self.MOST
        # What is offered; what was sent is judged by the command, which says why a role does not fit.
        self.fields["role"].widget.choices = _offered(self.named)  # type: ignore[attr-defined]  # a Select

    @classmethod
    def looking(cls, typed: QueryDict) -> InviteForm:
        """The form as it is filled in so far, with the organisation picked of those found: nothing is judged yet."""
        form = cls(initial=typed.dict() | ({"organisation": typed["pick"]} if "pick" in typed else {}))
        if "pick" in typed:
            form.fields["role"].widget.attrs["autofocus"] = True
        return form

    def clean_organisation(self) -> Organisation:
        """The organisation of that code or name."""
        if self.named is None:
            raise forms.ValidationError(
                _("Several organisations may be meant. Choose one of those below.")
                if self.found
                else _("There is no active organisation with this code or name.")
            )
        return self.named

    def to_input(self) -> InviteInput:
        """The command's input."""
        data = self.cleaned_data
        return InviteInput(data["email"], data["name"], data["organisation"], Role(data["role"]))


def _offered(organisation: Organisation | None) -> list[Any]:
    """The roles to choose from: an organisation's own, or under each kind what its organisations give."""
    if organisation is None:
        groups = [
            (kind.label, [(role.value, role.label) for role in ROLES_OF_KIND[kind] if role is not Role.CLOCKWORK])
            for kind in Kind
        ]
        return [("", _("Choose a role")), *groups]
    own = [(role.value, role.label) for role in organisation.roles]
    return own if len(own) == 1 else [("", _("Choose a role")), *own]


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
