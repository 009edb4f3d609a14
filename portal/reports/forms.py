"""The parameters of a report: a form that is filled in the page, kept with the run, and checked again by the worker."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Any, Final

from django import forms
from django.utils.translation import gettext_lazy as _

from portal.core.inspection import FileKind
from portal.core.punctuation import listed
from portal.core.scope import Actor

# Fields of how a report is delivered, not of what it shows.
OWN: Final = frozenset({"format", "tell"})


class ReportForm(forms.Form):
    """Ground of all parameter forms. `actor`: whose scope limits the choices (fill querysets in `limit`)."""

    def __init__(self, *args: Any, actor: Actor, formats: Sequence[tuple[str, FileKind]] = (), **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.actor = actor
        self.limit(actor)
        if len(formats) > 1:
            self.fields["format"] = forms.ChoiceField(
                label=_("Kind of file"),
                choices=[(name, kind.label) for name, kind in formats],
                initial=formats[0][0],
                widget=forms.RadioSelect,
            )
        if formats:
            self.fields["tell"] = forms.BooleanField(
                label=_("Write to me when it is done (inbox and e-mail)"), required=False
            )

    def limit(self, actor: Actor) -> None:
        """Fill the choices with what the actor may see, and set sensible values to begin with."""

    def plain(self) -> dict[str, Any]:
        """The checked parameters as the run keeps them; `self.__class__(data=plain)` gives the same again."""
        return {name: _plain(value) for name, value in self.cleaned_data.items() if name not in OWN}

    def words(self) -> list[tuple[str, str]]:
        """The parameters as a reader sees them: label and value; those left empty are named too."""
        found = []
        for name, bound in self.fields.items():
            if name not in OWN:
                found.append((str(bound.label or name), self._word(bound, self.cleaned_data.get(name))))
        return found

    def _word(self, bound: forms.Field, value: Any) -> str:
        if value in (None, "", [], ()):
            return str(_("all"))
        if isinstance(bound, forms.ModelChoiceField):
            return str(value)
        if isinstance(bound, forms.ChoiceField):
            choices: Any = bound.choices
            labels = {str(key): str(label) for key, label in choices}
            chosen = value if isinstance(value, list) else [value]
            return listed(labels.get(str(one), str(one)) for one in chosen)
        if isinstance(value, bool):
            return str(_("yes") if value else _("no"))
        return str(value)


def _plain(value: Any) -> Any:
    if hasattr(value, "_meta"):
        return value.pk
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, (list, tuple)):
        return [_plain(one) for one in value]
    return value if value is None or isinstance(value, (bool, int)) else str(value)
