"""What is done with a report beside asking for it: by the calendar, or shared."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from portal.reports.domain.orders import OrderInput
from portal.reports.domain.schedules import ScheduleInput
from portal.reports.domain.shares import ShareInput
from portal.reports.models import Rhythm


class ScheduleForm(forms.Form):
    """How often a report is made, on which day and at which hour, until when."""

    rhythm = forms.ChoiceField(label=_("How often it is made"), choices=Rhythm.choices, initial=Rhythm.WEEKLY)
    day = forms.IntegerField(
        label=_("Day"),
        min_value=1,
        max_value=28,
        initial=1,
        help_text=_("Of the week from 1 (Monday) to 7, or of the month from 1 to 28; every day needs none."),
        required=False,
    )
    hour = forms.IntegerField(
        label=_("Hour"), min_value=0, max_value=23, initial=7, help_text=_("From 0 to 23, Beijing time.")
    )
    until = forms.DateField(
        label=_("Last day"),
        required=False,
        widget=forms.DateInput(attrs={"type": "date"}),
        help_text=_("Blank: until you end it."),
    )

    def clean(self) -> dict[str, Any]:
        """A day of the week is at most the seventh."""
        data = super().clean() or {}
        if data.get("rhythm") == Rhythm.WEEKLY and (data.get("day") or 1) > 7:
            self.add_error("day", _("A week has seven days: choose 1 (Monday) to 7."))
        return data

    def to_input(self, what: OrderInput, words: list[tuple[str, str]]) -> ScheduleInput:
        """What the command takes."""
        data = self.cleaned_data
        day = (data["day"] or 1) if data["rhythm"] != Rhythm.DAILY else 1
        return ScheduleInput(what, words, data["rhythm"], data["hour"], day, data["until"])


class ShareForm(forms.Form):
    """With whom a report is shared."""

    email = forms.EmailField(
        label=_("E-mail address of the person"),
        max_length=254,
        help_text=_("Whoever it is opens it only when the same report, made in their own scope, has the same rows."),
    )

    def to_input(self) -> ShareInput:
        """What the command takes."""
        return ShareInput(self.cleaned_data["email"])
