"""Fields of the auditor's forms: amounts in yuan, shares in per cent, a moment in the past."""

from __future__ import annotations

from decimal import Decimal, InvalidOperation
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from portal.audit.forms import DayInput
from portal.core import clock
from portal.core.money import ungrouped


class NumberField(forms.CharField):
    """A number people write with or without separators, full-width digits understood; between two limits."""

    default_error_messages = {
        "shape": _("Write a number with digits, for example 1,250,000.00."),
        "places": _("At most two places after the point."),
        "least": _("This is less than it can be."),
        "most": _("This is more than it can be."),
    }

    def __init__(self, *, least: str = "0", most: str = "999999999999999", **kwargs: Any) -> None:
        self.least, self.most = Decimal(least), Decimal(most)
        kwargs.setdefault("widget", forms.TextInput(attrs={"inputmode": "decimal", "autocomplete": "off"}))
        super().__init__(max_length=40, **kwargs)

    def to_python(self, value: Any) -> Any:
        """The number, exact; None for nothing."""
        text = str(super().to_python(value) or "")
        if not text:
            return None
        try:
            number = Decimal(ungrouped(text))
        except (InvalidOperation, ValueError):
            raise forms.ValidationError(self.error_messages["shape"], code="shape") from None
        if not number.is_finite():
            raise forms.ValidationError(self.error_messages["shape"], code="shape")
        if number < self.least or number > self.most:
            code = "least" if number < self.least else "most"
            raise forms.ValidationError(self.error_messages[code], code=code)
        if number != number.quantize(Decimal("0.01")):
            raise forms.ValidationError(self.error_messages["places"], code="places")
        return number

    def validate(self, value: Any) -> None:
        """Something is needed where it is."""
        if value is None and self.required:
            raise forms.ValidationError(self.error_messages["required"], code="required")

    def run_validators(self, value: Any) -> None:
        """The checks are those of `to_python`."""


class AsOfField(forms.DateField):
    """A day: what stood at its end counts; for today, what stands now."""

    def __init__(self, **kwargs: Any) -> None:
        kwargs.setdefault("label", _("As of the end of"))
        kwargs.setdefault("initial", clock.today)
        super().__init__(widget=DayInput(), **kwargs)

    def clean(self, value: Any) -> Any:
        """The moment. A day to come is refused."""
        day = super().clean(value)
        if day is None:
            return clock.now()
        if day > clock.today():
            raise forms.ValidationError(_("This day is still to come."), code="future")
        if day == clock.today():
            return clock.now()
        return clock.last_moment(day)
