"""Forms on objections: for everyone, and for those who handle them."""

from __future__ import annotations

import secrets
from typing import Any, Final

from django import forms
from django.core import signing
from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import UploadedFile
from django.template.defaultfilters import filesizeformat
from django.utils.functional import lazystr
from django.utils.translation import get_language, gettext
from django.utils.translation import gettext_lazy as _

from portal.core import clock
from portal.core.inspection import kinds_in_words
from reviews.domain.objections import KINDS, ObjectionInput
from reviews.models import PublicEntry
from reviews.models.objection import MOST_BYTES, MOST_BYTES_IN_ALL, MOST_FILES

# Nobody reads the page and writes grounds in less; a program does.
LEAST_SECONDS: Final = 3
_SIGNER: Final = signing.Signer(salt="reviews.objection")


def page_mark() -> str:
    """What a page carries that shows an objection form: when it was shown, and a secret of its own, signed."""
    return _SIGNER.sign_object({"at": int(clock.now().timestamp()), "nonce": secrets.token_hex(16)})


def read_mark(mark: str) -> tuple[int, str]:
    """Seconds since the page was shown, and its secret. Raises BadSignature for what is no mark of ours."""
    said = _SIGNER.unsign_object(mark)
    return int(clock.now().timestamp()) - int(said["at"]), str(said["nonce"])


class EntryField(forms.ModelChoiceField):
    """A unit of the list, with its province."""

    def label_from_instance(self, obj: Any) -> str:
        """Province and unit in the reader's language."""
        return f"{obj.province} {obj}" if get_language() == "en" else f"{obj.province}{obj}"


class _Files(forms.FileInput):
    """A choice of several files."""

    allow_multiple_selected = True

    def value_from_datadict(self, data: Any, files: Any, name: str) -> Any:
        """All that were chosen."""
        return files.getlist(name) if hasattr(files, "getlist") else files.get(name, [])


class _Limits:
    """What is taken, in the reader's language."""

    def __str__(self) -> str:
        return gettext(
            "%(kinds)s; at most %(count)s files, each up to %(most)s, together up to %(all)s. The ministries and"
            " the auditors alone read them."
        ) % {
            "kinds": kinds_in_words(KINDS),
            "count": MOST_FILES,
            "most": filesizeformat(MOST_BYTES),
            "all": filesizeformat(MOST_BYTES_IN_ALL),
        }


class EvidenceField(forms.FileField):
    """Up to five files; their content is judged when they are kept."""

    def __init__(self, **kwargs: Any) -> None:
        endings = ",".join(ending for kind in KINDS for ending in (*kind.endings, kind.content_type))
        widget = _Files(attrs={"accept": endings, "multiple": True})
        super().__init__(widget=widget, required=False, help_text=lazystr(_Limits()), **kwargs)

    def clean(self, data: Any, initial: Any = None) -> list[UploadedFile]:
        """The files, none empty, within the limits."""
        files = [super(EvidenceField, self).clean(one, initial) for one in data or []]
        if len(files) > MOST_FILES:
            raise ValidationError(gettext("Choose at most %(most)s files.") % {"most": MOST_FILES})
        for file in files:
            if file.size > MOST_BYTES:
                raise ValidationError(
                    gettext("“%(name)s” is larger than %(most)s. Make it smaller or split it.")
                    % {"name": file.name, "most": filesizeformat(MOST_BYTES)}
                )
        if sum(file.size for file in files) > MOST_BYTES_IN_ALL:
            most = filesizeformat(MOST_BYTES_IN_ALL)
            raise ValidationError(gettext("The files are larger than %(most)s together.") % {"most": most})
        return files


