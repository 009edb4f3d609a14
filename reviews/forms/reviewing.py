"""Forms on interests, assignments and scores."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal
from typing import Any

from django import forms
from django.utils.translation import get_language, gettext
from django.utils.translation import gettext_lazy as _

from reviews.domain.interests import InterestInput
from reviews.domain.scoring import ScoresInput
from reviews.enums import InterestKind

_YES_NO = [("no", _("I have no interest in this application")), ("yes", _("I have an interest"))]


class InterestForm(forms.Form):
    """A reviewer's declaration."""

    interest = forms.ChoiceField(label=_("Declaration"), choices=_YES_NO, widget=forms.RadioSelect)
    kind = forms.ChoiceField(
        label=_("What kind of interest"),
        choices=InterestKind.choices,
        widget=forms.RadioSelect,
        required=False,
        help_text=_("Only if you have one."),
    )
    reason = forms.CharField(
        label=_("In a few words"),
        max_length=2000,
        required=False,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_("Only the ministries and the auditors read it."),
    )

    def to_input(self) -> InterestInput:
        """The command's input."""
        data = self.cleaned_data
        return InterestInput(data["interest"] == "yes", data["kind"], data["reason"])


class OwnInterestForm(forms.Form):
    """An officer's declaration: made only when there is an interest."""

    kind = forms.ChoiceField(label=_("What kind of interest"), choices=InterestKind.choices, widget=forms.RadioSelect)
    reason = forms.CharField(
        label=_("In a few words"), max_length=2000, required=False, widget=forms.Textarea(attrs={"rows": 3})
    )

    def to_input(self) -> InterestInput:
        """The command's input."""
        return InterestInput(True, self.cleaned_data["kind"], self.cleaned_data["reason"])


class AssignForm(forms.Form):
    """One more reviewer for an application; `choices`: keys and names of those who can take it."""

    reviewer = forms.ChoiceField(label=_("Reviewer"))

    def __init__(self, *args: Any, choices: Sequence[tuple[str, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["reviewer"].choices = [("", "–"), *choices]  # type: ignore[attr-defined]


class ScoreForm(forms.Form):
    """Scores by criterion with the comment; a draft may leave criteria open."""

    version = forms.IntegerField(widget=forms.HiddenInput, min_value=0)

    def __init__(self, *args: Any, criteria: Sequence[dict[str, Any]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.criteria = criteria
        for row in criteria:
            most = Decimal(str(row["max"]))
            name = row["name_en"] if get_language() == "en" else row["name_zh"]
            self.fields[row["code"]] = forms.DecimalField(
                label=name,
                required=False,
                min_value=Decimal(0),
                max_value=most,
                max_digits=5,
                decimal_places=2,
                help_text=gettext("0 to %(most)s, weight %(weight)s") % {"most": row["max"], "weight": row["weight"]},
                widget=forms.NumberInput(
                    attrs={"inputmode": "decimal", "step": "0.01", "data-weight": str(row["weight"])}
                ),
            )
            self.fields[row["code"]].is_expected = True  # type: ignore[attr-defined]  # a draft may leave it open
        self.fields["comment"] = forms.CharField(
            label=_("Comment"),
            required=False,
            max_length=6000,
            widget=forms.Textarea(attrs={"rows": 6}),
            help_text=_("What speaks for the plan and what against it. The ministries read it."),
        )

    def to_input(self) -> ScoresInput:
        """The command's input."""
        data = self.cleaned_data
        values = {row["code"]: data.get(row["code"]) for row in self.criteria}
        return ScoresInput(version=data["version"], comment=data["comment"], values=values)
