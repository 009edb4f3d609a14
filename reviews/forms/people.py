"""Forms on reviewers: profile, former employers, interests for a whole batch."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any, Final, cast

from django import forms
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from applications.forms.fields import DayField, TextAreaField
from applications.forms.roster import CreditCodeField
from portal.core.folding import FoldedField
from portal.programme.models import CentralSOE, PilotUnit, Province
from reviews.domain.interests import BatchInput
from reviews.domain.people import EmployerInput, OwnProfileInput, ProfileInput
from reviews.enums import Expertise, InterestKind, Language
from reviews.models import ReviewerProfile

STRENGTHS: Final = [("", "–"), ("1", _("1: some knowledge")), ("2", _("2: good knowledge")), ("3", _("3: expert"))]
_FIELD: Final = "knows_"


@dataclass(frozen=True)
class Known:
    """What the lists of a profile's form offer. divisions: code and name of GB/T 4754."""

    divisions: Sequence[tuple[str, str]]
    provinces: Any
    soes: Any


class OwnProfileForm(forms.Form):
    """What only the reviewer knows: where from, for whom, which fields how well, in which languages, when away."""

    home_province = forms.ModelChoiceField(
        Province.objects.none(),
        label=_("Home province"),
        help_text=_("Applications of this province are never given to this reviewer."),
    )
    employer = forms.CharField(label=_("Employer"), max_length=160)
    employer_code = CreditCodeField(
        label=_("Credit code of the employer"),
        required=False,
        help_text=_("Dossiers whose roster names this enterprise are never given to this reviewer."),
    )
    employer_soe = forms.ModelChoiceField(
        CentralSOE.objects.none(),
        label=_("Central SOE that employs the reviewer"),
        required=False,
        help_text=_("Applications in which this enterprise is a partner are never given to this reviewer."),
    )
    languages = forms.MultipleChoiceField(
        label=_("Languages"), choices=Language.choices, widget=forms.CheckboxSelectMultiple, initial=[Language.ZH]
    )
    away_from = DayField(label=_("Away from"), required=False, help_text=_("Nothing is assigned in these days."))
    away_to = DayField(label=_("Away until"), required=False)

    def __init__(self, *args: Any, known: Known, profile: ReviewerProfile | None = None, **kwargs: Any) -> None:
        kwargs["initial"] = _initial(profile) | (kwargs.get("initial") or {})
        super().__init__(*args, **kwargs)
        cast("Any", self.fields["home_province"]).queryset = known.provinces
        cast("Any", self.fields["employer_soe"]).queryset = known.soes
        self.divisions = list(known.divisions)
        for code, label in [*((one.value, one.label) for one in Expertise), *known.divisions]:
            self.fields[f"{_FIELD}{code}"] = forms.ChoiceField(label=str(label), choices=STRENGTHS, required=False)
            self.fields[f"{_FIELD}{code}"].is_expected = True  # type: ignore[attr-defined]

    def plain(self) -> Iterator[forms.BoundField]:
        """All fields but those of knowledge."""
        return (self[name] for name in self.fields if not name.startswith(_FIELD))

    def expertise(self) -> Iterator[forms.BoundField]:
        """Knowledge beside the divisions."""
        return (self[f"{_FIELD}{code}"] for code in Expertise.values)

    def trades(self) -> Iterator[forms.BoundField]:
        """Knowledge of the divisions, those that are known first."""
        fields = [self[f"{_FIELD}{code}"] for code, _label in self.divisions]
        return iter(sorted(fields, key=lambda field: not field.value()))

    def clean(self) -> dict[str, Any]:
        """The days away come in order, and both."""
        data = super().clean() or {}
        start, end = data.get("away_from"), data.get("away_to")
        if (start is None) != (end is None) or (start and end and end < start):
            self.add_error("away_to", gettext("Say from which day until which later day."))
        return data

    def _values(self) -> dict[str, Any]:
        data = self.cleaned_data
        found = {name: value for name, value in data.items() if not name.startswith(_FIELD) and name != "person"}
        known = {
            name.removeprefix(_FIELD): int(value) for name, value in data.items() if name.startswith(_FIELD) and value
        }
        return found | {"fields": known, "languages": tuple(data["languages"])}

    def to_own_input(self, former: Sequence[EmployerInput]) -> OwnProfileInput:
        """The command's input for the reviewer."""
        return OwnProfileInput(**self._values(), former=former)


class ProfileForm(OwnProfileForm):
    """As an officer keeps it. `people`: (id, name, group) of those who hold a reviewer's post and have none yet."""

    person = forms.ChoiceField(label=_("Person"))
    min_load = forms.IntegerField(label=_("Fewest applications"), min_value=0, max_value=400, initial=0)
    max_load = forms.IntegerField(label=_("Most applications"), min_value=1, max_value=400, initial=30)
    is_active = forms.BooleanField(label=_("Available"), required=False, initial=True)
    field_order = ("person", "home_province")

    def __init__(
        self, *args: Any, people: Sequence[tuple[int, str, str]], profile: ReviewerProfile | None = None, **kwargs: Any
    ) -> None:
        super().__init__(*args, profile=profile, **kwargs)
        self.groups = {str(key): group for key, _name, group in people}
        if profile is not None:
            del self.fields["person"]
        else:
            cast("Any", self.fields["person"]).choices = [("", "–"), *((str(key), name) for key, name, _ in people)]
        self.profile = profile

    def clean(self) -> dict[str, Any]:
        """The fewest are not more than the most."""
        data = super().clean()
        if (data.get("min_load") or 0) > (data.get("max_load") or 400):
            self.add_error("min_load", gettext("The fewest applications are not more than the most."))
        return data

    def to_input(self, former: Sequence[EmployerInput] | None = None) -> ProfileInput:
        """The command's input for an officer."""
        person = self.cleaned_data.get("person")
        group = self.profile.group if self.profile else self.groups[str(person)]
        return ProfileInput(**self._values(), group=group, former=former)