class ObjectionForm(forms.Form):
    """An objection, with real name; the field `website` is a trap for programs and hidden from people.

    whole: whether objections against the list as a whole are taken. mark: see `page_mark`; a page that was shown long
    ago is as good as a new one, since whoever writes carefully may take a day.
    """

    name = forms.CharField(
        label=_("Your real name"), max_length=80, help_text=_("Objections without a real name are not examined.")
    )
    contact = forms.CharField(label=_("Telephone or e-mail"), max_length=160, help_text=_("So that we can ask back."))
    entry = EntryField(PublicEntry.objects.none(), label=_("Pilot unit"))
    grounds = forms.CharField(
        label=_("Grounds"),
        max_length=6000,
        widget=forms.Textarea(attrs={"rows": 8}),
        help_text=_("What is wrong, and how it can be checked."),
    )
    evidence = EvidenceField(label=_("Evidence"))
    website = forms.CharField(required=False, widget=forms.TextInput(attrs={"tabindex": "-1", "autocomplete": "off"}))
    mark = forms.CharField(required=False, max_length=400, widget=forms.HiddenInput)

    def __init__(self, data: Any = None, files: Any = None, *, entries: Any, whole: bool, entry: str = "") -> None:
        self.nonce = ""
        super().__init__(data, files, initial={"mark": page_mark(), "entry": entry})
        field: Any = self.fields["entry"]
        field.queryset = entries
        field.required = not whole
        field.empty_label = gettext("The list as a whole") if whole else gettext("Choose the unit")

    def clean_website(self) -> str:
        """Whoever fills the trap is a program."""
        if self.cleaned_data["website"]:
            raise ValidationError(gettext("Leave this field empty."))
        return ""

    def clean(self) -> dict[str, Any]:
        """The page must be ours, and older than a moment; else it is asked for once more, with all that was typed."""
        data = super().clean() or {}
        try:
            seconds, self.nonce = read_mark(data.get("mark", ""))
        except (signing.BadSignature, KeyError, ValueError):
            seconds = 0
            again: Any = self.data
            again = again.copy()
            again["mark"] = page_mark()
            self.data = again
        if seconds < LEAST_SECONDS:
            raise ValidationError(
                gettext("That was very quick. Please look at what you wrote once more, then send it.")
            )
        return data

    @property
    def lost(self) -> list[str]:
        """Names of the files that have to be chosen again, since no browser keeps them."""
        chosen = self.files.getlist("evidence") if hasattr(self.files, "getlist") else []
        return [str(file.name) for file in chosen] if self.errors else []

    def to_input(self) -> ObjectionInput:
        """The command's input."""
        data = self.cleaned_data
        return ObjectionInput(
            data["name"].strip(), data["contact"].strip(), data["grounds"], data["entry"], data["evidence"], self.nonce
        )


class StatusForm(forms.Form):
    """The receipt number of an objection."""

    receipt = forms.CharField(label=_("Receipt number"), max_length=40)

    def clean_receipt(self) -> str:
        """People type it in any case and with spaces."""
        return str(self.cleaned_data["receipt"]).strip().upper()


class AnswerForm(forms.Form):
    """The answer to an objection."""

    outcome = forms.ChoiceField(
        label=_("Outcome"),
        choices=[
            ("dismiss", _("Not upheld: the unit stays on the list")),
            ("uphold", _("Upheld: the unit leaves the list at once")),
        ],
        widget=forms.RadioSelect,
    )
    answer = forms.CharField(
        label=_("Answer"),
        max_length=6000,
        widget=forms.Textarea(attrs={"rows": 6}),
        help_text=_("The objector reads it under the receipt number."),
    )


class NoteForm(forms.Form):
    """A note of the examination."""

    text = forms.CharField(
        label=_("Note"),
        max_length=4000,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_("The ministries and auditors read it, the objector does not. It is never changed."),
        error_messages={"required": _("Write the note.")},
    )


class ExtendForm(forms.Form):
    """More time for an answer."""

    until = forms.DateField(label=_("Answer due"), widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"))
    why = forms.CharField(label=_("Reason"), max_length=2000, widget=forms.Textarea(attrs={"rows": 4}))
