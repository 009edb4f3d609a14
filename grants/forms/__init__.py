"""Forms on money: shape only; each builds one input for one command."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from grants.domain.awards import AssessmentInput, AwardInput
from grants.domain.issues import IssueInput, PassOnInput
from grants.domain.papers import KINDS
from grants.domain.reversals import ReversalInput
from grants.enums import Result, Tranche
from grants.enums_paying import Ground
from grants.forms.fields import DayField, MoneyField, PaperForm, ReadField
from portal.core import clock
from portal.core.forms import DocumentField

__all__ = [
    "AssessmentForm",
    "AwardForm",
    "IssueForm",
    "PassOnForm",
    "PaymentForm",
    "PaymentRefuseForm",
    "ReceiptForm",
    "RefuseForm",
    "ReversalForm",
    "YearCloseForm",
]


def left(form: forms.Form, amount: Any) -> None:
    """Say beside the amount how much there is."""
    form.fields["amount"].help_text = gettext("At most %(left)s yuan.") % {"left": f"{amount:,.2f}"}


class AwardForm(PaperForm):
    """The award of one unit. `most`: what cap and budget still allow (yuan)."""

    sealed = True
    amount = MoneyField()
    document_no = forms.CharField(
        label=_("Number of the agreement or of the letter that approves the plan"),
        max_length=60,
        help_text=_("As on the document, for example 工信部规函〔2025〕122号."),
    )

    def __init__(self, *args: Any, most: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        left(self, most)

    def to_input(self) -> AwardInput:
        """The command's input."""
        return AwardInput(self.cleaned_data["amount"], self.paper())


