"""Form fields that apps share."""

from __future__ import annotations

from typing import Any

from django import forms
from django.conf import settings
from django.template.defaultfilters import filesizeformat
from django.utils.functional import lazystr
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from portal.core.inspection import FileKind, kinds_in_words
from portal.core.money import ungrouped


def money_input() -> forms.TextInput:
    """The control of an amount in yuan; js/portal.js says below it how much that is in ten thousand yuan."""
    said = gettext_lazy("That is {amount} ten thousand yuan")
    return forms.TextInput(attrs={"inputmode": "decimal", "autocomplete": "off", "data-yuan": said})


class FigureField(forms.DecimalField):
    """An exact figure. Separators, blanks and full-width digits, as people paste them, are understood."""

    def __init__(self, **kwargs: Any) -> None:
        kwargs.setdefault("widget", forms.TextInput(attrs={"inputmode": "decimal", "autocomplete": "off"}))
        super().__init__(**kwargs)

    def to_python(self, value: Any) -> Any:
        """Read the figure."""
        if isinstance(value, str):
            try:
                value = ungrouped(value)
            except ValueError:
                raise forms.ValidationError(self.error_messages["invalid"], code="invalid") from None
        return super().to_python(value)


class DocumentField(forms.FileField):
    """A file of one of the given kinds. The hint says which and how large; the content is judged by `files.keep`.

    The browser's own choice is narrowed by `accept`, which binds nobody. Call `keep(form.cleaned_data["…"], kinds=…,
    field="…")` inside `errors_into(form)`, so that a refusal stands beside the field.
    """

    def __init__(self, *, kinds: tuple[FileKind, ...], hint: Any = "", **kwargs: Any) -> None:
        self.kinds = kinds
        endings = ",".join(ending for kind in kinds for ending in (*kind.endings, kind.content_type))
        kwargs.setdefault("widget", forms.FileInput(attrs={"accept": endings}))
        kwargs.setdefault("max_length", 255)
        super().__init__(**kwargs, help_text=lazystr(_Hint(kinds, hint)))
        self.error_messages["empty"] = gettext_lazy("The file is empty. Choose the file again.")

    def to_python(self, data: Any) -> Any:
        """Refuse what is larger than the limit before anything is read."""
        upload = super().to_python(data)
        if upload is not None and (upload.size or 0) > settings.MAX_ATTACHMENT_BYTES:
            raise forms.ValidationError(
                _("The file is larger than %(most)s. Make it smaller or split it, then upload it again.")
                % {"most": filesizeformat(settings.MAX_ATTACHMENT_BYTES)},
                code="file_too_large",
            )
        return upload


class _Hint:
    """The hint, put into words in the reader's language when it is shown."""

    def __init__(self, kinds: tuple[FileKind, ...], hint: Any) -> None:
        self.kinds, self.hint = kinds, hint

    def __str__(self) -> str:
        most = filesizeformat(settings.MAX_ATTACHMENT_BYTES)
        limits = _("%(kinds)s, at most %(most)s.") % {"kinds": kinds_in_words(self.kinds), "most": most}
        return f"{self.hint} {limits}" if self.hint else limits
