"""Forms on objections: for everyone, and for those who answer."""

from __future__ import annotations

from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import get_language, gettext
from django.utils.translation import gettext_lazy as _

from reviews.domain.objections import ObjectionInput
from reviews.models import PublicEntry


class EntryField(forms.ModelChoiceField):
    """A unit of the list, with its province."""

    def label_from_instance(self, obj: Any) -> str:
        """Province and unit in the reader's language."""
        return f"{obj.province} {obj}" if get_language() == "en" else f"{obj.province}{obj}"


class ObjectionForm(forms.Form):
    """An objection, with real name; the field `website` is a trap for programs and hidden from people."""

    name = forms.CharField(
        label=_("Your real name"), max_length=80, help_text=_("Objections without a real name are not examined.")
    )
    contact = forms.CharField(label=_("Telephone or e-mail"), max_length=160, help_text=_("So that we can ask back."))
    entry = EntryField(
        PublicEntry.objects.none(),
        label=_("Pilot unit"),
        required=False,
        empty_label=_("The list as a whole"),
    )
    grounds = forms.CharField(
        label=_("Grounds"),
        max_length=6000,
        widget=forms.Textarea(attrs={"rows": 8}),
        help_text=_("What is wrong, and how it can be checked."),
    )
    website = forms.CharField(required=False, widget=forms.TextInput(attrs={"tabindex": "-1", "autocomplete": "off"}))

    def __init__(self, *args: Any, entries: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["entry"].queryset = entries  # type: ignore[attr-defined]

    def clean_website(self) -> str:
        """Whoever fills the trap is a program."""
        if self.cleaned_data["website"]:
            raise ValidationError(gettext("Leave this field empty."))
        return ""

    def to_input(self) -> ObjectionInput:
        """The command's input."""
        data = self.cleaned_data
        return ObjectionInput(data["name"], data["contact"], data["grounds"], data["entry"])


class StatusForm(forms.Form):
    """The receipt number of an objection."""

    receipt = forms.CharField(label=_("Receipt number"), max_length=40)

    def clean_receipt(self) -> str:
        """People type it in any case and with spaces."""
        return str(self.cleaned_data["receipt"]).strip().upper()


class AnswerForm(forms.Form):
    """The answer to an objection."""

    outcome = forms.ChoiceField(
        label=_("Outcome"),
        choices=[
            ("dismiss", _("Not upheld: the unit stays on the list")),
            ("uphold", _("Upheld: the unit leaves the list at once")),
        ],
        widget=forms.RadioSelect,
    )
    answer = forms.CharField(
        label=_("Answer"),
        max_length=6000,
        widget=forms.Textarea(attrs={"rows": 6}),
        help_text=_("The objector reads it under the receipt number."),
    )
