"""Forms on use, returns, matching money and recoveries: shape only; each builds one input for one command."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django import forms
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from grants.domain.matching import MatchingInput
from grants.domain.papers import KINDS
from grants.domain.recoveries import CollectedInput, DemandInput, WithdrawalInput
from grants.domain.returns import ReturnInput
from grants.domain.spending import SpendingInput
from grants.domain.violations import Violation
from grants.enums import Ground, Matching, Spent
from grants.forms import left
from grants.forms.fields import DayField, MoneyField, PaperForm
from grants.models import GrantProject
from grants.queries.use import Source
from portal.core import clock
from portal.core.forms import DocumentField
from portal.core.sources import in_words


def _words(label: Any, help_text: Any, *, most: int = 1000) -> forms.CharField:
    widget = forms.Textarea(attrs={"rows": 3})
    return forms.CharField(label=label, max_length=most, widget=widget, help_text=help_text)


class _ProjectForm(PaperForm):
    """With the choice of a project of the award; nothing chosen: the unit as a whole."""

    project = forms.TypedChoiceField(label=_("Project"), required=False, coerce=int, empty_value=None)

    def __init__(self, *args: Any, projects: Sequence[GrantProject], whole: str = "", **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.projects = {row.pk: row for row in projects}
        choices: list[tuple[Any, str]] = [("", whole)] if whole else []
        choices += [(row.pk, f"{row.name} · {row.enterprise_name}") for row in projects]
        self.fields["project"].choices = choices  # type: ignore[attr-defined]

    def chosen(self) -> GrantProject | None:
        """The project, or None for the unit."""
        return self.projects.get(self.cleaned_data["project"])


class SpendingForm(PaperForm):
    """What an enterprise used of the money paid to it. `most`: what lies with the project and is not reported yet."""

    amount = MoneyField(label=_("Amount used (yuan)"))
    enterprise = forms.CharField(label=_("Enterprise"), max_length=160)
    used_for = forms.TypedChoiceField(label=_("Used for"), choices=Spent.choices, coerce=Spent)
    purpose = _words(_("What was bought or paid"), _("For example the machines, with contract and invoice."))
    period_from = DayField(label=_("Period from"))
    period_to = DayField(label=_("Period to"), initial=clock.today)
    document_no = forms.CharField(label=_("Number of the report"), max_length=60)
    document_date = DayField(label=_("Date of the report"), initial=clock.today)
    file = DocumentField(kinds=KINDS, label=_("File of the evidence"))

    def __init__(self, *args: Any, most: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        left(self, most)

    def to_input(self) -> SpendingInput:
        """The command's input."""
        data = self.cleaned_data
        return SpendingInput(
            amount=data["amount"],
            enterprise=data["enterprise"],
            used_for=data["used_for"],
            purpose=data["purpose"],
            period_from=data["period_from"],
            period_to=data["period_to"],
            paper=self.paper(),
        )


