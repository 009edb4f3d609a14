"""Forms on batches."""

from __future__ import annotations

from datetime import datetime, time
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from portal.core import clock
from portal.programme.domain.batch import BatchInput
from portal.programme.models import RuleSet


class DateInput(forms.DateInput):
    """The browser's own choice of a day."""

    input_type = "date"

    def __init__(self) -> None:
        super().__init__(format="%Y-%m-%d")


class BatchForm(forms.Form):
    """A draft of a batch. The opening counts from the start of its day, the deadline to the end of its day."""

    number = forms.IntegerField(label=_("Number of the batch"), min_value=1, max_value=999)
    year = forms.IntegerField(label=_("Year"), min_value=2024, max_value=2100)
    title_zh = forms.CharField(label=_("Title in Chinese"), max_length=160)
    title_en = forms.CharField(label=_("Title in English"), max_length=200)
    rule_set = forms.ModelChoiceField(
        RuleSet.objects.none(), label=_("Rules"), help_text=_("Frozen once the batch opens.")
    )
    opens_on = forms.DateField(label=_("Opens on"), widget=DateInput())
    last_day = forms.DateField(label=_("Last day"), widget=DateInput(), help_text=_("Until 23:59:59, Beijing time."))
    call_zh = forms.CharField(label=_("Call in Chinese"), widget=forms.Textarea(attrs={"rows": 6}))
    call_en = forms.CharField(label=_("Call in English"), widget=forms.Textarea(attrs={"rows": 6}))

    def __init__(self, *args: Any, rule_sets: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["rule_set"].queryset = rule_sets  # type: ignore[attr-defined]

    def to_input(self) -> BatchInput:
        """The command's input."""
        data = dict(self.cleaned_data)
        opens = datetime.combine(data.pop("opens_on"), time.min, clock.SHANGHAI)
        deadline = clock.end_of_day(data.pop("last_day"))
        return BatchInput(**data, opens_at=opens, deadline=deadline)
