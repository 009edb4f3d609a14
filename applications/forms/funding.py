"""Forms on the funding plan."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from django.utils.translation import gettext_lazy as _

from applications.enums_sections import FundingSource, StatementCode
from applications.forms.fields import TextAreaField, VersionedForm, YuanFormField
from applications.forms.grid import Grid, GridForm, GridRow
from applications.models import Project
from portal.core.punctuation import said_of


class FundingForm(GridForm, VersionedForm):
    """The money of one project (or of the unit as a whole) by year and source, in yuan."""

    def __init__(self, *args: Any, years: list[int], project: Project | None, is_unit: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.years, self.project = years, project
        # What is paid for no project is local: no central reward stands there.
        self.sources = [source for source in FundingSource if not is_unit or source != FundingSource.CENTRAL]
        for year in years:
            for source in self.sources:
                self.fields[f"{year}_{source}"] = YuanFormField(label=said_of(year, source.label), required=False)

    def grid(self) -> Grid:
        """A row for each year, a column for each source, with sums."""
        rows = [GridRow(str(year), [f"{year}_{source}" for source in self.sources]) for year in self.years]
        aims: dict[str, Any] = {}
        if self.project is not None:
            aims = {"total": self.project.total_investment, "central": self.project.support_asked}
        columns = [_("%(source)s (yuan)") % {"source": source.label} for source in self.sources]
        return Grid(_("Money by year and source (yuan)"), _("Year"), columns, rows, totals=True, aims=aims)

    def to_input(self) -> dict[tuple[int, FundingSource], Decimal]:
        """The command's input."""
        given = {
            (year, source): self.cleaned_data[f"{year}_{source}"] for year in self.years for source in self.sources
        }
        return {key: amount for key, amount in given.items() if amount}


class SecuredForm(VersionedForm):
    """How local and own money is secured."""

    text = TextAreaField(
        label=StatementCode.FUNDING_SECURED.label,
        max_length=4000,
        rows=6,
        required=False,
        help_text=_("Budget items, resolutions, letters of banks; what happens if a source fails."),
    )
