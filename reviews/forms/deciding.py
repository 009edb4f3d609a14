"""Forms on decisions."""

from __future__ import annotations

from django import forms
from django.utils.translation import gettext_lazy as _


class WhyForm(forms.Form):
    """A reason."""

    why = forms.CharField(label=_("Reason"), max_length=2000, widget=forms.Textarea(attrs={"rows": 4}))


class DocumentForm(forms.Form):
    """The number of the document of the final list."""

    document_no = forms.CharField(
        label=_("Number of the document"),
        max_length=60,
        help_text=_("As it stands on the document itself, for example 财建〔2026〕1号."),
    )


class ProposalForm(forms.Form):
    """Grounds of a proposal, the size of its reserve, and that it was read."""

    grounds = forms.CharField(
        label=_("Grounds"),
        max_length=4000,
        widget=forms.Textarea(attrs={"rows": 6}),
        help_text=_("Why this selection, in a sentence or more: both ministries sign it, auditors read it."),
    )
    reserve = forms.IntegerField(
        label=_("Units in reserve"),
        min_value=0,
        max_value=30,
        help_text=_("So many of the candidates named above stand in reserve, in this order."),
    )
    checked = forms.BooleanField(
        label=_("I have read the list, what rules by hand cost, and the reserve. Exactly this is proposed."),
        error_messages={"required": _("Confirm that you have read what is proposed.")},
    )


class SignDecisionForm(forms.Form):
    """The digest of the proposal that was seen."""

    sha256 = forms.RegexField(r"^[0-9a-f]{64}$", widget=forms.HiddenInput)
