"""The form of a section's owner and due date."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from applications.domain.duty import DutyInput
from applications.forms.fields import DayField, SeenForm
from applications.queries.together import Colleagues


class DutyForm(SeenForm):
    """Who writes the section, and by when."""

    owner = forms.ChoiceField(
        label=_("Owner"), required=False, help_text=_("A new owner finds a letter in the inbox and a line on the desk.")
    )
    due_on = DayField(label=_("Due on"), required=False)

    def __init__(self, *args: Any, people: Colleagues, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.people = {str(person.pk): person for person in people.people}
        choices = [(str(pk), label) for pk, label in people.labels.items()]
        self.fields["owner"].choices = [("", _("nobody in particular")), *choices]  # type: ignore[attr-defined]

    def to_input(self) -> DutyInput:
        """The command's input."""
        data = self.cleaned_data
        return DutyInput(self.people.get(data["owner"]), data["due_on"])
