"""Forms on interests, assignments and scores."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django import forms
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from applications.forms.fields import TextAreaField
from reviews.domain.interests import InterestInput
from reviews.domain.scoring import ScoresInput, kind_of
from reviews.enums import InterestKind
from reviews.presentation import criterion_name, in_language

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


@dataclass(frozen=True)
class Line:
    """One criterion of the form. insufficient: only of scores."""

    criterion: dict[str, Any]
    value: forms.BoundField
    comment: forms.BoundField
    insufficient: forms.BoundField | None
    guidance: str
    section: str


class ScoreForm(forms.Form):
    """Scores by criterion, each with its comment; a draft may leave criteria open. note: for the reviewer alone."""

    version = forms.IntegerField(widget=forms.HiddenInput, min_value=0)

    def __init__(self, *args: Any, criteria: Sequence[dict[str, Any]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.criteria = criteria
        for row in criteria:
            self._add(row)
        self.fields["comment"] = TextAreaField(
            label=_("Comment on the whole"),
            required=False,
            max_length=6000,
            rows=5,
            help_text=_("What speaks for the plan and what against it. The ministries read it."),
        )
        self.fields["note"] = TextAreaField(
            label=_("Private notes"), required=False, max_length=6000, rows=3, help_text=_("Nobody else reads them.")
        )

    def _add(self, row: dict[str, Any]) -> None:
        code, kind = row["code"], kind_of(row)
        if kind == "veto":
            self.fields[code] = forms.BooleanField(label=criterion_name(row), required=False)
        else:
            words = gettext("0 to %(most)s, weight %(weight)s") if kind == "score" else gettext("0 to %(most)s points")
            shown = {"data-weight": str(row["weight"])} if kind == "score" else {"data-bonus": ""}
            self.fields[code] = forms.DecimalField(
                label=criterion_name(row),
                required=False,
                min_value=Decimal(0),
                max_value=Decimal(str(row["max"])),
                max_digits=5,
                decimal_places=2,
                help_text=words % {"most": row["max"], "weight": row.get("weight", "")},
                widget=forms.NumberInput(
                    attrs={"inputmode": "decimal", "step": "0.01", "data-max": str(row["max"]), **shown}
                ),
            )
            self.fields[code].is_expected = True  # type: ignore[attr-defined]  # a draft may leave it open
        if kind == "score":
            self.fields[f"{code}_insufficient"] = forms.BooleanField(
                label=_("The dossier is not enough to judge this"), required=False
            )
        self.fields[f"{code}_comment"] = TextAreaField(
            label=_("Comment: %(criterion)s") % {"criterion": criterion_name(row)},
            required=False,
            max_length=2000,
            rows=2,
        )

    def groups(self) -> list[tuple[str, list[Line]]]:
        """The criteria under the branches of their tree, in their order."""
        found: list[tuple[str, list[Line]]] = []
        for row in self.criteria:
            branch = in_language(row, "group")
            if not found or found[-1][0] != branch:
                found.append((branch, []))
            code = row["code"]
            left_out = self[f"{code}_insufficient"] if f"{code}_insufficient" in self.fields else None
            found[-1][1].append(
                Line(
                    row,
                    self[code],
                    self[f"{code}_comment"],
                    left_out,
                    in_language(row, "guidance"),
                    row.get("section", ""),
                )
            )
        return found

    def clean(self) -> dict[str, Any]:
        """A criterion has a score, or there is not enough to judge it, which is explained."""
        data = super().clean() or {}
        for row in self.criteria:
            code = row["code"]
            if data.get(f"{code}_insufficient"):
                if data.get(code) is not None:
                    self.add_error(code, gettext("Give a score, or say that there is not enough to judge."))
                if not data.get(f"{code}_comment"):
                    self.add_error(f"{code}_comment", gettext("Say what is missing for a judgement."))
        return data

    def to_input(self) -> ScoresInput:
        """The command's input."""
        data = self.cleaned_data
        values: dict[str, Decimal | None] = {}
        for row in self.criteria:
            value = data.get(row["code"])
            values[row["code"]] = (Decimal(1) if value else None) if kind_of(row) == "veto" else value
        return ScoresInput(
            version=data["version"],
            comment=data["comment"],
            values=values,
            comments={row["code"]: data.get(f"{row['code']}_comment", "") for row in self.criteria},
            insufficient=frozenset(row["code"] for row in self.criteria if data.get(f"{row['code']}_insufficient")),
            note=data["note"],
        )


class ReasonForm(forms.Form):
    """Why a submitted review is opened again."""

    reason = forms.CharField(
        label=_("Reason"),
        max_length=500,
        help_text=_("The reviewer is told. It stands in the record."),
        error_messages={"required": _("Say why the review is opened again.")},
    )