def _initial(profile: ReviewerProfile | None) -> dict[str, Any]:
    if profile is None:
        return {}
    names = ("home_province", "employer", "employer_code", "employer_soe", "languages", "away_from", "away_to")
    found = {name: getattr(profile, name) for name in (*names, "min_load", "max_load", "is_active")}
    return found | {f"{_FIELD}{code}": str(strength) for code, strength in profile.fields.items()}


class FormerForm(forms.Form):
    """An employer of the last three years."""

    name = forms.CharField(label=_("Former employer"), max_length=160)
    credit_code = CreditCodeField(label=_("Credit code"), required=False)
    soe = forms.ModelChoiceField(CentralSOE.objects.all(), label=_("If it is a central SOE"), required=False)
    until = DayField(label=_("Until"))


class Former(forms.BaseFormSet):  # type: ignore[type-arg]
    """Former employers, with two blank rows behind."""

    def inputs(self) -> list[EmployerInput]:
        """Those that stand."""
        return [
            EmployerInput(**{name: value for name, value in form.cleaned_data.items() if name != "DELETE"})
            for form in self.forms
            if form.cleaned_data and not form.cleaned_data.get("DELETE")
        ]


def former_forms(data: Any, profile: ReviewerProfile | None) -> Former:
    """The former employers of a profile as forms."""
    made = forms.formset_factory(FormerForm, formset=Former, extra=2, can_delete=True, max_num=20, validate_max=True)
    rows = profile.former_employers.all() if profile is not None else []
    initial = [{name: getattr(row, name) for name in ("name", "credit_code", "soe", "until")} for row in rows]
    return cast("Former", made(data, initial=initial, prefix="former"))


class BatchInterestForm(forms.Form):
    """Interests for a whole batch, named without being told who applies."""

    interest = forms.ChoiceField(
        label=_("Declaration"),
        choices=[("no", _("I know of no interest")), ("yes", _("I have interests"))],
        widget=forms.RadioSelect,
    )
    kind = forms.ChoiceField(
        label=_("What kind of interest"),
        choices=InterestKind.choices,
        widget=forms.RadioSelect,
        required=False,
        help_text=_("Only if you have one; declare once more for another kind."),
    )
    units = FoldedField(
        PilotUnit.objects.none(),
        fold=lambda row: row.province,
        label=_("In these cities"),
        required=False,
        help_text=_(
            "Open a province and tick. Name at least one city, central SOE or enterprise you have an interest in."
        ),
    )
    soes = FoldedField(
        CentralSOE.objects.none(),
        fold=lambda _row: gettext("Central SOEs"),
        label=_("In these central SOEs"),
        required=False,
    )
    codes = TextAreaField(
        label=_("In these enterprises"),
        max_length=2000,
        rows=3,
        required=False,
        help_text=_("Unified social credit codes, one on each line."),
    )
    reason = forms.CharField(
        label=_("In a few words"),
        max_length=500,
        required=False,
        help_text=_("Only the ministries and the auditors read it."),
    )

    def __init__(self, *args: Any, units: Any, soes: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        cast("Any", self.fields["units"]).queryset = units
        cast("Any", self.fields["soes"]).queryset = soes
        for name in ("kind", "units", "soes", "codes"):  # an interest needs its kind and one of the three
            self.fields[name].is_expected = True  # type: ignore[attr-defined]

    def clean_codes(self) -> list[str]:
        """Each a credit code, mended as in the roster; a wrong one is named."""
        reads, found = CreditCodeField(), []
        for line in re.split(r"[\n,;，；、]+", self.cleaned_data["codes"]):
            try:
                found += [reads.clean(line)] if line.strip() else []
            except forms.ValidationError as wrong:
                raise forms.ValidationError(f"{line.strip()}: {wrong.messages[0]}") from wrong
        return list(dict.fromkeys(found))

    def clean(self) -> dict[str, Any]:
        """An interest says which and in what."""
        data = super().clean() or {}
        if data.get("interest") == "yes":
            if not data.get("kind"):
                self.add_error("kind", gettext("Say what kind of interest it is."))
            if not (data.get("units") or data.get("soes") or data.get("codes") or "codes" in self.errors):
                self.add_error("units", gettext("Name a city, a central SOE or an enterprise by its credit code."))
        return data

    def to_input(self) -> BatchInput:
        """The command's input."""
        data = self.cleaned_data
        return BatchInput(
            data["interest"] == "yes",
            data["kind"],
            data["reason"],
            tuple(data["units"]),
            tuple(data["soes"]),
            tuple(data["codes"]),
        )