class IssueForm(PaperForm):
    """The issue of a tranche. `tranches`: what each still holds (yuan); one that is not open is not offered."""

    sealed = True
    tranche = forms.TypedChoiceField(label=_("Tranche"), coerce=int, widget=forms.RadioSelect)
    amount = MoneyField()

    def __init__(self, *args: Any, tranches: dict[Tranche, Any], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        text = gettext("%(tranche)s: %(left)s yuan left")
        choices = [
            (one.value, text % {"tranche": one.label, "left": f"{amount:,.2f}"}) for one, amount in tranches.items()
        ]
        self.fields["tranche"].choices = choices  # type: ignore[attr-defined]

    def to_input(self) -> IssueInput:
        """The command's input."""
        return IssueInput(Tranche(self.cleaned_data["tranche"]), self.cleaned_data["amount"], self.paper())


class ReceiptForm(forms.Form):
    """When the money arrived."""

    received_on = DayField(
        label=_("Received by the province on"),
        initial=clock.today,
        help_text=_("The day on which the money reached the treasury; the days to pass it on count from it."),
    )


class PassOnForm(PaperForm):
    """A pass-on to the pilot unit. `most`: what the province may still pass on of this issue (yuan)."""

    amount = MoneyField()
    passed_on = DayField(label=_("Passed on on"), initial=clock.today)
    note = forms.CharField(
        label=_("Note"),
        required=False,
        max_length=1000,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_("Why late, or why only a part: needed when less than what is left is passed on."),
    )

    def __init__(self, *args: Any, most: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        left(self, most)

    def to_input(self) -> PassOnInput:
        """The command's input."""
        data = self.cleaned_data
        return PassOnInput(data["amount"], data["passed_on"], self.paper(), data["note"])


class PaymentForm(PaperForm):
    """The voucher with which a payment is entered from its request."""

    document_no = forms.CharField(label=_("Number of the voucher"), max_length=60)
    document_date = DayField(label=_("Date of the voucher"), initial=clock.today)
    file = DocumentField(kinds=KINDS, label=_("File of the voucher"))
    read = ReadField()


class AssessmentForm(PaperForm):
    """The result of a final assessment and what it does to the second tranche. `most`: what that tranche holds."""

    result = forms.TypedChoiceField(label=_("Result"), choices=Result.choices, coerce=Result, widget=forms.RadioSelect)
    assessed_on = DayField(label=_("Assessed on"), initial=clock.today)
    rectify_what = forms.CharField(
        label=_("What is to be mended"),
        required=False,
        max_length=2000,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_("Only for a pass after rectification."),
    )
    rectify_by = DayField(
        label=_("To be mended by"), required=False, help_text=_("Only for a pass after rectification.")
    )
    second_limit = MoneyField(label=_("Second tranche reduced to (yuan)"), required=False)
    for_good = forms.BooleanField(
        label=_("Failed: refuse the second tranche for good and demand the money back"), required=False
    )

    def __init__(self, *args: Any, most: Any = None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        text = gettext("Leave it empty where the whole tranche of %(most)s yuan opens.")
        self.fields["second_limit"].help_text = text % {"most": f"{most:,.2f}"} if most is not None else ""

    def clean(self) -> dict[str, Any]:
        """What belongs to one result only stands with it."""
        data = super().clean() or {}
        result = data.get("result")
        if result == Result.RECTIFY:
            for name in ("rectify_what", "rectify_by"):
                if not data.get(name) and name not in self.errors:
                    self.add_error(name, _("Say what is to be mended and by which day."))
        elif result:
            for name in ("rectify_what", "rectify_by"):
                if data.get(name):
                    self.add_error(name, _("Only a pass after rectification says this."))
        if data.get("for_good") and result and result != Result.FAILED:
            self.add_error("for_good", _("Only after a failed assessment the second tranche is refused for good."))
        if data.get("second_limit") and result == Result.FAILED:
            self.add_error("second_limit", _("Only a second tranche that opens is reduced."))
        until, day = data.get("rectify_by"), data.get("assessed_on")
        if until and day and until < day:
            self.add_error("rectify_by", _("The day lies after the assessment."))
        return data

    def to_input(self) -> AssessmentInput:
        """The command's input."""
        data = self.cleaned_data
        return AssessmentInput(
            result=data["result"],
            assessed_on=data["assessed_on"],
            paper=self.paper(),
            rectify_what=data["rectify_what"],
            rectify_by=data["rectify_by"],
            second_limit=data["second_limit"],
            for_good=data["for_good"],
        )


class ReversalForm(PaperForm):
    """Why an entry is taken back."""

    reason = forms.CharField(
        label=_("Why it is taken back"),
        max_length=1000,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_("What was wrong, and with which entry it is put right."),
    )

    def to_input(self) -> ReversalInput:
        """The command's input."""
        return ReversalInput(self.cleaned_data["reason"], self.paper())


class YearCloseForm(PaperForm):
    """The paper that orders the closing of a year; it has no file, for it is about the whole country."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        del self.fields["file"]


class RefuseForm(forms.Form):
    """Why a checker refuses. only: nothing else is left to do with the paper, so the reason is not optional."""

    why = forms.CharField(
        label=_("Why it is refused"),
        required=False,
        max_length=1000,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_("Needed for a refusal only. The maker reads it and enters the paper anew."),
    )

    def __init__(self, *args: Any, only: bool = False, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if only:
            why = self.fields["why"]
            why.required, why.help_text = True, _("The maker reads it.")

    def refusal(self) -> dict[str, Any]:
        """What the command of a refusal is told."""
        return {"why": self.cleaned_data["why"]}


class PaymentRefuseForm(RefuseForm):
    """Why a payment is refused, and on which ground."""

    ground = forms.ChoiceField(
        label=_("Ground of the refusal"),
        required=False,
        choices=[("", _("Choose")), *Ground.choices],
        help_text=_("Needed for a refusal only."),
    )
    field_order = ("ground", "why")

    def __init__(self, *args: Any, only: bool = False, **kwargs: Any) -> None:
        super().__init__(*args, only=only, **kwargs)
        if only:
            self.fields["ground"].required, self.fields["ground"].help_text = True, ""

    def refusal(self) -> dict[str, Any]:
        """Ground and words."""
        return {"ground": self.cleaned_data["ground"], "why": self.cleaned_data["why"]}
