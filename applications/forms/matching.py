"""Forms on matches: judge one, look one enterprise up."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from applications.enums import Judgement
from applications.forms.fields import TextAreaField
from portal.programme.models import Batch


class JudgeForm(forms.Form):
    """Whether both are the same, and why."""

    judgement = forms.ChoiceField(
        label=_("Judgement"),
        choices=[(one.value, one.label) for one in (Judgement.SAME, Judgement.DIFFERENT)],
        widget=forms.RadioSelect(),
    )
    why = TextAreaField(label=_("Reason"), max_length=2000, rows=4)


class LookupForm(forms.Form):
    """An enterprise to look for in all rosters of a batch."""

    batch: forms.ModelChoiceField[Batch] = forms.ModelChoiceField(Batch.objects.none(), label=_("Batch"))
    name = forms.CharField(label=_("Name of the enterprise"), max_length=160, required=False)
    code = forms.CharField(label=_("Unified social credit code"), max_length=18, required=False)

    def __init__(self, *args: Any, batches: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["batch"].queryset = batches  # type: ignore[attr-defined]

    def clean(self) -> dict[str, Any]:
        """A name of two signs at least, or a code."""
        data = super().clean() or {}
        data["code"] = (data.get("code") or "").strip().upper()
        if not data["code"] and len((data.get("name") or "").strip()) < 2:
            self.add_error("name", gettext("Give a name of at least two characters, or a code."))
        return data
