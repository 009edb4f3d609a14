"""The form that begins a finding wherever an auditor stands: the engagement, then its text."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django import forms
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from portal.audit.findings.forms import TextForm
from portal.audit.models import Engagement


class RaiseForm(TextForm):
    """The text of a finding with its engagement. engagements: of the actor's teams, whose scope covers the object."""

    engagement = forms.TypedChoiceField(
        label=_("Engagement"), coerce=int, help_text=_("Yours that are under way and whose scope covers the object.")
    )
    is_shared = forms.BooleanField(
        label=_("The audited body reads the frozen object too"),
        required=False,
        help_text=_("The object is frozen as it is now, as the first piece of evidence."),
    )
    field_order = ("engagement", "body")

    def __init__(self, *args: Any, engagements: Sequence[Engagement], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.engagements = {row.pk: row for row in engagements}
        first = [] if len(engagements) == 1 else [("", gettext("Choose"))]
        self.fields["engagement"].choices = [*first, *((row.pk, row.title) for row in engagements)]  # type: ignore[attr-defined]

    def chosen(self) -> Engagement:
        """The engagement."""
        return self.engagements[self.cleaned_data["engagement"]]
