"""Forms of sign-off and submission."""

from __future__ import annotations

from typing import cast

from django import forms
from django.http import QueryDict
from django.utils.translation import gettext_lazy as _

from applications.forms.fields import TextAreaField


class ReasonForm(forms.Form):
    """Why something is sent back, withdrawn, declined."""

    why = TextAreaField(label=_("Reason"), max_length=2000, rows=4)


class WithdrawForm(ReasonForm):
    """Why an invitation is withdrawn, and the partner's answer that the page has shown."""

    state = forms.CharField(widget=forms.HiddenInput(), required=False)

    def see(self) -> None:
        """Shown again, it has shown the answer of now."""
        data = cast("QueryDict", self.data).copy()
        data["state"] = self.initial["state"]
        self.data = data


class SignForm(forms.Form):
    """The signature under what was shown: its digest comes back with it."""

    sha256 = forms.RegexField(r"^[0-9a-f]{64}$", widget=forms.HiddenInput())
    agree = forms.BooleanField(
        label=_("I have read what will be submitted and sign for the government of the pilot unit."),
        error_messages={"required": _("Tick that you have read it and sign.")},
    )
