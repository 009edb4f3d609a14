"""Forms on reviewers, interests, assignments and scores."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal
from typing import Any

from django import forms
from django.utils.translation import get_language, gettext
from django.utils.translation import gettext_lazy as _

from portal.programme.models import CentralSOE, Province
from reviews.domain.people import InterestInput, ProfileInput
from reviews.domain.scoring import ScoresInput
from reviews.enums import InterestKind
from reviews.models import ReviewerProfile

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


class ProfileForm(forms.Form):
    """A reviewer's profile. `people`: (id, name, group) of those who hold a reviewer's post and have none yet."""

    person = forms.ChoiceField(label=_("Person"))
    home_province = forms.ModelChoiceField(
        Province.objects.none(),
        label=_("Home province"),
        help_text=_("Applications of this province are never given to this reviewer."),
    )
    employer = forms.CharField(label=_("Employer"), max_length=160)
    employer_soe = forms.ModelChoiceField(
        CentralSOE.objects.none(),
        label=_("Central SOE that employs the reviewer"),
        required=False,
        help_text=_("Applications in which this enterprise is a partner are never given to this reviewer."),
    )
    sectors = forms.MultipleChoiceField(
        label=_("Fields"), required=False, widget=forms.CheckboxSelectMultiple, help_text=_("Divisions of GB/T 4754.")
    )
    max_load = forms.IntegerField(label=_("Most applications"), min_value=1, max_value=400, initial=30)
    is_active = forms.BooleanField(label=_("Available"), required=False, initial=True)

    def __init__(
        self,
        *args: Any,
        people: Sequence[tuple[int, str, str]],
        divisions: Sequence[tuple[str, str]],
        provinces: Any,
        soes: Any,
        profile: ReviewerProfile | None = None,
        **kwargs: Any,
    ) -> None:
        super().__init__(*args, **kwargs)
        self.groups = {str(key): group for key, _name, group in people}
        if profile is not None:
            del self.fields["person"]
        else:
            self.fields["person"].choices = [("", "–"), *((str(key), name) for key, name, _group in people)]  # type: ignore[attr-defined]
        self.fields["sectors"].choices = divisions  # type: ignore[attr-defined]
        self.fields["home_province"].queryset = provinces  # type: ignore[attr-defined]
        self.fields["employer_soe"].queryset = soes  # type: ignore[attr-defined]
        self.profile = profile

    def to_input(self) -> ProfileInput:
        """The command's input."""
        data = dict(self.cleaned_data)
        person = data.pop("person", None)
        group = self.profile.group if self.profile else self.groups[str(person)]
        return ProfileInput(group=group, **data | {"sectors": tuple(data["sectors"])})


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
