"""Forms on pilot units and central SOEs that change."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from portal.core import clock
from portal.programme import queries
from portal.programme.domain.reference import ChangeInput, NewSOEInput, NewUnitInput
from portal.programme.enums import UnitKind
from portal.programme.forms import DateInput
from portal.programme.models import CentralSOE, PilotUnit

_DOCUMENT = _("Document that says so")
_DOCUMENT_HELP = _("Its agency and number, as published: everyone who asks later is shown it.")
# What may be added by hand: pairs of districts are made when two apply together, XPCC is there.
_KINDS = (UnitKind.CITY, UnitKind.PREFECTURE, UnitKind.DISTRICT)


class _Names(forms.Form):
    name_zh = forms.CharField(label=_("Name in Chinese"), max_length=120)
    name_en = forms.CharField(label=_("Name in English"), max_length=200)


class ChangeForm(_Names):
    """Names, and, for what ended, its last day and what follows by law."""

    valid_to = forms.DateField(
        label=_("Last day"),
        required=False,
        widget=DateInput(),
        help_text=_("Empty while it stands. After this day it can no longer apply or be invited."),
    )
    successor = forms.CharField(
        label=_("Code of what follows"),
        required=False,
        max_length=20,
        help_text=_("The code in the list, as of a merger or a renaming with a new code. Empty where nothing follows."),
    )
    document_no = forms.CharField(label=_DOCUMENT, max_length=120, help_text=_DOCUMENT_HELP)
    seen = forms.CharField(widget=forms.HiddenInput, required=False, max_length=16)

    def __init__(self, *args: Any, row: PilotUnit | CentralSOE, **kwargs: Any) -> None:
        follower: Any = row.successor
        kwargs["initial"] = {
            "name_zh": row.name_zh,
            "name_en": row.name_en,
            "valid_to": row.valid_to,
            "successor": follower.code if follower is not None else "",
            "seen": row.mark,
        }
        super().__init__(*args, **kwargs)
        self._model = type(row)

    def clean_successor(self) -> Any:
        """The row of this code, or None."""
        code = self.cleaned_data["successor"].strip()
        if not code:
            return None
        found = self._model.objects.filter(code=code).first()
        if found is None:
            raise forms.ValidationError(_("No entry of the list has this code. Add what is new first."))
        return found

    def to_input(self) -> ChangeInput[Any]:
        """The command's input."""
        return ChangeInput(**self.cleaned_data)

    def carried(self) -> None:
        """Show nothing of it, for the page that asks: what was typed goes on with its button."""
        for field in self.fields.values():
            field.widget = forms.HiddenInput()

    def read_again(self, row: PilotUnit | CentralSOE) -> None:
        """After a colleague's change: what was typed stays, and is judged against what the row is now."""
        data: Any = self.data.copy()  # type: ignore[attr-defined]  # a QueryDict
        data["seen"] = row.mark
        self.data = data


class NewUnitForm(_Names):
    """A place that is new."""

    code = forms.RegexField(
        r"^[0-9]{6}$",
        label=_("Division code"),
        help_text=_("Six digits, as the Ministry of Civil Affairs gives it."),
        error_messages={"invalid": _("Write six digits, without full-width signs.")},
    )
    province = forms.ModelChoiceField(queries.provinces().none(), label=_("Province"))
    kind = forms.ChoiceField(label=_("Kind"), choices=[(kind.value, kind.label) for kind in _KINDS])
    valid_from = forms.DateField(label=_("First day"), required=False, widget=DateInput(), initial=clock.today)
    document_no = forms.CharField(label=_DOCUMENT, max_length=120, help_text=_DOCUMENT_HELP)
    field_order = ("code", "name_zh", "name_en", "province", "kind", "valid_from", "document_no")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["province"].queryset = queries.provinces()  # type: ignore[attr-defined]

    def to_input(self) -> NewUnitInput:
        """The command's input."""
        data = self.cleaned_data
        return NewUnitInput(**{**data, "kind": UnitKind(data["kind"])})


class NewSOEForm(_Names):
    """An enterprise that is new in the directory."""

    short_zh = forms.CharField(label=_("Short name"), max_length=40)
    document_no = forms.CharField(label=_DOCUMENT, max_length=120, help_text=_DOCUMENT_HELP)

    def to_input(self) -> NewSOEInput:
        """The command's input."""
        return NewSOEInput(**self.cleaned_data)
