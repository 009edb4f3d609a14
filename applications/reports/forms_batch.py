"""Parameters that reports on batches share: a batch, and what place of it."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy

from portal.core.scope import Actor
from portal.programme import queries as programme
from portal.programme.enums import Region
from portal.programme.models import Batch, PilotUnit, Province
from portal.reports.forms import ReportForm


def limit_batches(form: ReportForm, actor: Actor) -> None:
    """Offer the batches of the reader's scope, the newest first and chosen at first."""
    field: Any = form.fields["batch"]
    field.queryset = programme.batches(actor.scope)
    field.label_from_instance = lambda batch: batch.title
    first = field.queryset.first()
    if field.required and first is not None:
        field.initial = first.pk


class OneBatchForm(ReportForm):
    """A batch; at first the newest."""

    batch = forms.ModelChoiceField(Batch.objects.none(), label=gettext_lazy("Batch"), empty_label=None)

    def limit(self, actor: Actor) -> None:
        """Batches of the reader's scope."""
        limit_batches(self, actor)


class PlaceForm(ReportForm):
    """A batch (or all), a region, a province, a unit; at first everything the reader may see."""

    batch = forms.ModelChoiceField(
        Batch.objects.none(), label=gettext_lazy("Batch"), required=False, empty_label=gettext_lazy("All")
    )
    region = forms.ChoiceField(label=gettext_lazy("Economic region"), required=False)
    province = forms.ModelChoiceField(
        Province.objects.none(), label=gettext_lazy("Province"), required=False, empty_label=gettext_lazy("All")
    )
    unit = forms.ModelChoiceField(
        PilotUnit.objects.none(),
        label=gettext_lazy("Code of the pilot unit"),
        required=False,
        widget=forms.TextInput(attrs={"inputmode": "numeric", "maxlength": 6}),
        help_text=gettext_lazy("Six digits, for instance 350200; blank for all."),
        error_messages={"invalid_choice": gettext_lazy("There is no pilot unit of this code.")},
    )

    def limit(self, actor: Actor) -> None:
        """Batches and places; what lies outside the reader's scope gives no rows."""
        limit_batches(self, actor)
        provinces: Any = self.fields["province"]
        provinces.queryset = programme.provinces()
        units: Any = self.fields["unit"]
        units.queryset = programme.units()
        region: Any = self.fields["region"]
        everything: list[tuple[str, Any]] = [("", gettext_lazy("All"))]
        region.choices = [*everything, *Region.choices]


def placed(values: dict[str, Any], batch: str = "batch") -> dict[str, Any]:
    """Conditions on rows with `province` and `unit` for what was chosen. batch: the path to the batch."""
    wanted = {
        batch: values.get("batch"),
        "province": values.get("province"),
        "province__region": values.get("region"),
        "unit": values.get("unit"),
    }
    return {name: value for name, value in wanted.items() if value}
