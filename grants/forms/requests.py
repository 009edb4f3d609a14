"""Forms of payment requests and holds: shape only; each builds one input for one command."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence
from typing import Any

from django import forms
from django.utils.translation import get_language, gettext
from django.utils.translation import gettext_lazy as _

from applications.enums import MoneyLevel, SupportMethod
from applications.forms.roster import CreditCodeField
from grants.domain.holds import HoldInput
from grants.domain.papers import KINDS
from grants.domain.requests import InvoiceInput, RequestInput
from grants.enums_paying import Answer, HoldWord
from grants.forms.fields import DayField, MoneyField, ReadField
from grants.queries.requests import Planned
from grants.sheets import TEXTS, has_its_form
from portal.core.files import CSV, XLSX
from portal.core.forms import DocumentField
from portal.core.punctuation import enumerated


def _lines(rows: int = 3) -> forms.Textarea:
    return forms.Textarea(attrs={"rows": rows})


class RequestForm(forms.Form):
    """What is asked. plan: what the approved plan says; most: what support and money of the unit still allow (yuan)."""

    method = forms.ChoiceField(label=_("Method of support"), choices=SupportMethod.choices, widget=forms.RadioSelect)
    milestone = forms.CharField(label=_("Milestone reached"), max_length=200)
    reached_on = DayField(label=_("Reached on"))
    amount = MoneyField()
    payee_code = CreditCodeField(label=_("Unified social credit code of the payee"))
    purpose = forms.CharField(
        label=_("What it is for"),
        max_length=1000,
        widget=_lines(),
        help_text=_("For example the equipment bought and the contract."),
    )
    read = ReadField()

    def __init__(self, *args: Any, plan: Planned, most: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["amount"].help_text = gettext("At most %(left)s yuan.") % {"left": f"{most:,.2f}"}
        if plan.milestones:
            choices = [(what, f"{what} ({day})") for day, what in plan.milestones]
            self.fields["milestone"] = forms.ChoiceField(
                label=_("Milestone reached"),
                choices=choices,
                widget=forms.RadioSelect,
                help_text=_("As the approved plan names them."),
            )
        else:
            self.fields["milestone"].help_text = _("The plan names none for this project: say what is reached.")
        named = enumerated(f"{name} {code}" for code, name in plan.payees.items())
        hint = gettext("Enterprises of the project: %(named)s.") % {"named": named} if named else ""
        self.fields["payee_code"].help_text = hint
        if plan.method:
            self.initial.setdefault("method", plan.method)
        if len(plan.payees) == 1:
            self.initial.setdefault("payee_code", next(iter(plan.payees)))

    def to_input(self) -> RequestInput:
        """The command's input."""
        asked = {name: value for name, value in self.cleaned_data.items() if name != "read"}
        return RequestInput(**asked)


class _Digits(forms.CharField):
    """Digits as people copy them: blanks, hyphens and full width are understood."""

    def __init__(self, **kwargs: Any) -> None:
        widget = forms.TextInput(attrs={"inputmode": "numeric", "autocomplete": "off"})
        super().__init__(max_length=40, widget=widget, **kwargs)

    def to_python(self, value: Any) -> str:
        """Only the signs that count."""
        return re.sub(r"[\s-]", "", unicodedata.normalize("NFKC", super().to_python(value) or ""))


class InvoiceForm(forms.Form):
    """An invoice with its contract."""

    number = _Digits(label=_("Invoice number"), help_text=_("20 digits; of a paper invoice 8."))
    code = _Digits(label=_("Invoice code"), required=False, help_text=_("Of a paper invoice only."))
    dated = DayField(label=_("Date of the invoice"))
    seller = forms.CharField(label=_("Seller"), max_length=160)
    seller_code = CreditCodeField(label=_("Credit code of the seller"))
    amount = MoneyField(label=_("Amount with tax (yuan)"))
    contract_no = forms.CharField(label=_("Contract number"), max_length=80, required=False)

    def clean(self) -> dict[str, Any]:
        """Number and code fit together."""
        data = self.cleaned_data
        if "number" in data and not has_its_form(data.get("code", ""), data["number"]):
            self.add_error("number", forms.ValidationError(TEXTS["invoice_form"], code="invoice_form"))
        return data

    def to_input(self) -> InvoiceInput:
        """The command's input."""
        return InvoiceInput(**self.cleaned_data)


class InvoiceFileForm(forms.Form):
    """A workbook or CSV file with invoices."""

    file = DocumentField(kinds=(XLSX, CSV), label=_("Workbook or CSV file"))


class EvidenceForm(forms.Form):
    """A piece of evidence."""

    file = DocumentField(kinds=KINDS, label=_("File"))


class UsesForm(forms.Form):
    """The banned uses of the rule set (asked, in both languages), each with its answer; given: those that stand."""

    def __init__(
        self, *args: Any, asked: Sequence[dict[str, str]], given: Sequence[dict[str, str]], **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        answers = {one["zh"]: one["answer"] for one in given}
        language = "en" if get_language() == "en" else "zh"
        for place, use in enumerate(asked):
            self.fields[f"use_{place}"] = forms.ChoiceField(
                label=gettext("Does money of this request go to: %(use)s?") % {"use": use[language]},
                choices=Answer.choices,
                widget=forms.RadioSelect,
                initial=answers.get(use["zh"]),
            )

    def answers(self) -> list[str]:
        """The answers in the order of the rule set."""
        return [self.cleaned_data[name] for name in self.fields]


class HoldForm(forms.Form):
    """Other national money that was found."""

    level = forms.ChoiceField(
        label=_("Level"), choices=MoneyLevel.choices, initial=MoneyLevel.NATIONAL, widget=forms.RadioSelect
    )
    source = forms.CharField(label=_("Who gave the money"), max_length=160)
    fund = forms.CharField(label=_("Fund and document"), max_length=160)
    amount = MoneyField()
    note = forms.CharField(label=_("How it was found"), max_length=1000, widget=_lines())
    file = DocumentField(kinds=KINDS, label=_("Evidence"))

    def to_input(self) -> HoldInput:
        """The command's input."""
        return HoldInput(**self.cleaned_data)


class JudgeForm(forms.Form):
    """A ministry's word on a hold."""

    word = forms.ChoiceField(label=_("Your ministry says"), choices=HoldWord.choices, widget=forms.RadioSelect)
    why = forms.CharField(label=_("Reason"), max_length=1000, widget=_lines())
