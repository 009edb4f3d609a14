"""Forms of the end of a batch."""

from __future__ import annotations

from django import forms
from django.utils.translation import gettext_lazy as _


class ReasonForm(forms.Form):
    """Why something is asked for, or turned down."""

    why = forms.CharField(label=_("Reason"), max_length=2000, widget=forms.Textarea(attrs={"rows": 4}))


class RemarkForm(forms.Form):
    """A remark for who countersigns."""

    why = forms.CharField(
        label=_("Remark (may be left empty)"),
        max_length=2000,
        required=False,
        widget=forms.Textarea(attrs={"rows": 3}),
    )
