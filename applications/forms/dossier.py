"""Forms on the dossier's own sections."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from applications.domain.dossier import BasicsInput, CreateInput, IndustryInput
from applications.forms.fields import PercentFormField, TextAreaField, VersionedForm, YuanFormField, expect
from applications.models import Application
from portal.core.money import ZERO
from portal.programme.enums import Level
from portal.programme.models import Batch, Industry, PilotUnit


class CreateForm(forms.Form):
    """Which unit applies, under which title."""

    unit = forms.ModelChoiceField(PilotUnit.objects.none(), label=_("Pilot unit"))
    title = forms.CharField(
        label=_("Title"), max_length=160, help_text=_("As it will stand on the receipt and in the lists.")
    )

    def __init__(self, *args: Any, units: Any, batch: Batch, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.batch = batch
        self.fields["unit"].queryset = units  # type: ignore[attr-defined]
        self.fields["unit"].empty_label = None  # type: ignore[attr-defined]

    def to_input(self) -> CreateInput:
        """The command's input."""
        return CreateInput(batch=self.batch, **self.cleaned_data)


class BasicsForm(VersionedForm):
    """Title, summary, contacts, amount."""

    title = forms.CharField(label=_("Title"), max_length=160)
    summary = TextAreaField(
        label=_("Summary"),
        max_length=4000,
        rows=8,
        required=False,
        help_text=_("What the unit wants to reach, with which industries and projects. At most 4,000 characters."),
    )
    lead_department = forms.CharField(
        label=_("Leading department"),
        max_length=120,
        required=False,
        help_text=_("The department of the government that leads the pilot."),
    )
    leader_name = forms.CharField(label=_("Responsible leader"), max_length=80, required=False)
    leader_post = forms.CharField(label=_("Post of the leader"), max_length=120, required=False)
    contact_name = forms.CharField(label=_("Contact person"), max_length=80, required=False)
    contact_phone = forms.CharField(label=_("Telephone"), max_length=40, required=False)
    contact_email = forms.EmailField(label=_("E-mail"), max_length=120, required=False)
    amount_asked = YuanFormField(label=_("Amount asked (yuan)"), required=False)

    def __init__(self, *args: Any, application: Application, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        expect(self, "summary", "lead_department", "leader_name", "contact_name", "contact_phone", "amount_asked")
        rules = application.batch.rule_set
        if rules is not None:
            self.fields["amount_asked"].help_text = gettext("In yuan, at most %(cap)s.") % {
                "cap": f"{rules.grant_cap:,.2f}"
            }

    def to_input(self) -> BasicsInput:
        """The command's input."""
        data = {key: value for key, value in self.cleaned_data.items() if key != "version"}
        return BasicsInput(**data | {"amount_asked": data["amount_asked"] or ZERO})


def industry_choices() -> list[tuple[str, list[tuple[str, str]]]]:
    """Divisions with their groups, for a choice with headings; one query."""
    rows = list(Industry.objects.exclude(level=Level.SECTION).order_by("code"))
    groups: dict[str, tuple[str, list[tuple[str, str]]]] = {}
    for row in rows:
        key = row.code if row.level == Level.DIVISION else str(row.parent_id)
        _heading, choices = groups.setdefault(key, (f"{row.code} {row.name}", []))
        choices.append((row.code, f"{row.code} {row.name}"))
    return list(groups.values())


class IndustryForm(VersionedForm):
    """A focus industry."""

    industry = forms.ChoiceField(label=_("Industry"), help_text=_("A division or group of GB/T 4754-2017."))
    share_of_output = PercentFormField(
        label=_("Share of the unit's output (%)"), help_text=_("Of the output of its industry in the last year.")
    )
    why = TextAreaField(
        label=_("What the share rests on"),
        max_length=2000,
        help_text=_("Output, growth and source of the figures."),
    )
    concentration = TextAreaField(
        label=_("Concentration"),
        max_length=2000,
        help_text=_("Clusters and parks, the largest enterprises and their share, the chain from supply to market."),
    )
    strategy = TextAreaField(
        label=_("Place in the national strategy"),
        max_length=2000,
        help_text=_("Which plan or document of the state names it, and what part the unit has."),
    )
    local_base = TextAreaField(
        label=_("Local base"),
        max_length=2000,
        help_text=_("Leading enterprises, research, skilled people, services, policy of the place."),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["industry"].choices = [("", gettext("Choose")), *industry_choices()]  # type: ignore[attr-defined]

    def to_input(self) -> IndustryInput:
        """The command's input."""
        data = {key: value for key, value in self.cleaned_data.items() if key != "version"}
        return IndustryInput(**data | {"industry": Industry(code=data["industry"])})
