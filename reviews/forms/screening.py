"""The form of a screening decision."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from portal.core import clock
from portal.programme.forms import DateInput
from reviews.domain.screening import ScreeningInput
from reviews.enums import Ministry, ScreeningDecision


class ScreeningForm(forms.Form):
    """Pass, correction or rejection; MOF, which does not ask for corrections, is not offered one."""

    decision = forms.ChoiceField(label=_("Decision"), choices=ScreeningDecision.choices, widget=forms.RadioSelect)
    rule = forms.CharField(
        label=_("Rule"),
        max_length=200,
        required=False,
        help_text=_("For a rejection: the rule it rests on, as the notice or the rule set names it."),
    )
    reason = forms.CharField(
        label=_("Reason"),
        max_length=4000,
        required=False,
        widget=forms.Textarea(attrs={"rows": 4}),
        help_text=_("For a correction or a rejection: the unit reads it."),
    )
    due = forms.DateField(
        label=_("Correction due"),
        required=False,
        widget=DateInput(),
        help_text=_("For a correction: until 23:59:59 of this day, Beijing time."),
    )

    def __init__(self, *args: Any, ministry: str, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if ministry != Ministry.MIIT:
            field = self.fields["decision"]
            field.choices = [row for row in ScreeningDecision.choices if row[0] != ScreeningDecision.CORRECTION]  # type: ignore[attr-defined]
            del self.fields["due"]

    def to_input(self) -> ScreeningInput:
        """The command's input."""
        data = self.cleaned_data
        due = data.get("due")
        return ScreeningInput(data["decision"], data["rule"], data["reason"], clock.end_of_day(due) if due else None)
