"""Forms of the province: checklist and decision of a department, the joint letter."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

from django import forms
from django.utils.translation import gettext, pgettext_lazy
from django.utils.translation import gettext_lazy as _

from applications.checklist import CheckPoint
from applications.domain.examination import LetterInput
from applications.domain.recommendation import RecommendInput
from applications.enums import Side, Verdict
from applications.forms.checklist import ChecklistForm
from applications.forms.fields import DayField, TextAreaField
from applications.models import Letter, Snapshot
from portal.core.files import PDF, keep
from portal.core.forms import DocumentField


class RecommendForm(ChecklistForm):
    """A department's checklist and its decision on the submission that was shown."""

    side = forms.ChoiceField(choices=Side.choices, widget=forms.HiddenInput())
    decision = forms.ChoiceField(
        label=_("Decision"), choices=Verdict.choices, widget=forms.RadioSelect(), required=False
    )
    opinion = TextAreaField(
        label=_("Opinion"),
        max_length=4000,
        required=False,
        help_text=_("Needed unless you recommend. The unit reads it."),
    )
    letter: forms.ModelChoiceField[Letter] = forms.ModelChoiceField(
        Letter.objects.none(),
        label=_("Joint letter"),
        required=False,
        empty_label=_("Choose"),
        help_text=_("Needed to recommend; both departments name the same letter."),
    )
    rank = forms.IntegerField(
        label=_("Rank among the province's recommendations"),
        min_value=1,
        max_value=99,
        required=False,
        help_text=_("1 stands for the first place; both departments give the same rank."),
    )

    def __init__(self, *args: Any, points: Sequence[CheckPoint], letters: Any, ranks: bool, **kwargs: Any) -> None:
        super().__init__(*args, points=points, **kwargs)
        self.fields["letter"].queryset = letters  # type: ignore[attr-defined]
        if not ranks:
            del self.fields["rank"]

    @property
    def brings_letter(self) -> bool:
        """Whether the person leaves for the joint letter and comes back."""
        return "to_letter" in self.data

    @property
    def only_saves(self) -> bool:
        """Whether nothing is decided yet."""
        return super().only_saves or self.brings_letter

    def decides(self) -> Iterator[forms.BoundField]:
        """The fields of the decision."""
        for name in ("decision", "opinion", "letter", "rank"):
            if name in self.fields:
                yield self[name]

    def clean(self) -> dict[str, Any]:
        """A decision is made, and a refusal gives its reason."""
        data = super().clean()
        if not self.only_saves:
            self._clean_decision(data)
        return data

    def _clean_decision(self, data: dict[str, Any]) -> None:
        decision = data.get("decision")
        if not decision:
            self.add_error("decision", gettext("Choose what your department decides."))
        if decision in (Verdict.NOT_RECOMMEND, Verdict.RETURN) and not data.get("opinion"):
            self.add_error("opinion", gettext("Say why, so that the unit can mend it."))
        if decision != Verdict.RECOMMEND:
            return
        if not data.get("letter") and "letter" not in self.errors:
            self.add_error("letter", gettext("Choose the joint letter of your province."))
        if "rank" in self.fields and not data.get("rank") and "rank" not in self.errors:
            self.add_error("rank", gettext("The rules of this batch want a rank."))
        self.refuse_open(data, gettext("This point stands against a recommendation."))

    def seen(self, current: Snapshot) -> Snapshot:
        """The submission that was shown; `current` is the last one, which the form may not have seen."""
        return current if self.cleaned_data["snapshot"] == current.pk else Snapshot(pk=self.cleaned_data["snapshot"])

    def to_input(self, current: Snapshot) -> RecommendInput:
        """The command's input."""
        data = self.cleaned_data
        return RecommendInput(
            self.seen(current),
            Side(data["side"]),
            Verdict(data["decision"]),
            data["opinion"],
            letter=data["letter"],
            rank=data.get("rank"),
            answers=self.answers(),
        )


class LetterForm(forms.Form):
    """The joint letter with both seals."""

    number = forms.CharField(
        label=_("Number of the letter"),
        max_length=60,
        help_text=_("As it stands on the letter, for example 闽工信联〔2025〕12号."),
    )
    dated = DayField(label=_("Date of the letter"))
    file = DocumentField(
        kinds=(PDF,),
        label=pgettext_lazy("joint letter", "Letter"),
        hint=_("A PDF with the seals of both departments. Never upload state secrets."),
    )

    def clean_number(self) -> str:
        """Without blanks; square brackets, as keyboards give them, become the brackets of documents."""
        text = "".join(str(self.cleaned_data["number"]).split())
        return text.translate(str.maketrans("[]［］【】（）()", "〔〕〔〕〔〕〔〕〔〕"))

    def to_input(self) -> LetterInput:
        """The command's input; the file is judged by its content and kept. Raises DomainError."""
        data = self.cleaned_data
        return LetterInput(data["number"], data["dated"], keep(data["file"], kinds=(PDF,), field="file"))
