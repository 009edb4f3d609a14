"""The form of a project."""

from __future__ import annotations

from typing import Any, Final

from django import forms
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from applications import limits, period
from applications.domain.projects import ProjectInput
from applications.enums import Mode, SupportMethod
from applications.forms.fields import DayField, TextAreaField, VersionedForm, YuanFormField, check_period
from applications.models import Application
from applications.sheets.columns import CodesColumn
from applications.sheets.problems import Wrong, words
from portal.core.money import ZERO, in_percent

CODES: Final = CodesColumn("codes", "", "", default=())


class CodesField(forms.CharField):
    """Credit codes of enterprises, one a line, or with commas between them; each is checked digit by digit."""

    def __init__(self, **kwargs: Any) -> None:
        widget = forms.Textarea(attrs={"rows": 4, "spellcheck": "false"})
        super().__init__(max_length=20_000, widget=widget, **kwargs)

    def prepare_value(self, value: Any) -> Any:
        """Codes line by line."""
        return "\n".join(value) if isinstance(value, (list, tuple)) else value

    def clean(self, value: Any) -> tuple[str, ...]:  # type: ignore[override]
        """The codes in order, each once."""
        text = super().clean(value)
        try:
            found = CODES.value(text, [])
        except Wrong as wrong:
            raise forms.ValidationError(words(wrong.code, wrong.params), code=wrong.code) from wrong
        return tuple(found or ())


class ProjectForm(VersionedForm):
    """One project; its industry is one of the dossier's focus industries."""

    name = forms.CharField(label=_("Name of the project"), max_length=160)
    mode = forms.ChoiceField(label=_("Mode"), choices=Mode.choices, widget=forms.RadioSelect())
    industry: forms.ModelChoiceField[Any] = forms.ModelChoiceField(None, label=_("Industry"), empty_label=_("Choose"))
    enterprise_name = forms.CharField(
        label=_("Leading enterprise"), max_length=160, help_text=_("Its full registered name.")
    )
    total_investment = YuanFormField(label=_("Total investment (yuan)"))
    equipment_investment = YuanFormField(label=_("Of this equipment (yuan)"), required=False)
    transformation_investment = YuanFormField(
        label=_("Of this technological transformation (yuan)"),
        required=False,
        help_text=_("Renewal of equipment, digital, green and safety transformation of what exists."),
    )
    is_landmark = forms.BooleanField(label=_("Landmark project"), required=False)
    other_national_money = forms.BooleanField(
        label=_("Has other national money"),
        required=False,
        help_text=_("Such a project may not be supported again: ask 0 for it."),
    )
    other_money_note = forms.CharField(
        label=_("Which other money"), max_length=300, required=False, help_text=_("Fund, document, amount.")
    )
    support_asked = YuanFormField(label=_("Support asked (yuan)"), required=False)
    method = forms.ChoiceField(
        label=_("Method of support"), choices=[("", _("none asked")), *SupportMethod.choices], required=False
    )
    starts_on = DayField(label=_("Begins"))
    ends_on = DayField(label=_("Ends"))
    site = forms.CharField(
        label=_("Site"), max_length=200, required=False, help_text=_("District or county, park, street and number.")
    )
    codes = CodesField(
        label=_("Enterprises taking part"),
        required=False,
        help_text=_("Their unified social credit codes, one a line, all of the roster; in mode point only one."),
    )
    safety_record = TextAreaField(
        label=_("Safety and environment record"),
        max_length=2000,
        required=False,
        help_text=_("Accidents, penalties and rectification of the last three years; say so when there were none."),
    )

    def __init__(self, *args: Any, application: Application, industries: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["industry"].queryset = industries  # type: ignore[attr-defined]
        self.span = period.span(application.batch)
        rules = application.batch.rule_set
        if rules is not None:
            share = gettext("In yuan, at most %(share)s %% of the total investment.")
            self.fields["support_asked"].help_text = share % {"share": in_percent(rules.project_support_share)}
            least = gettext("Total investment of more than %(least)s yuan.")
            self.fields["is_landmark"].help_text = least % {"least": f"{rules.landmark_investment:,.2f}"}

    def clean(self) -> dict[str, Any]:
        """What one field says about another."""
        data = super().clean() or {}
        total, equipment = data.get("total_investment"), data.get("equipment_investment")
        if total is not None and total == 0:
            self.add_error("total_investment", gettext("The total investment is above zero."))
        elif total is not None and equipment is not None and equipment > total:
            self.add_error("equipment_investment", gettext("The equipment is part of the total investment."))
        part = data.get("transformation_investment")
        if total is not None and part is not None and part > total:
            self.add_error("transformation_investment", gettext("The transformation is part of the total investment."))
        if limits.has_too_many(data.get("mode"), data.get("codes")):
            self.add_error("codes", gettext("A project in mode point has one enterprise; choose line or area."))
        check_period(self, data, self.span)
        if data.get("other_national_money") and not data.get("other_money_note"):
            self.add_error("other_money_note", gettext("Say which other national money the project has."))
        if data.get("support_asked") and not data.get("method"):
            self.add_error("method", gettext("Say how the project would be supported."))
        return data

    def to_input(self) -> ProjectInput:
        """The command's input."""
        data = {key: value for key, value in self.cleaned_data.items() if key != "version"}
        for name in ("equipment_investment", "transformation_investment", "support_asked"):
            data[name] = data[name] or ZERO
        data["safety_record"] = data["safety_record"].replace("\r\n", "\n")
        if not data["support_asked"]:
            data["method"] = ""
        return ProjectInput(**data)
