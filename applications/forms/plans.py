"""Forms on approved plans: approval, what a project would be, grounds, decisions."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from django import forms
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from applications.domain.plans import DecisionInput, ProjectChange
from applications.enums import Mode, SupportMethod
from applications.forms.fields import DayField, SeenForm, TextAreaField, YuanFormField, check_period
from applications.plans import FIELDS
from portal.core.money import ZERO, in_percent
from portal.programme.models import Industry


class ApprovePlanForm(forms.Form):
    """The document that approves a plan."""

    document_no = forms.CharField(
        label=_("Document number"), max_length=60, help_text=_("Of the reply that approves the plan.")
    )


class GroundsForm(SeenForm):
    """Why a plan changes. version: number of the plan's version which the page shows."""

    grounds = TextAreaField(
        label=_("Grounds"),
        max_length=4000,
        rows=6,
        help_text=_("What happened, which document decides it, what becomes of the money."),
    )


class PlanProjectForm(GroundsForm):
    """What a project of the plan would be, and why."""

    name = forms.CharField(label=_("Name of the project"), max_length=160)
    mode = forms.ChoiceField(label=_("Mode"), choices=Mode.choices)
    enterprise_name = forms.CharField(label=_("Leading enterprise"), max_length=160)
    total_investment = YuanFormField(label=_("Total investment (yuan)"))
    equipment_investment = YuanFormField(label=_("Of this equipment (yuan)"), required=False)
    support_asked = YuanFormField(label=_("Support (yuan)"), required=False)
    method = forms.ChoiceField(
        label=_("Method of support"), choices=[("", _("none")), *SupportMethod.choices], required=False
    )
    starts_on = DayField(label=_("Begins"))
    ends_on = DayField(label=_("Ends"))
    field_order: tuple[str, ...] = (*FIELDS, "grounds")

    def __init__(self, *args: Any, share: Decimal, span: tuple[int, int], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.share, self.span = share, span
        text = gettext("In yuan, at most %(share)s %% of the total investment.")
        self.fields["support_asked"].help_text = text % {"share": in_percent(share)}

    def clean(self) -> dict[str, Any]:
        """What one field says about another."""
        data = super().clean() or {}
        total = data.get("total_investment") or ZERO
        if "total_investment" in data and not total:
            self.add_error("total_investment", gettext("The total investment is above zero."))
        if (data.get("equipment_investment") or ZERO) > total:
            self.add_error("equipment_investment", gettext("The equipment is part of the total investment."))
        if (data.get("support_asked") or ZERO) > total * self.share:
            message = gettext("The support asked is above the share of the total investment that the rules allow.")
            self.add_error("support_asked", message)
        if data.get("support_asked") and not data.get("method"):
            self.add_error("method", gettext("Say how the project would be supported."))
        check_period(self, data, self.span)
        return data

    def to_input(self) -> ProjectChange:
        """The command's input."""
        values = {name: self.cleaned_data[name] for name in FIELDS}
        for name in ("equipment_investment", "support_asked"):
            values[name] = values[name] or ZERO
        return ProjectChange(values, self.cleaned_data.get("industry"))


class NewPlanProjectForm(PlanProjectForm):
    """A project that comes into the plan; its industry is one of the plan's focus industries."""

    industry: forms.ModelChoiceField[Industry] = forms.ModelChoiceField(
        Industry.objects.none(), label=_("Industry"), empty_label=_("Choose")
    )
    field_order = ("name", "mode", "industry", *FIELDS[2:], "grounds")

    def __init__(self, *args: Any, codes: list[str], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["industry"].queryset = Industry.objects.filter(pk__in=codes).order_by("code")  # type: ignore[attr-defined]


class DecideChangeForm(forms.Form):
    """MIIT's decision on a change."""

    decision = forms.ChoiceField(
        label=_("Decision"),
        choices=[("approve", _("approve")), ("refuse", _("refuse"))],
        widget=forms.RadioSelect(),
    )
    why = TextAreaField(label=_("Reason of the decision"), max_length=4000, rows=4)
    document_no = forms.CharField(
        label=_("Document number"), max_length=60, required=False, help_text=_("Needed to approve.")
    )

    def clean(self) -> dict[str, Any]:
        """An approval names its document."""
        data = super().clean() or {}
        if data.get("decision") == "approve" and not data.get("document_no"):
            self.add_error("document_no", gettext("Name the document of the approval."))
        return data

    def to_input(self) -> DecisionInput:
        """The command's input."""
        data = self.cleaned_data
        return DecisionInput(data["decision"] == "approve", data["why"], data["document_no"])


def initial_of(project: dict[str, Any]) -> dict[str, Any]:
    """What the form shows of a project of the plan."""
    return {name: project.get(name) for name in FIELDS}
