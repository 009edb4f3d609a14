"""Forms of samples: shape only; each builds one input for one command."""

from __future__ import annotations

from collections.abc import Iterable
from decimal import Decimal
from typing import Any, Final

from django import forms
from django.utils.translation import gettext_lazy as _

from portal.audit.instruments.domain.samples import SampleInput
from portal.audit.instruments.forms_fields import AsOfField, NumberField
from portal.audit.instruments.models_samples import Found, Method
from portal.audit.instruments.sources import Source
from portal.audit.models import SavedQuery
from portal.core.money import ZERO

CONFIDENCES: Final = [("99", "99 %"), ("95", "95 %"), ("90", "90 %"), ("80", "80 %")]


class DrawForm(forms.Form):
    """How a sample is drawn from one source."""

    name = forms.CharField(
        label=_("Name of the sample"),
        max_length=120,
        help_text=_("What it is to show, for example “Payments of 2026”."),
    )
    query = forms.ChoiceField(
        label=_("Population"), required=False, help_text=_("Everything of this source, or what a saved query finds.")
    )
    as_of = AsOfField(help_text=_("The population as it stood then. For today: as it stands now."))
    method = forms.ChoiceField(
        label=_("Method"),
        choices=Method.choices,
        widget=forms.RadioSelect,
        help_text=_(
            "Monetary units find overstatements: large amounts are drawn more often. Strata estimate a total. A random"
            " sample tests how often something is wrong."
        ),
    )
    confidence = forms.ChoiceField(
        label=_("Confidence"), choices=CONFIDENCES, initial="95", help_text=_("How sure the conclusion has to be.")
    )
    materiality = NumberField(
        label=_("Materiality (yuan)"),
        required=False,
        least="0.01",
        help_text=_("The misstatement that is still tolerable. For monetary units and strata."),
    )
    expected = NumberField(
        label=_("Expected misstatement (yuan)"),
        required=False,
        help_text=_("What you expect to find, from earlier audits; zero if nothing. For monetary units and strata."),
    )
    strata = forms.ChoiceField(label=_("Strata by"), required=False, help_text=_("For stratified sampling."))
    tolerable = NumberField(
        label=_("Tolerable rate of errors (%)"),
        required=False,
        least="0.01",
        most="99.99",
        help_text=_("For a random sample: the share of items that may be wrong."),
    )
    expected_rate = NumberField(
        label=_("Expected rate of errors (%)"), required=False, most="99.99", help_text=_("For a random sample.")
    )
    seed = forms.CharField(
        label=_("Seed"),
        required=False,
        max_length=64,
        help_text=_("Left empty, one is made. Seed and population give the same sample every time."),
    )

    def __init__(self, *args: Any, source: Source, saved: Iterable[SavedQuery], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.source = source
        self.saved = {str(row.pk): row for row in saved if row.source == source.name}
        pairs = [("", str(source.label)), *((pk, row.name) for pk, row in self.saved.items())]
        self.fields["query"].choices = pairs  # type: ignore[attr-defined]
        strata = [(name, str(source.field(name).label)) for name in source.strata if source.field(name)]  # type: ignore[union-attr]
        self.fields["strata"].choices = [("", "–"), *strata]  # type: ignore[attr-defined]
        if not source.amount:
            self.fields["method"].choices = [(Method.RANDOM.value, Method.RANDOM.label)]  # type: ignore[attr-defined]

    def clean(self) -> dict[str, Any]:
        """What the method needs is there."""
        data = super().clean() or {}
        method = data.get("method")
        needed = {Method.MONETARY: ("materiality",), Method.STRATIFIED: ("materiality", "strata")}
        words = {
            "materiality": _("Give the materiality in yuan."),
            "strata": _("Choose what makes the strata."),
            "tolerable": _("Give the rate of errors that is still tolerable."),
        }
        for name in needed.get(method, ("tolerable",)) if method else ():
            if not data.get(name) and name not in self.errors:
                self.add_error(name, words[name])
        return data

    def to_input(self) -> SampleInput:
        """The command's input."""
        data = self.cleaned_data
        row = self.saved.get(data["query"])
        return SampleInput(
            name=data["name"],
            method=data["method"],
            source=self.source.name,
            tree=row.tree if row else {},
            query_name=row.name if row else "",
            as_of=data["as_of"],
            confidence=Decimal(data["confidence"]),
            materiality=None if data["method"] == Method.RANDOM else data["materiality"],
            expected=data["expected"] or ZERO,
            tolerable=data["tolerable"],
            expected_rate=data["expected_rate"] or ZERO,
            strata=data["strata"] if data["method"] == Method.STRATIFIED else "",
            seed=data["seed"],
        )


class ResultForm(forms.Form):
    """What was found at one item. amounts: whether the things of its population have any; else none is asked for."""

    found = forms.ChoiceField(label=_("What you found"), choices=Found.choices, widget=forms.RadioSelect)
    audited = NumberField(
        label=_("Amount that would be right (yuan)"),
        required=False,
        help_text=_("Only for an item in error; zero if nothing of it is right."),
    )
    note = forms.CharField(
        label=_("Note"),
        required=False,
        max_length=2000,
        widget=forms.Textarea(attrs={"rows": 4}),
        help_text=_("What you looked at and what was wrong. Needed unless the item is in order."),
    )

    def __init__(self, *args: Any, amounts: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if not amounts:
            del self.fields["audited"]

    def clean(self) -> dict[str, Any]:
        """An error has its amount, and all but what is in order a note."""
        data = super().clean() or {}
        found = data.get("found")
        asked = "audited" in self.fields and "audited" not in self.errors
        if found == Found.WRONG and data.get("audited") is None and asked:
            self.add_error("audited", _("Give the amount that would be right; zero if nothing is."))
        if found and found != Found.RIGHT and not (data.get("note") or "").strip():
            self.add_error("note", _("Say what is wrong with the item, or why it could not be proven."))
        return data
