"""Fields that forms on dossiers share."""

from __future__ import annotations

from typing import Any, cast

from django import forms
from django.http import QueryDict
from django.utils.translation import gettext_lazy as _

from portal.core.forms import FigureField, money_input


class YuanFormField(FigureField):
    """An amount in yuan, with at most two places."""

    def __init__(self, **kwargs: Any) -> None:
        kwargs.setdefault("widget", money_input())
        super().__init__(max_digits=18, decimal_places=2, min_value=0, **kwargs)


class PercentFormField(FigureField):
    """A rate in per cent, with at most two places."""

    def __init__(self, *, most: int | None = 100, **kwargs: Any) -> None:
        super().__init__(max_digits=7, decimal_places=2, min_value=0, max_value=most, **kwargs)


class TextAreaField(forms.CharField):
    """A longer text."""

    def __init__(self, *, rows: int = 5, **kwargs: Any) -> None:
        super().__init__(widget=forms.Textarea(attrs={"rows": rows}), **kwargs)


class DayField(forms.DateField):
    """A day, chosen with the browser's own calendar."""

    def __init__(self, **kwargs: Any) -> None:
        widget = forms.DateInput(format="%Y-%m-%d")
        widget.input_type = "date"
        super().__init__(widget=widget, **kwargs)


def expect(form: forms.Form, *names: str) -> None:
    """These may wait while the dossier is written and are asked for before it is submitted: not called optional."""
    for name in names:
        form.fields[name].is_expected = True  # type: ignore[attr-defined]


class VersionedForm(forms.Form):
    """A form that carries the version which was read, so that nobody is overwritten unseen."""

    version = forms.IntegerField(widget=forms.HiddenInput(), min_value=0, label=_("Version"))

    def carry(self, version: int) -> None:
        """Carry a newer version in the page that is shown again."""
        data = cast("QueryDict", self.data).copy()
        data["version"] = str(version)
        self.data = data


class SeenForm(VersionedForm):
    """The version of what the page that asks has shown; a program that sends none is not compared."""

    version = forms.IntegerField(widget=forms.HiddenInput(), min_value=0, required=False)

    def see(self) -> None:
        """Shown again, it has shown what stands now."""
        self.carry(self.initial["version"])