class ReturnForm(PaperForm):
    """Money given back to the level above. `sources`: from where, each with what is left."""

    source = forms.TypedChoiceField(label=_("Given back from"), coerce=int, widget=forms.RadioSelect)
    amount = MoneyField()
    reason = _words(_("Why it goes back"), _("For example surplus of the second year, or a project that ended."))

    def __init__(self, *args: Any, sources: Sequence[Source], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.sources = sources
        self.fields["source"].choices = [(place, _source(one)) for place, one in enumerate(sources)]  # type: ignore[attr-defined]

    def to_input(self) -> ReturnInput:
        """The command's input."""
        data, chosen = self.cleaned_data, self.sources[self.cleaned_data["source"]]
        return ReturnInput(chosen.place, data["amount"], data["reason"], self.paper(), chosen.issue)


def _source(one: Source) -> str:
    amount = f"{one.left:,.2f}"
    if one.issue is not None:
        text = gettext("money of issue %(issue)s that is not passed on: %(left)s yuan")
        return text % {"issue": one.issue.document_no, "left": amount}
    if one.place.value == "province":
        return gettext("what came back from the pilot unit: %(left)s yuan") % {"left": amount}
    return gettext("%(place)s: %(left)s yuan") % {"place": one.place.label, "left": amount}


class MatchingForm(_ProjectForm):
    """Matching money that arrived."""

    year = forms.TypedChoiceField(label=_("Year of the plan"), coerce=int)
    source = forms.TypedChoiceField(
        label=_("Source"), choices=Matching.choices, coerce=Matching, widget=forms.RadioSelect
    )
    amount = MoneyField()
    arrived_on = DayField(label=_("Arrived on"), initial=clock.today)

    def __init__(self, *args: Any, years: Sequence[int], **kwargs: Any) -> None:
        super().__init__(*args, whole=gettext("the unit as a whole"), **kwargs)
        self.fields["year"].choices = [(year, str(year)) for year in years]  # type: ignore[attr-defined]

    def to_input(self) -> MatchingInput:
        """The command's input."""
        data = self.cleaned_data
        return MatchingInput(
            data["year"], data["source"], data["amount"], data["arrived_on"], self.paper(), self.chosen()
        )


class RecoveryForm(_ProjectForm):
    """A demand for money back. `violations`: the kinds of the batch's rules; `most`: what may be demanded."""

    ground = forms.TypedChoiceField(label=_("Ground"), choices=Ground.choices, coerce=Ground, widget=forms.RadioSelect)
    violation = forms.ChoiceField(
        label=_("Kind of violation"), required=False, help_text=_("For a violation only: the fine follows from it.")
    )
    reference = forms.CharField(
        label=_("Finding or report"),
        required=False,
        max_length=200,
        help_text=_("Number of the audit finding, inspection or assessment. Needed when the ground is a finding."),
    )
    finding = forms.TypedChoiceField(
        label=_("Audit finding of the portal"),
        required=False,
        coerce=int,
        empty_value=None,
        help_text=_("Findings on this unit that were addressed or handed over to your department."),
    )
    reason = _words(_("What was found"), _("The pilot unit reads it in the demand."), most=2000)
    amount = MoneyField(label=_("Amount demanded (yuan)"))
    due_on = DayField(label=_("To be paid by"))
    field_order = ("ground", "violation", "finding", "reference", "project", "reason", "amount", "due_on")

    def __init__(
        self,
        *args: Any,
        violations: Sequence[Violation],
        most: Any,
        findings: Sequence[tuple[int, str]] = (),
        **kwargs: Any,
    ) -> None:
        super().__init__(*args, whole=gettext("the unit's whole money"), **kwargs)
        if findings:
            self.fields["finding"].choices = [("", gettext("none")), *findings]  # type: ignore[attr-defined]
        else:
            del self.fields["finding"]
        self.order_fields([*self.field_order, *self.LAST])
        left(self, most)
        self.fields["violation"].choices = [  # type: ignore[attr-defined]
            ("", gettext("no violation")),
            *((one.code, f"{one.name} · {in_words(one.source)}{_fine(one)}") for one in violations),
        ]

    def to_input(self) -> DemandInput:
        """The command's input. A demand that names a finding of the portal needs no other reference."""
        data = self.cleaned_data
        finding = data.get("finding")
        return DemandInput(
            ground=data["ground"],
            amount=data["amount"],
            due_on=data["due_on"],
            reason=data["reason"],
            paper=self.paper(),
            project=self.chosen(),
            violation=data["violation"],
            reference=data["reference"] or self._named(finding),
            finding=finding,
        )

    def _named(self, finding: int | None) -> str:
        choices = self.fields["finding"].choices if finding is not None else []  # type: ignore[attr-defined]
        return next((str(label)[:200] for value, label in choices if value == finding), "")


def _fine(one: Violation) -> str:
    if one.fine_from is None:
        return ""
    return gettext(" · fine %(low)s %% to %(high)s %%") % {"low": one.fine_from, "high": one.fine_to}


class CollectedForm(_ProjectForm):
    """A part of a demand. `most`: what is left of it."""

    amount = MoneyField()

    def __init__(self, *args: Any, most: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        left(self, most)
        self.fields["project"].label = _("Collected from")

    def to_input(self) -> CollectedInput:
        """The command's input."""
        return CollectedInput(self.cleaned_data["amount"], self.paper(), self.chosen())


class WithdrawalForm(PaperForm):
    """Why a demand is withdrawn."""

    reason = _words(_("Why it is withdrawn"), _("The pilot unit reads it."))

    def to_input(self) -> WithdrawalInput:
        """The command's input."""
        return WithdrawalInput(self.cleaned_data["reason"], self.paper())
