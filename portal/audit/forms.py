"""The filter over the trail."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from portal.audit import kinds
from portal.audit.presentation import object_types
from portal.audit.queries import Filter


class DayInput(forms.DateInput):
    """The browser's own choice of a day."""

    input_type = "date"

    def __init__(self) -> None:
        super().__init__(format="%Y-%m-%d")


class SpanForm(forms.Form):
    """A form with a first and a last day, `since` and `until`."""

    def clean(self) -> dict[str, Any]:
        """The days stand in order."""
        data = super().clean() or {}
        since, until = data.get("since"), data.get("until")
        if since and until and until < since:
            self.add_error("until", _("The last day lies before the first."))
        return data


class FilterForm(SpanForm):
    """Person, act, object and time."""

    person = forms.CharField(label=_("Person (name or number)"), required=False, max_length=80)
    act = forms.ChoiceField(label=_("Act"), required=False)
    outcome = forms.ChoiceField(
        label=pgettext_lazy("audit", "Outcome"),
        required=False,
        choices=[
            ("", pgettext_lazy("filter", "All")),
            ("done", pgettext_lazy("audit", "done")),
            ("refused", pgettext_lazy("audit", "refused")),
        ],
    )
    object_type = forms.ChoiceField(label=_("Kind of object"), required=False)
    object_id = forms.CharField(label=_("Number of the object"), required=False, max_length=40)
    since = forms.DateField(label=_("From day"), required=False, widget=DayInput())
    until = forms.DateField(label=_("To day"), required=False, widget=DayInput())

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        everything = [("", pgettext_lazy("filter", "All"))]
        self.fields["act"].choices = everything + kinds.choices()  # type: ignore[attr-defined]
        self.fields["object_type"].choices = everything + object_types()  # type: ignore[attr-defined]

    def to_filter(self) -> Filter:
        """The filter of the query."""
        return Filter(**self.cleaned_data)
