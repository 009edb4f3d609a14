"""Fields that forms on dossiers share."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from typing import Any, cast

from django import forms
from django.http import QueryDict
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from applications import limits
from applications.sheets.problems import words
from portal.core.forms import FigureField, money_input


class YuanFormField(FigureField):
    """An amount in yuan, with at most two places."""

    def __init__(self, **kwargs: Any) -> None:
        kwargs.setdefault("widget", money_input())
        super().__init__(max_digits=18, decimal_places=2, min_value=0, **kwargs)


class PercentFormField(FigureField):
    """A rate in per cent, with at most two places."""

    def __init__(self, *, most: int | Decimal | None = 100, **kwargs: Any) -> None:
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


def check_period(form: forms.Form, data: Mapping[str, Any], span: tuple[int, int]) -> None:
    """Say beside the days of a project that they lie in no year of the plan, or in the wrong order."""
    starts, ends = data.get("starts_on"), data.get("ends_on")
    for name, day in (("starts_on", starts), ("ends_on", ends)):
        if day is not None and not limits.is_within(day, span):
            form.add_error(name, words("outside_span", {"least": span[0], "most": span[1]}))
    if starts is not None and ends is not None and ends < starts:
        form.add_error("ends_on", gettext("The project ends before it begins."))


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
