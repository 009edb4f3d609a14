"""Forms on the text of the plan."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.html import linebreaks
from django.utils.translation import gettext_lazy as _

from applications.enums_sections import ChapterCode
from applications.forms.fields import SeenForm, VersionedForm
from applications.models import WordImport
from applications.richtext.clean import clean
from portal.core.files import DOCX, JPEG, PNG
from portal.core.forms import DocumentField


class RichField(forms.CharField):
    """Rich text: a text area with the marks in it, which the page turns into an editor when scripts run."""

    is_rich = True

    def __init__(self, **kwargs: Any) -> None:
        widget = forms.Textarea(attrs={"rows": 24, "data-rich": "", "spellcheck": "true"})
        super().__init__(widget=widget, **kwargs)

    def to_python(self, value: Any) -> Any:
        """What stays after cleaning, so that both sides of a conflict are compared as they would be kept."""
        text = super().to_python(value)
        if text and "<" not in text:  # typed without the editor: blank lines make paragraphs
            text = linebreaks(text)
        return clean(text) if text else ""


class ChapterForm(VersionedForm):
    """One chapter."""

    html = RichField(
        label=_("Text"),
        required=False,
        help_text=_("Headings, lists, tables and pictures are kept; fonts and colours are not."),
    )


class FigureForm(forms.Form):
    """A picture for the plan."""

    file = DocumentField(kinds=(PNG, JPEG), label=_("Picture"), hint=_("Never upload state secrets."))


class WordForm(forms.Form):
    """A Word file to read."""

    file = DocumentField(
        kinds=(DOCX,), label=_("Word file"), hint=_("Use heading styles: headings of the first level become chapters.")
    )


class TakeOverForm(SeenForm):
    """Into which chapter each piece of the file goes, and which version of the dossier the page has shown."""

    how = forms.ChoiceField(
        label=_("What stands in these chapters now"),
        choices=[("replace", _("is replaced")), ("append", _("stays, the new text follows it"))],
        widget=forms.RadioSelect(),
        initial="replace",
    )

    def __init__(self, *args: Any, reading: WordImport, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.count = len(reading.pieces)
        for number, piece in enumerate(reading.pieces):
            self.fields[f"piece_{number}"] = forms.ChoiceField(
                label=piece["title"] or _("Text before the first heading"),
                choices=[("", _("leave out")), *ChapterCode.choices],
                required=False,
                initial=piece["chapter"],
            )

    def to_input(self) -> dict[int, ChapterCode]:
        """The command's input: number of the piece → chapter."""
        chosen = {number: self.cleaned_data[f"piece_{number}"] for number in range(self.count)}
        return {number: ChapterCode(code) for number, code in chosen.items() if code}
