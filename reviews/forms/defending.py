"""Forms of the defence and the result: sessions, seeds, confirmations, minutes, what the panel says, signatures."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from portal.core import clock
from portal.core.files import PDF
from portal.core.forms import DocumentField
from reviews.domain.defending import SessionInput
from reviews.domain.hearing import MinutesInput
from reviews.domain.panel import RecordInput
from reviews.forms.proposing import SeedForm
from reviews.models import DefenceSession, HearingQuestion

MATERIALS = (PDF,)


class SessionForm(forms.Form):
    """A sitting of the defence; times are those of Beijing."""

    day = forms.DateField(label=_("Day"), widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"))
    time = forms.TimeField(
        label=_("Begins at"),
        widget=forms.TimeInput(attrs={"type": "time"}, format="%H:%M"),
        help_text=_("Beijing time, for example 09:00."),
    )
    minutes = forms.IntegerField(label=_("Minutes for each unit"), min_value=5, max_value=240, initial=30)
    seats = forms.IntegerField(label=_("Units heard"), min_value=1, max_value=100, initial=8)
    room = forms.CharField(label=_("Room"), max_length=200, required=False)
    link = forms.URLField(
        label=_("Link of the video conference"), max_length=300, required=False, assume_scheme="https"
    )
    note = forms.CharField(
        label=_("What the units should know"),
        max_length=1000,
        required=False,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_("For example how long the report is, and how many people may come."),
    )

    @staticmethod
    def initial_of(session: DefenceSession) -> dict[str, Any]:
        """What stands now."""
        begins = session.begins_at.astimezone(clock.SHANGHAI)
        kept = {name: getattr(session, name) for name in ("minutes", "seats", "room", "link", "note")}
        return {"day": begins.date(), "time": begins.time(), **kept}

    def to_input(self) -> SessionInput:
        """The command's input."""
        data = dict(self.cleaned_data)
        begins = datetime.combine(data.pop("day"), data.pop("time"), clock.SHANGHAI)
        return SessionInput(begins_at=begins, **data)


class AgendaSeedForm(SeedForm):
    """The seed of the agenda, published after the invitations were fixed."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["source"].help_text = _("Name, number and day; later than the invitations.")


class ConfirmForm(forms.Form):
    """Who comes to the hearing."""

    delegation = forms.CharField(
        label=_("Who comes"),
        max_length=1000,
        widget=forms.Textarea(attrs={"rows": 4}),
        help_text=_("Name and post of each person, the speaker first."),
        error_messages={"required": _("Say who comes, with name and post.")},
    )


class MaterialForm(forms.Form):
    """A file the unit shows."""

    title = forms.CharField(label=_("Title"), max_length=160)
    file = DocumentField(kinds=MATERIALS, label=_("File"), hint=_("Slides as PDF."))


class QuestionForm(forms.Form):
    """A question to the unit."""

    text = forms.CharField(
        label=_("Wording of the question"),
        max_length=2000,
        widget=forms.Textarea(attrs={"rows": 3}),
        error_messages={"required": _("Write the question.")},
    )


class HoldForm(forms.Form):
    """Who of the panel was there, what was answered, the minutes. panel: those who did not step back."""

    minutes = forms.CharField(
        label=_("Minutes of the hearing"),
        max_length=20000,
        widget=forms.Textarea(attrs={"rows": 10}),
        error_messages={"required": _("Write the minutes of the hearing.")},
    )

    def __init__(self, *args: Any, panel: Sequence[Any], questions: Iterable[HearingQuestion], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.people = [person.pk for person in panel]
        self.asked = []
        fields: dict[str, forms.Field] = {}
        for person in panel:
            fields[f"p{person.pk}"] = forms.ChoiceField(
                label=str(person),
                choices=[("yes", _("was there")), ("no", _("was not there"))],
                widget=forms.RadioSelect,
                error_messages={"required": _("Say for each reviewer whether he or she was there.")},
            )
        for question in questions:
            self.asked.append(question.pk)
            fields[f"q{question.pk}"] = forms.CharField(
                label=question.text[:200],
                max_length=4000,
                required=False,
                widget=forms.Textarea(attrs={"rows": 2}),
            )
        self.fields = fields | self.fields

    def attendance(self) -> list[forms.BoundField]:
        """One choice for each of the panel."""
        return [self[f"p{one}"] for one in self.people]

    def answers(self) -> list[forms.BoundField]:
        """One answer for each question."""
        return [self[f"q{one}"] for one in self.asked]

    def to_input(self) -> MinutesInput:
        """The command's input."""
        data = self.cleaned_data
        return MinutesInput(
            minutes=data["minutes"],
            present={one: data[f"p{one}"] == "yes" for one in self.people},
            answers={one: data[f"q{one}"] for one in self.asked},
        )


class RecordForm(forms.Form):
    """What the panel says. is_fixed: the result stands, so the statement stays; is_approved: the comment stays."""

    version = forms.IntegerField(widget=forms.HiddenInput, min_value=0)
    statement = forms.CharField(
        label=_("Statement of the panel"),
        max_length=8000,
        required=False,
        widget=forms.Textarea(attrs={"rows": 8}),
        help_text=_("For the file: what the panel agrees on, and on what not. The applicant does not see it."),
    )
    comment = forms.CharField(
        label=_("Comment to the applicant"),
        max_length=4000,
        required=False,
        widget=forms.Textarea(attrs={"rows": 8}),
        help_text=_(
            "Strengths, weaknesses, advice. The applicant reads it after the final list: no names, no scores,"
            " nothing on other units."
        ),
    )

    def __init__(self, *args: Any, is_fixed: bool, is_approved: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if is_fixed:
            del self.fields["statement"]
        if is_approved:
            del self.fields["comment"]

    def to_input(self, comment: str) -> RecordInput:
        """The command's input. comment: what stands, where it cannot be changed any more."""
        data = self.cleaned_data
        return RecordInput(data["version"], data.get("statement"), data.get("comment", comment))


class SignForm(forms.Form):
    """The digest of the results that were seen."""

    sha256 = forms.RegexField(r"^[0-9a-f]{64}$", widget=forms.HiddenInput)


class ReadForm(forms.Form):
    """The version that was read."""

    version = forms.IntegerField(widget=forms.HiddenInput, min_value=0)


class ReviseForm(forms.Form):
    """Why a score is revised after the hearing."""

    reason = forms.CharField(
        label=_("What you learned at the hearing"),
        max_length=500,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_("It stands in the record beside what you submitted before."),
        error_messages={"required": _("Say what you learned at the hearing.")},
    )
