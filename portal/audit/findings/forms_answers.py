"""Forms of the audited body: its reply and its report, each with files."""

from __future__ import annotations

from typing import Any

from django import forms
from django.core.files.uploadedfile import UploadedFile
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from portal.audit.findings.domain.answering import KINDS, AnswerInput
from portal.audit.findings.enums import Stance
from portal.audit.findings.forms import words
from portal.core.forms import DocumentField


class FilesInput(forms.ClearableFileInput):
    """Several files at once."""

    allow_multiple_selected = True
    template_name = "django/forms/widgets/file.html"


class FilesField(DocumentField):
    """Several files, each judged like one."""

    def __init__(self, **kwargs: Any) -> None:
        endings = ",".join(ending for kind in KINDS for ending in (*kind.endings, kind.content_type))
        super().__init__(kinds=KINDS, widget=FilesInput(attrs={"accept": endings}), **kwargs)

    def clean(self, data: Any, initial: Any = None) -> list[UploadedFile]:
        """Each file; none where none is needed."""
        given = data if isinstance(data, (list, tuple)) else [data] if data else []
        if not given:
            super().clean(None, initial)
            return []
        if len(given) > 20:
            raise forms.ValidationError(_("At most 20 files at once."), code="too_many")
        return [super(FilesField, self).clean(one, initial) for one in given]


class ReplyForm(forms.Form):
    """The reply of the audited body."""

    stance = forms.ChoiceField(
        label=_("Does your body accept the finding?"), choices=Stance.choices, widget=forms.RadioSelect
    )
    text = words(_("Reply"), 8000, _("Give facts and papers for what you contest."), rows=6)
    papers = FilesField(label=_("Files"), required=False)

    def to_input(self) -> AnswerInput:
        """The command's input."""
        data = self.cleaned_data
        return AnswerInput(data["text"], data["stance"], data["papers"])


class ReportForm(forms.Form):
    """The report on the rectification."""

    text = words(_("How it was rectified"), 8000, _("What was done, when, and with what result."), rows=6)
    papers = FilesField(label=pgettext_lazy("audit", "Proof"), hint=_("At least one file."))

    def to_input(self) -> AnswerInput:
        """The command's input."""
        return AnswerInput(self.cleaned_data["text"], "", self.cleaned_data["papers"])
