"""Forms on selections and decisions."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from django import forms
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from portal.core.money import WAN
from portal.programme.enums import Region
from reviews.domain.selecting import SelectionInput


class WhyForm(forms.Form):
    """A reason."""

    why = forms.CharField(label=_("Reason"), max_length=2000, widget=forms.Textarea(attrs={"rows": 4}))


class DocumentForm(forms.Form):
    """The number of the document of the final list."""

    document_no = forms.CharField(
        label=_("Number of the document"), max_length=60, help_text=_("As it stands on the document itself.")
    )


class ReplaceForm(forms.Form):
    """Which reserve unit moves up."""

    unit = forms.ChoiceField(label=_("Reserve unit"), widget=forms.RadioSelect)

    def __init__(self, *args: Any, choices: Sequence[tuple[str, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["unit"].choices = choices  # type: ignore[attr-defined]


class ProposalForm(forms.Form):
    """Grounds of a proposal, the size of its reserve, and that it was read."""

    grounds = forms.CharField(
        label=_("Grounds"),
        max_length=4000,
        widget=forms.Textarea(attrs={"rows": 6}),
        help_text=_("Why this selection, in a sentence or more: both ministries sign it, auditors read it."),
    )
    reserve = forms.IntegerField(
        label=_("Units in reserve"),
        min_value=0,
        max_value=30,
        help_text=_("So many of the candidates named above stand in reserve, in this order."),
    )
    checked = forms.BooleanField(
        label=_("I have read the list, what rules by hand cost, and the reserve. Exactly this is proposed."),
        error_messages={"required": _("Confirm that you have read what is proposed.")},
    )


class SignDecisionForm(forms.Form):
    """The digest of the proposal that was seen."""

    sha256 = forms.RegexField(r"^[0-9a-f]{64}$", widget=forms.HiddenInput)


class SelectionForm(forms.Form):
    """The rules of balance for one selection; what differs from the rule set needs a reason.

    limits: the rule set's rules in the words of `selection-instance/1`.
    """

    total_min = forms.IntegerField(label=_("Pilot units, at least"), min_value=0, max_value=999)
    total_max = forms.IntegerField(label=_("Pilot units, at most"), min_value=0, max_value=999)
    budget = forms.DecimalField(label=_("Budget (ten thousand yuan)"), min_value=0, max_digits=12, decimal_places=4)
    province_max = forms.IntegerField(label=_("Units per province, at most"), min_value=0, max_value=99)

    def __init__(self, data: Any = None, *, limits: Mapping[str, Any]) -> None:
        self.limits = limits
        super().__init__(data, initial=self._initial(limits))
        for region in Region:
            for side, label in (("min", gettext("%(region)s, at least")), ("max", gettext("%(region)s, at most"))):
                self.fields[f"{region}_{side}"] = forms.IntegerField(
                    label=label % {"region": region.label}, required=False, min_value=0, max_value=999
                )
        self.fields["reason"] = forms.CharField(
            label=_("Reason"),
            required=False,
            max_length=2000,
            widget=forms.Textarea(attrs={"rows": 3}),
            help_text=_("Only when a rule differs from the rule set; it stands in the record."),
        )

    @staticmethod
    def _initial(limits: Mapping[str, Any]) -> dict[str, Any]:
        total = limits["total"]
        both = total if isinstance(total, Mapping) else {"min": total, "max": total}
        bounds = {
            f"{region}_{side}": value
            for region, sides in limits.get("regions", {}).items()
            for side, value in sides.items()
        }
        return {
            "total_min": both["min"],
            "total_max": both["max"],
            "budget": limits["budget"] / WAN,
            "province_max": limits["province_max"],
            **bounds,
        }

    def clean(self) -> dict[str, Any]:
        """Bounds in their order."""
        data = super().clean() or {}
        pairs = [("total_min", "total_max"), *((f"{region}_min", f"{region}_max") for region in Region.values)]
        for low, high in pairs:
            if data.get(low) is not None and data.get(high) is not None and data[low] > data[high]:
                self.add_error(high, gettext("This is below the least number."))
        return data

    def to_input(self) -> SelectionInput:
        """What differs from the rule set, with the reason."""
        data = self.cleaned_data
        low, high = data["total_min"], data["total_max"]
        regions = {}
        for region in Region.values:
            sides = {side: data[f"{region}_{side}"] for side in ("min", "max") if data[f"{region}_{side}"] is not None}
            if sides:
                regions[region] = sides
        asked = {
            "total": low if low == high else {"min": low, "max": high},
            "budget": int(data["budget"] * WAN),
            "regions": regions,
            "province_max": data["province_max"],
        }
        changes = {key: value for key, value in asked.items() if value != self.limits.get(key)}
        return SelectionInput(changes, data["reason"])
