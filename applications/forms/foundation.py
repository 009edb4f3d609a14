"""Forms on foundation, clusters and parks, risk and safety."""

from __future__ import annotations

from typing import Any, Final

from django import forms
from django.utils.translation import gettext, pgettext_lazy
from django.utils.translation import gettext_lazy as _

from applications import period
from applications.domain.clusters import ClusterInput
from applications.domain.foundation import FoundationInput, YearInput
from applications.domain.safety import RiskInput
from applications.enums_sections import ClusterKind, Degree, RiskKind, Standing, StatementCode
from applications.forms.fields import TextAreaField, VersionedForm, YuanFormField
from applications.forms.grid import Grid, GridForm, GridRow
from applications.models import Application
from applications.sections import foundation, safety
from portal.core.forms import FigureField
from portal.core.punctuation import said_of

COLUMNS: Final = {
    "output": _("Output of the enterprises above designated size (yuan)"),
    "growth": _("Growth of output (%)"),
    "investment": _("Technological-transformation investment (yuan)"),
    "enterprises": _("Enterprises above designated size"),
}
HINTS: Final = {
    StatementCode.INDUSTRY_BASE: _(
        "Structure, chains, leading enterprises, innovation; what is strong and what is missing."
    ),
    StatementCode.DIGITAL_BASE: _(
        "What was done so far, how enterprises were assessed, which platforms and providers there are."
    ),
    StatementCode.WORK_SAFETY: _("Accidents and what followed from them; say so if there were none."),
    StatementCode.ENVIRONMENT: _(
        "Findings of inspections, energy and emissions of the focus industries, what was mended."
    ),
    StatementCode.DATA_SECURITY: _("How networks, control systems and data of the enterprises are protected."),
}


def add_statements(form: forms.Form, codes: Any) -> None:
    """Add a field for each text, none of them required while drafting."""
    for code in codes:
        form.fields[code.value] = TextAreaField(
            label=code.label, max_length=4000, rows=6, required=False, help_text=HINTS.get(code, "")
        )


class FoundationForm(GridForm, VersionedForm):
    """The years before the batch, and the base in words."""

    def __init__(self, *args: Any, application: Application, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.years = period.before(application.batch)
        for year in self.years:
            for name, label in COLUMNS.items():
                self.fields[f"{year}_{name}"] = self._cell(name, said_of(year, label))
        add_statements(self, foundation.TEXTS)

    @staticmethod
    def _cell(name: str, label: str) -> forms.Field:
        if name == "growth":
            return FigureField(
                label=label, max_digits=6, decimal_places=2, min_value=-100, max_value=1000, required=False
            )
        if name == "enterprises":
            return FigureField(label=label, max_digits=7, decimal_places=0, min_value=0, required=False)
        return YuanFormField(label=label, required=False)

    def grid(self) -> Grid:
        """A row for each year."""
        rows = [GridRow(str(year), [f"{year}_{name}" for name in COLUMNS]) for year in self.years]
        return Grid(_("Industry of the unit by year"), _("Year"), list(COLUMNS.values()), rows)

    def clean(self) -> dict[str, Any]:
        """A year is given whole, or left blank."""
        data = super().clean() or {}
        for year in self.years:
            names = [f"{year}_{name}" for name in COLUMNS]
            missing = [name for name in names if data.get(name) is None and name not in self.errors]
            if missing and len(missing) < len(names):
                for name in missing:
                    self.add_error(name, gettext("Fill the whole year in, or leave all of it blank."))
        return data

    def to_input(self) -> FoundationInput:
        """The command's input."""
        data = self.cleaned_data
        years = [
            YearInput(
                year,
                data[f"{year}_output"],
                data[f"{year}_growth"],
                data[f"{year}_investment"],
                int(data[f"{year}_enterprises"]),
            )
            for year in self.years
            if data[f"{year}_output"] is not None
        ]
        return FoundationInput(years, {code: data[code.value] for code in foundation.TEXTS})


class ClusterForm(VersionedForm):
    """One cluster or park."""

    name = forms.CharField(
        label=pgettext_lazy("of a thing", "Name"), max_length=160, help_text=_("As it is written in its recognition.")
    )
    kind = forms.ChoiceField(label=_("Kind"), choices=ClusterKind.choices)
    standing = forms.ChoiceField(label=_("Recognised as"), choices=Standing.choices, widget=forms.RadioSelect())
    industry: forms.ModelChoiceField[Any] = forms.ModelChoiceField(
        None, label=_("Industry"), empty_label=_("Choose"), help_text=_("The focus industry it serves.")
    )
    enterprises = forms.IntegerField(label=_("Enterprises above designated size"), min_value=0, max_value=1_000_000)
    output = YuanFormField(label=_("Output in the last year (yuan)"))
    role = TextAreaField(
        label=_("Part in the pilot"),
        max_length=2000,
        help_text=_("What will be transformed here, with which platforms and which shared facilities."),
    )

    def __init__(self, *args: Any, industries: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["industry"].queryset = industries  # type: ignore[attr-defined]

    def to_input(self) -> ClusterInput:
        """The command's input."""
        return ClusterInput(**{key: value for key, value in self.cleaned_data.items() if key != "version"})


class RecordForm(VersionedForm):
    """The record of work safety, environment and data, in words."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        add_statements(self, safety.TEXTS)

    def to_input(self) -> dict[StatementCode, str]:
        """The command's input."""
        return {code: self.cleaned_data[code.value] for code in safety.TEXTS}


class RiskForm(VersionedForm):
    """One risk."""

    title = forms.CharField(label=_("Risk"), max_length=160, help_text=_("What could happen, in one sentence."))
    kind = forms.ChoiceField(label=_("Kind"), choices=RiskKind.choices)
    likelihood = forms.TypedChoiceField(
        label=_("Likelihood"), choices=Degree.choices, coerce=int, widget=forms.RadioSelect()
    )
    gravity = forms.TypedChoiceField(label=_("Gravity"), choices=Degree.choices, coerce=int, widget=forms.RadioSelect())
    measure = TextAreaField(label=_("What is done about it"), max_length=2000)
    responsible = forms.CharField(label=_("Who answers for it"), max_length=160, help_text=_("Department and post."))

    def to_input(self) -> RiskInput:
        """The command's input."""
        return RiskInput(**{key: value for key, value in self.cleaned_data.items() if key != "version"})
