"""Forms on documents of many units, on arrivals and on changes of awards: shape only."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from grants.domain.award_changes import AwardChangeInput
from grants.domain.issue_papers import IssuePaperInput, LineInput
from grants.enums import Tranche
from grants.forms.fields import DayField, MoneyField, PaperForm
from grants.queries.issue_papers import Open
from portal.core import clock
from portal.core.forms import DocumentField
from portal.core.inspection import CSV, XLSX
from portal.core.money import ZERO


class IssuePaperForm(PaperForm):
    """A document with an amount for each open award; an empty one is no line.

    given: amounts by award that are preset, when not all that is left (from a file).
    """

    sealed = True
    total = MoneyField(
        label=_("Total stated in the document (yuan)"),
        help_text=_("As the document says it; it has to be the sum of the lines."),
    )

    def __init__(
        self,
        *args: Any,
        tranche: Tranche,
        lines: Sequence[Open],
        given: Mapping[int, Decimal] | None = None,
        **kwargs: Any,
    ) -> None:
        super().__init__(*args, **kwargs)
        self.tranche, self.lines = tranche, lines
        preset = {one.award.pk: one.left for one in lines} if given is None else given
        for one in lines:
            amount = preset.get(one.award.pk)
            self.fields[self.name_of(one)] = MoneyField(
                label=str(one.award.unit), required=False, initial=f"{amount:,.2f}" if amount else ""
            )
        self.fields["total"].initial = f"{sum(preset.values(), ZERO):,.2f}"

    @staticmethod
    def name_of(one: Open) -> str:
        """The name of the field of a line."""
        return f"amount_{one.award.pk}"

    @property
    def rows(self) -> list[tuple[Open, forms.BoundField]]:
        """Each open award with its field."""
        return [(one, self[self.name_of(one)]) for one in self.lines]

    @property
    def rest(self) -> list[forms.BoundField]:
        """The fields below the table."""
        return [self[name] for name in ("total", *self.LAST)]

    @property
    def sum(self) -> Decimal:
        """What the lines add up to as they stand (yuan), without what is no amount."""
        return sum((self._amount(field.value()) for _one, field in self.rows), ZERO)

    @staticmethod
    def _amount(value: Any) -> Decimal:
        try:
            return MoneyField(required=False).clean(value) or ZERO
        except ValidationError:
            return ZERO

    def to_input(self) -> IssuePaperInput:
        """The command's input."""
        data = self.cleaned_data
        found = ((one.award.pk, data.get(self.name_of(one))) for one in self.lines)
        lines = tuple(LineInput(award, amount) for award, amount in found if amount)
        return IssuePaperInput(self.tranche, lines, data["total"], self.paper())


class LinesFileForm(forms.Form):
    """A file with the lines of a document."""

    file = DocumentField(kinds=(XLSX, CSV), label=_("File with the amounts"))


class ArrivalForm(forms.Form):
    """When a pass-on came."""

    arrived_on = DayField(
        label=_("Arrived at the unit on"),
        initial=clock.today,
        help_text=_("The day on which the money reached the account of the unit's finance bureau."),
    )


class AwardChangeForm(PaperForm):
    """Another amount for an award, and why. lacks_targets: it has no performance targets, which may be attached."""

    sealed = True
    amount = MoneyField(label=_("New amount (yuan)"))
    attaches_targets = forms.BooleanField(
        label=_("Attach the performance targets of the plan to the award"),
        required=False,
        help_text=_(
            "The amount may then stay as it is. What is attached is what the plan says on the day of the confirmation;"
            " it does not change afterwards."
        ),
    )
    reason = forms.CharField(label=_("Why it changes"), max_length=1000, widget=forms.Textarea(attrs={"rows": 3}))

    def __init__(self, *args: Any, lacks_targets: bool = False, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if not lacks_targets:
            del self.fields["attaches_targets"]

    def to_input(self) -> AwardChangeInput:
        """The command's input."""
        data = self.cleaned_data
        return AwardChangeInput(
            data["amount"], data["reason"], self.paper(), attaches_targets=data.get("attaches_targets", False)
        )
