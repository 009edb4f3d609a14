"""Fields of money: an amount in yuan as people write it, the paper it rests on."""

from __future__ import annotations

import re
import unicodedata
from decimal import Decimal
from typing import Any, ClassVar, Final

from django import forms
from django.utils.translation import gettext_lazy as _

from grants.domain.papers import KINDS, Paper
from portal.core import clock
from portal.core.forms import DocumentField, money_input
from portal.core.money import LARGEST, ZERO, ungrouped

_FIGURE: Final = re.compile(r"[+-]?\d+(\.\d*)?")


class MoneyField(forms.CharField):
    """An amount above zero in yuan, with thousand separators or without, at most two places.

    Full-width digits, blanks and the signs ¥ and 元 around it are understood; a comma that does not part thousands,
    a part of a fen, zero and less are refused in words.
    """

    default_error_messages = {
        "required": _("Give the amount in yuan."),
        "shape": _("Write the amount in yuan with digits, for example 1,250,000.00."),
        "fen": _("An amount has whole fen: at most two places after the point."),
        "zero": _("The amount is above zero."),
        "most": _("This amount is too large to be meant."),
    }

    def __init__(self, **kwargs: Any) -> None:
        kwargs.setdefault("label", _("Amount (yuan)"))
        kwargs.setdefault("widget", money_input())
        super().__init__(max_length=40, **kwargs)

    def to_python(self, value: Any) -> Any:
        """The amount, exact."""
        text = str(super().to_python(value) or "")
        if not text:
            return None
        text = unicodedata.normalize("NFKC", text).replace("¥", "").replace("元", "")
        try:
            text = ungrouped(text)
        except ValueError:
            raise forms.ValidationError(self.error_messages["shape"], code="shape") from None
        if not _FIGURE.fullmatch(text):
            raise forms.ValidationError(self.error_messages["shape"], code="shape")
        _whole, _point, places = text.partition(".")
        if len(places.rstrip("0")) > 2:
            raise forms.ValidationError(self.error_messages["fen"], code="fen")
        amount = Decimal(text.rstrip("."))
        if amount <= ZERO:
            raise forms.ValidationError(self.error_messages["zero"], code="zero")
        if amount > LARGEST:
            raise forms.ValidationError(self.error_messages["most"], code="most")
        return amount.quantize(Decimal("0.01"))

    def validate(self, value: Any) -> None:
        """An amount is needed."""
        if value is None and self.required:
            raise forms.ValidationError(self.error_messages["required"], code="required")

    def run_validators(self, value: Any) -> None:
        """The checks are those of `to_python`; the text's own length was bounded by the control."""


class DayField(forms.DateField):
    """A day, chosen with the browser's own calendar."""

    def __init__(self, **kwargs: Any) -> None:
        widget = forms.DateInput(format="%Y-%m-%d")
        widget.input_type = "date"
        super().__init__(widget=widget, **kwargs)


class ReadField(forms.CharField):
    """The mark of what was read before the form was filled in; not shown."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(max_length=16, required=False, widget=forms.HiddenInput, **kwargs)

    def bound_data(self, data: Any, initial: Any) -> Any:
        """A form that comes back shows what stands now, so its mark is that of now."""
        return initial


class PaperForm(forms.Form):
    """Ground of each form on money: number, date and file of the document."""

    document_no = forms.CharField(label=_("Document number"), max_length=60)
    document_date = DayField(label=_("Date of the document"), initial=clock.today)
    file = DocumentField(kinds=KINDS, label=_("File of the document"), required=False)
    # Whether the paper counts only with its file.
    sealed: ClassVar[bool] = False
    # These stand at the end of the form, after what they are about.
    LAST: Final = ("document_no", "document_date", "file")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["file"].required = self.sealed or self.fields["file"].required
        self.order_fields([name for name in self.fields if name not in self.LAST] + list(self.LAST))

    def paper(self) -> Paper:
        """The paper of the command's input."""
        data = self.cleaned_data
        return Paper(data["document_no"], data["document_date"], data.get("file"))
