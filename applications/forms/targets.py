"""Forms on targets and indicators."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from applications import limits, period
from applications.domain.targets import IndicatorInput, TargetsInput
from applications.enums import PROGRAMME_TARGETS, TargetCode
from applications.enums_sections import FORMULAS
from applications.forms.fields import PercentFormField, VersionedForm
from applications.forms.grid import Grid, GridForm, GridRow
from applications.models import Application
from portal.core.forms import FigureField
from portal.core.punctuation import said_of


class TargetsForm(GridForm, VersionedForm):
    """The digital rates, and baseline, yearly values and goal of each indicator of the programme."""

    digital_base = PercentFormField(label=_("Enterprises digitally transformed, now (%)"), required=False)
    digital_target = PercentFormField(label=_("Enterprises digitally transformed, at the end (%)"), required=False)

    def __init__(self, *args: Any, application: Application, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.years = period.plan(application.batch)[:-1]
        self.end = period.plan(application.batch)[-1]
        rules = application.batch.rule_set
        if rules is not None:
            text = gettext("Of the enterprises above designated size; at least %(least)s %%.")
            self.fields["digital_target"].help_text = text % {"least": f"{rules.digital_target:g}"}
        for code in PROGRAMME_TARGETS:
            for name, label in self._columns().items():
                self.fields[f"{code}_{name}"] = PercentFormField(
                    label=said_of(code.label, f"{label} (%)"), required=False, most=limits.largest(code)
                )

    def _columns(self) -> dict[str, Any]:
        years = {str(year): gettext("End of %(year)s") % {"year": year} for year in self.years}
        return {"baseline": gettext("Baseline"), **years, "goal": gettext("Goal: end of %(year)s") % {"year": self.end}}

    def grid(self) -> Grid:
        """A row for each indicator."""
        columns = self._columns()
        rows = [
            GridRow(f"{code.label} (%)", [f"{code}_{name}" for name in columns], FORMULAS[code])
            for code in PROGRAMME_TARGETS
        ]
        return Grid(_("Indicators of the programme"), _("Indicator"), list(columns.values()), rows)

    def clean(self) -> dict[str, Any]:
        """Baseline and goal come together, and yearly values only with them."""
        data = super().clean() or {}
        for code in PROGRAMME_TARGETS:
            ends = [f"{code}_baseline", f"{code}_goal"]
            given = [name for name in self._columns() if data.get(f"{code}_{name}") is not None]
            missing = [name for name in ends if data.get(name) is None and name not in self.errors]
            if given and missing and not any(name in self.errors for name in ends):
                self.add_error(missing[0], gettext("Give baseline and goal together, or leave both blank."))
        return data

    def to_input(self) -> TargetsInput:
        """The command's input."""
        data = self.cleaned_data
        indicators = [
            IndicatorInput(code, data[f"{code}_baseline"], data[f"{code}_goal"], _years(data, f"{code}_", self.years))
            for code in PROGRAMME_TARGETS
            if data[f"{code}_baseline"] is not None
        ]
        return TargetsInput(data["digital_base"], data["digital_target"], indicators)


def _years(data: dict[str, Any], prefix: str, years: tuple[int, ...]) -> dict[int, Any]:
    return {year: data[f"{prefix}{year}"] for year in years if data[f"{prefix}{year}"] is not None}


class IndicatorForm(GridForm, VersionedForm):
    """An indicator of the unit's own."""

    name = forms.CharField(label=_("Name of the indicator"), max_length=120)
    formula = forms.CharField(
        label=_("How it is worked out"), max_length=300, help_text=_("From which figures, and who publishes them.")
    )
    unit = forms.CharField(label=_("Counted in"), max_length=20, help_text=_("For instance %, enterprises, tonnes."))

    def __init__(self, *args: Any, application: Application, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.years = period.plan(application.batch)[:-1]
        self.columns = {
            "baseline": gettext("Baseline"),
            **{f"year_{year}": gettext("End of %(year)s") % {"year": year} for year in self.years},
            "goal": gettext("Goal: end of %(year)s") % {"year": period.plan(application.batch)[-1]},
        }
        for name, label in self.columns.items():
            self.fields[name] = FigureField(
                label=label, max_digits=14, decimal_places=2, required=name in ("baseline", "goal")
            )

    def grid(self) -> Grid:
        """One row: the values."""
        return Grid(
            _("Values"), _("Indicator"), list(self.columns.values()), [GridRow(_("Values"), list(self.columns))]
        )

    def to_input(self) -> IndicatorInput:
        """The command's input."""
        data = self.cleaned_data
        values = {year: data[f"year_{year}"] for year in self.years if data[f"year_{year}"] is not None}
        return IndicatorInput(
            TargetCode.OWN, data["baseline"], data["goal"], values, data["name"], data["formula"], data["unit"]
        )
