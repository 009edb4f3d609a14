"""The form of copying from an earlier dossier."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from applications.domain.copying import CopyInput
from applications.models import Application
from applications.sections import SECTIONS


class _Source(forms.ModelChoiceField):  # type: ignore[type-arg]
    """An earlier application, by batch, number and title."""

    def label_from_instance(self, obj: Application) -> str:
        return " · ".join(part for part in (str(obj.batch), obj.number, obj.title) if part)


class CopyForm(forms.Form):
    """From which earlier dossier, and which of the sections nobody has touched yet."""

    source = _Source(None, label=_("Earlier dossier"), empty_label=None, widget=forms.RadioSelect())
    sections = forms.MultipleChoiceField(
        label=_("Sections to copy"),
        widget=forms.CheckboxSelectMultiple(),
        help_text=_("Only sections in which nobody has written yet can be filled."),
    )

    def __init__(self, *args: Any, sources: Any, sections: list[str], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["source"].queryset = sources  # type: ignore[attr-defined]
        self.fields["sections"].choices = [(code, SECTIONS[code].title) for code in sections]  # type: ignore[attr-defined]

    def to_input(self) -> CopyInput:
        """The command's input."""
        return CopyInput(self.cleaned_data["source"], tuple(self.cleaned_data["sections"]))
