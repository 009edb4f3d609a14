"""The form that says of what evidence is wanted."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from portal.audit.evidence.sources import Selection, source
from portal.audit.forms import DayInput, SpanForm
from portal.core.scope import Actor


def _number(value: str) -> int | None:
    return int(value) if value else None


class EvidenceForm(SpanForm):
    """Award, batch, province, period; what is left empty narrows nothing."""

    award = forms.TypedChoiceField(label=_("Award"), required=False, coerce=_number, empty_value=None)
    batch = forms.TypedChoiceField(label=_("Batch"), required=False, coerce=_number, empty_value=None)
    province = forms.ChoiceField(label=_("Province"), required=False)
    since = forms.DateField(label=_("From day"), required=False, widget=DayInput())
    until = forms.DateField(label=_("To day"), required=False, widget=DayInput())

    def __init__(self, *args: Any, actor: Actor, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        everything = [("", pgettext_lazy("filter", "All"))]
        for name, choices in source().choices(actor).items():
            self.fields[name].choices = [*everything, *choices]  # type: ignore[attr-defined]

    def to_selection(self) -> Selection:
        """What was chosen."""
        return Selection(**self.cleaned_data)
