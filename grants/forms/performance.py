"""Forms on quarterly reports: shape only; each builds one input for one command."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from django import forms
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from applications.forms.fields import TextAreaField, VersionedForm, YuanFormField
from grants.domain.reporting import EVIDENCE, ActualInput, ReportInput
from grants.models import IndicatorActual, QuarterReport
from portal.core.files import CSV, XLSX
from portal.core.forms import DocumentField, FigureField


class ReportForm(VersionedForm):
    """What a unit writes; for each indicator its value where it is typed, a reason, and evidence."""

    summary = TextAreaField(label=_("What was done in the quarter"), required=False, max_length=4000, rows=6)
    problems = TextAreaField(label=_("Difficulties, and what is asked for"), required=False, max_length=4000)
    investment_now = YuanFormField(
        label=_("Industrial equipment investment since January (yuan)"),
        required=False,
        help_text=_("Of the enterprises above designated size, from January to the end of the quarter."),
    )
    investment_base = YuanFormField(
        label=_("The same months of 2023 (yuan)"),
        required=False,
        help_text=_("Counted in the same way. The growth follows from both figures."),
    )

    def __init__(self, *args: Any, rows: list[IndicatorActual], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.rows = rows
        for row in rows:
            if not row.is_counted:
                self.fields[f"value_{row.pk}"] = FigureField(
                    label=gettext("Value at the end of the quarter (%(measure)s)") % {"measure": row.measure},
                    max_digits=14,
                    decimal_places=2,
                    required=False,
                )
            self.fields[f"note_{row.pk}"] = forms.CharField(
                label=gettext("Why it is off its path"),
                required=False,
                max_length=1000,
                widget=forms.Textarea(attrs={"rows": 2}),
                help_text=gettext("Needed where the light is not green: grounds, and what is done about it."),
            )
            self.fields[f"file_{row.pk}"] = DocumentField(
                kinds=EVIDENCE, label=gettext("Evidence"), required=False, hint=_("Replaces the file that stands.")
            )

    @staticmethod
    def initial_of(report: QuarterReport, rows: list[IndicatorActual]) -> dict[str, Any]:
        """What stands in the report."""
        names = ("version", "summary", "problems", "investment_now", "investment_base")
        found = {name: getattr(report, name) for name in names}
        for row in rows:
            found |= {f"value_{row.pk}": row.value, f"note_{row.pk}": row.note}
        return found

    def sections(self) -> Iterator[tuple[IndicatorActual, list[forms.BoundField]]]:
        """The indicators in order, each with its fields."""
        for row in self.rows:
            names = (f"value_{row.pk}", f"note_{row.pk}", f"file_{row.pk}")
            yield row, [self[name] for name in names if name in self.fields]

    def to_input(self) -> ReportInput:
        """The command's input."""
        data = self.cleaned_data
        actuals = {
            row.pk: ActualInput(data.get(f"value_{row.pk}"), data[f"note_{row.pk}"], data.get(f"file_{row.pk}"))
            for row in self.rows
        }
        names = ("version", "summary", "problems", "investment_now", "investment_base")
        return ReportInput(**{name: data[name] for name in names}, actuals=actuals)


class ReturnForm(forms.Form):
    """Why the province returns a report."""

    why = forms.CharField(
        label=_("Why it is returned"),
        required=False,
        max_length=1000,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_("Needed for a return only. The unit reads it, mends the report and signs anew."),
    )


class ProgressForm(forms.Form):
    """A file with states of enterprises."""

    file = DocumentField(
        kinds=(XLSX, CSV),
        label=_("File"),
        hint=_("The filled-in workbook. Nothing is stored before you have seen what it would change."),
    )
