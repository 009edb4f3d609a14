"""Forms of analyses, leads and the search."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from portal.audit.instruments.analyses import Analysis
from portal.audit.instruments.forms_fields import NumberField
from portal.core.search.kinds import KINDS
from portal.core.search.query import LONGEST, Asked


class AnalysisForm(forms.Form):
    """The parameters of one analysis, with their defaults."""

    def __init__(self, *args: Any, analysis: Analysis, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for one in analysis.parameters:
            year = one.kind == "year"
            self.fields[one.name] = NumberField(
                label=one.label,
                help_text=one.hint,
                required=not year,
                initial=None if one.default is None else f"{one.default:f}",
                least="2020" if year else one.least,
                most="2100" if year else one.most,
            )


class DismissForm(forms.Form):
    """Why there is nothing in a lead."""

    why = forms.CharField(
        label=_("Why there is nothing in it"),
        max_length=1000,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_("What you looked at, so that nobody has to look again."),
    )


class SearchForm(forms.Form):
    """What is searched for, and where."""

    q = forms.CharField(
        label=_("Words"),
        max_length=LONGEST,
        required=False,
        help_text=_("Chinese or English. Every word has to be there; an English word or number may be its beginning."),
        widget=forms.TextInput(attrs={"type": "search"}),
    )
    kind = forms.ChoiceField(label=pgettext_lazy("search", "Kind"), required=False)
    batch = forms.ChoiceField(label=_("Batch"), required=False)
    province = forms.ChoiceField(label=_("Province"), required=False)

    def __init__(self, *args: Any, batches: Iterable[Any], provinces: Iterable[Any], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        everything = [("", pgettext_lazy("filter", "All"))]
        self.fields["kind"].choices = everything + [(one.code, one.label) for one in KINDS.values()]  # type: ignore[attr-defined]
        self.fields["batch"].choices = everything + list(batches)  # type: ignore[attr-defined]
        self.fields["province"].choices = everything + list(provinces)  # type: ignore[attr-defined]

    def to_asked(self) -> Asked:
        """The question of the search."""
        data = self.cleaned_data
        return Asked(data["q"], data["kind"], int(data["batch"]) if data["batch"] else None, data["province"])
