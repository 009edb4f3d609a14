"""Forms on the roster of enterprises and on files with rows."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django import forms
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from applications.domain.roster import EnterpriseInput
from applications.enums import DigitalState, EnergyLevel
from applications.forms.fields import PercentFormField, VersionedForm, YuanFormField
from applications.models.roster import FIRST_YEAR, LAST_YEAR
from applications.sheets.columns import read_code
from applications.sheets.problems import Wrong, words
from portal.core.files import CSV, XLSX
from portal.core.forms import DocumentField
from portal.core.money import ZERO


class CreditCodeField(forms.CharField):
    """A unified social credit code; blanks, hyphens and small letters are mended, a wrong sign is named."""

    def __init__(self, **kwargs: Any) -> None:
        kwargs.setdefault("widget", forms.TextInput(attrs={"autocomplete": "off", "spellcheck": "false"}))
        super().__init__(max_length=40, **kwargs)

    def clean(self, value: Any) -> str:
        """The code, checked digit by digit."""
        text = super().clean(value)
        if not text:
            return ""
        try:
            return read_code(text)
        except Wrong as wrong:
            raise forms.ValidationError(words(wrong.code, wrong.params), code=wrong.code) from wrong


class YearField(forms.IntegerField):
    """A year that lies in the reach of a plan."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(min_value=FIRST_YEAR, max_value=LAST_YEAR, required=False, **kwargs)


class EnterpriseForm(VersionedForm):
    """One enterprise of the roster."""

    credit_code = CreditCodeField(label=_("Unified social credit code"), help_text=_("18 signs, from the licence."))
    name = forms.CharField(label=_("Name of the enterprise"), max_length=160)
    industry = forms.ChoiceField(
        label=_("Industry"), help_text=_("A focus industry of the dossier, or a group inside one.")
    )
    revenue = YuanFormField(label=_("Revenue of last year (yuan)"))
    is_chain_leader = forms.BooleanField(label=_("Chain leader"), required=False)
    is_leading = forms.BooleanField(label=_("Leading enterprise"), required=False)
    is_champion = forms.BooleanField(label=_("Manufacturing champion of one product"), required=False)
    is_little_giant = forms.BooleanField(label=_("Specialised “little giant”"), required=False)
    digital_state = forms.ChoiceField(
        label=_("Digital transformation"), choices=DigitalState.choices, widget=forms.RadioSelect()
    )
    digital_year = YearField(
        label=_("Transformed by the end of (year)"), help_text=_("Leave blank when it is transformed or not planned.")
    )
    has_rd_tools = forms.BooleanField(label=_("Uses digital R&D and design tools"), required=False)
    rd_tools_year = YearField(label=_("Uses R&D tools by the end of (year)"))
    process_rate = PercentFormField(label=_("Key processes numerically controlled, now (%)"), required=False)
    process_goal = PercentFormField(label=_("Key processes numerically controlled, at the end (%)"), required=False)
    energy_level = forms.ChoiceField(
        label=_("Energy efficiency"),
        choices=[("", _("no levels are published for its field")), *EnergyLevel.choices],
        required=False,
    )

    def __init__(self, *args: Any, industries: Iterable[tuple[str, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["industry"].choices = [("", gettext("Choose")), *industries]  # type: ignore[attr-defined]

    def clean(self) -> dict[str, Any]:
        """What one field says about another."""
        data = super().clean() or {}
        rate, goal = data.get("process_rate"), data.get("process_goal")
        if rate is not None and goal is not None and goal < rate:
            self.add_error("process_goal", words("goal_below_rate", {}))
        return data

    def to_input(self) -> EnterpriseInput:
        """The command's input."""
        data = {key: value for key, value in self.cleaned_data.items() if key != "version"}
        return EnterpriseInput(**data | {"revenue": data["revenue"] or ZERO})


class ImportForm(forms.Form):
    """A file with rows."""

    file = DocumentField(
        kinds=(XLSX, CSV),
        label=_("File"),
        hint=_("The filled-in template. Nothing is stored before you have seen what it would change."),
    )


class TakeForm(forms.Form):
    """Take the rows over; with problems in others, on purpose alone."""

    good_only = forms.BooleanField(
        label=_("Take over the good rows alone; the others stay out until I bring them mended."), required=False
    )
