"""Parameters of the reports on money."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy

from applications.enums import SupportMethod
from applications.reports.forms_batch import PlaceForm
from grants.queries import flows
from grants.queries.flows import Asked
from portal.core.scope import Actor
from portal.reports.forms import ReportForm


class MoneyForm(PlaceForm):
    """What of the money: batch, region, province, unit, year and method of support, each blank for all."""

    year = forms.ChoiceField(label=gettext_lazy("Year"), required=False)
    method = forms.ChoiceField(label=gettext_lazy("Method of support"), required=False)

    def limit(self, actor: Actor) -> None:
        """Years in which something was booked in the scope."""
        super().limit(actor)
        everything: list[tuple[str, Any]] = [("", gettext_lazy("All"))]
        year: Any = self.fields["year"]
        year.choices = [*everything, *((str(one), str(one)) for one in flows.years(actor.scope))]
        method: Any = self.fields["method"]
        method.choices = [*everything, *SupportMethod.choices]


class YearForm(ReportForm):
    """A calendar year, blank for all up to now."""

    year = forms.ChoiceField(label=gettext_lazy("Year"), required=False)

    def limit(self, actor: Actor) -> None:
        """Years in which something was booked in the scope."""
        everything: list[tuple[str, Any]] = [("", gettext_lazy("All"))]
        year: Any = self.fields["year"]
        year.choices = [*everything, *((str(one), str(one)) for one in flows.years(actor.scope))]


def asked(values: dict[str, Any]) -> Asked:
    """The parameters as the reads on money take them."""
    batch, province, unit = values.get("batch"), values.get("province"), values.get("unit")
    return Asked(
        region=values.get("region") or "",
        province=province.pk if province else "",
        unit=unit.pk if unit else "",
        batch=str(batch.number) if batch else "",
        year=values.get("year") or "",
        method=values.get("method") or "",
    )
