"""Parameters of the reports on reviews and selection."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from portal.core.punctuation import listed, said_of
from portal.core.scope import Actor
from portal.reports.forms import ReportForm
from reviews import queries
from reviews.models import Decision, Scenario
from reviews.presenting.board import MOST
from reviews.presenting.reading import SOLVED


class SelectionsForm(ReportForm):
    """Up to four computed selections of one batch; the earliest leads."""

    scenarios = forms.ModelMultipleChoiceField(
        Scenario.objects.none(),
        label=gettext_lazy("Computed selections"),
        widget=forms.CheckboxSelectMultiple,
        help_text=gettext_lazy("Up to four of one batch; the others are held against the earliest."),
    )

    def limit(self, actor: Actor) -> None:
        """Selections the reader may see."""
        field: Any = self.fields["scenarios"]
        field.queryset = queries.scenarios(actor).filter(state__in=SOLVED)
        field.label_from_instance = lambda row: said_of(row.batch.title, row)

    def clean_scenarios(self) -> Any:
        """At most four, of one batch."""
        found = self.cleaned_data["scenarios"]
        if len(found) > MOST:
            raise forms.ValidationError(
                _("At most %(most)s can be laid beside each other: take some ticks away.") % {"most": MOST}
            )
        if len({row.batch_id for row in found}) > 1:
            raise forms.ValidationError(_("Choose selections of one batch."))
        return found.order_by("number")

    def _word(self, bound: forms.Field, value: Any) -> str:
        return listed(value)

    def plain(self) -> dict[str, Any]:
        """The numbers of the selections."""
        return {"scenarios": [row.pk for row in self.cleaned_data["scenarios"]]}


class DecisionForm(ReportForm):
    """An adopted decision."""

    decision = forms.ModelChoiceField(Decision.objects.none(), label=gettext_lazy("Decision"), empty_label=None)

    def limit(self, actor: Actor) -> None:
        """Decisions with a record that the reader may take."""
        field: Any = self.fields["decision"]
        field.queryset = queries.decisions(actor).filter(record__isnull=False)
        field.label_from_instance = lambda row: said_of(row.batch.title, row)
