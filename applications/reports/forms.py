"""Parameters of the reports on applications."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from applications import queries
from applications.enums import ApplicationState
from applications.models import Application
from portal.core.scope import Actor
from portal.programme import queries as programme
from portal.programme.enums import Region
from portal.programme.models import Batch, Province
from portal.reports.forms import ReportForm


class BatchForm(ReportForm):
    """A batch, and what of it; at first the newest batch, all of it."""

    batch = forms.ModelChoiceField(Batch.objects.none(), label=gettext_lazy("Batch"), empty_label=None)
    region = forms.ChoiceField(label=gettext_lazy("Economic region"), required=False)
    province = forms.ModelChoiceField(
        Province.objects.none(), label=gettext_lazy("Province"), required=False, empty_label=gettext_lazy("All")
    )
    state = forms.ChoiceField(label=gettext_lazy("State"), required=False)

    def limit(self, actor: Actor) -> None:
        """Batches and provinces of the reader's scope."""
        batches: Any = self.fields["batch"]
        batches.queryset = programme.batches(actor.scope)
        batches.label_from_instance = lambda batch: batch.title
        provinces: Any = self.fields["province"]
        provinces.queryset = programme.provinces()
        everything: list[tuple[str, Any]] = [("", gettext_lazy("All"))]
        region: Any = self.fields["region"]
        region.choices = [*everything, *Region.choices]
        state: Any = self.fields["state"]
        state.choices = [*everything, *ApplicationState.choices]


class DossierForm(ReportForm):
    """One application, by its number (or, for a draft without one, by the portal's own number of it)."""

    application = forms.CharField(
        label=gettext_lazy("Number of the application"),
        max_length=40,
        help_text=gettext_lazy(
            "For instance 2026-3-350200, as on the page of the application. A draft has none yet: the number in the "
            "address of its page does."
        ),
    )
    submission = forms.IntegerField(
        label=gettext_lazy("Number of the submission"),
        required=False,
        min_value=1,
        max_value=9999,
        help_text=gettext_lazy("The last one when left blank; before the first submission the draft as it stands."),
    )

    def limit(self, actor: Actor) -> None:
        """Who has one application only finds it filled in."""
        found = list(queries.applications(actor).order_by("-batch", "pk")[:2]) if actor.scope.units else []
        if len(found) == 1:
            self.fields["application"].initial = found[0].number or str(found[0].pk)

    def clean_application(self) -> Application:
        """The application of the number, when the reader may know of it."""
        given = self.cleaned_data["application"].strip()
        rows = queries.applications(self.actor)
        by_number = rows.filter(number=given)
        found = by_number.first() or (rows.filter(pk=int(given)).first() if _is_key(given) else None)
        if found is None:
            raise forms.ValidationError(_("There is no application of this number in your scope. Check the number."))
        return found

    def _word(self, bound: forms.Field, value: Any) -> str:
        return (
            str(_("the last one")) if bound is self.fields["submission"] and not value else super()._word(bound, value)
        )

    def clean(self) -> dict[str, Any]:
        """The submission is one of this application."""
        data = super().clean() or {}
        application, number = data.get("application"), data.get("submission")
        if (
            application
            and number
            and not queries.snapshots(self.actor).filter(application=application, number=number).exists()
        ):
            self.add_error("submission", _("There is no submission of this number. Leave it blank for the last one."))
        return data


def _is_key(given: str) -> bool:
    return given.isascii() and given.isdigit() and len(given) < 19
