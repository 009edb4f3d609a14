"""Forms on attachments and joint applicants."""

from __future__ import annotations

from typing import Any, Final, cast

from django import forms
from django.conf import settings
from django.http import QueryDict
from django.template.defaultfilters import filesizeformat
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from applications.domain.files import AttachmentInput
from applications.domain.partners import InviteInput, TaskInput
from applications.domain.parts import PartInput
from applications.domain.uploads import UploadInput
from applications.enums import AttachmentKind, PartnerRole
from applications.forms.fields import TextAreaField, VersionedForm, YuanFormField, expect
from portal.core import seals
from portal.core.files import DOCX, JPEG, OFD, PDF, PNG, XLSX, FileKind, Kept, keep, opened
from portal.core.forms import DocumentField
from portal.core.inspection import kinds_in_words
from portal.core.money import ZERO
from portal.core.seals import Verdict

ANY_KIND: Final = (PDF, OFD, XLSX, DOCX, PNG, JPEG)
SEALED: Final = (PDF, OFD)


def kinds_of(kind: str) -> tuple[FileKind, ...]:
    """What kinds of file an attachment of this kind may be."""
    return ANY_KIND if kind == AttachmentKind.OTHER else SEALED


def verified(kept: Kept) -> Verdict:
    """What the seals of a kept file come to. Raises DomainError when the content is gone."""
    with opened(kept) as file:
        return seals.verify(file, kept.content_type)


def _limits() -> str:
    return gettext("Up to %(most)s; without script, or when the script is blocked, up to %(plain)s.") % {
        "most": filesizeformat(settings.MAX_UPLOAD_BYTES),
        "plain": filesizeformat(settings.MAX_ATTACHMENT_BYTES),
    }


class UploadForm(forms.Form):
    """A file that will come in pieces: what it is, and what its browser says of it."""

    kind = forms.ChoiceField(
        label=_("Kind"),
        choices=[(kind.value, kind.label) for kind in (AttachmentKind.PLAN_PDF, AttachmentKind.OTHER)],
        widget=forms.RadioSelect(),
        error_messages={"invalid_choice": _("Choose a kind from the list.")},
        help_text=_("A new sealed plan takes the place of the one before."),
    )
    title = forms.CharField(label=_("Title"), max_length=160)
    name = forms.CharField(max_length=255)
    size = forms.IntegerField(min_value=0, max_value=2**50)
    modified = forms.IntegerField(min_value=0, max_value=2**60, required=False)

    def to_input(self) -> UploadInput:
        """The command's input."""
        data = self.cleaned_data
        return UploadInput(data["kind"], data["title"], data["name"], data["size"], data["modified"] or 0)


class AttachmentForm(forms.Form):
    """A file of the dossier."""

    kind = UploadForm.base_fields["kind"]
    title = UploadForm.base_fields["title"]
    file = DocumentField(
        kinds=ANY_KIND,
        label=_("File"),
        hint=_("The sealed plan is a PDF or OFD."),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        kinds = kinds_in_words(ANY_KIND)
        self.fields["file"].help_text = gettext("The sealed plan is a PDF or OFD. %(kinds)s. %(limits)s") % {
            "kinds": kinds,
            "limits": _limits(),
        }

    def to_input(self) -> AttachmentInput:
        """The command's input; the file is judged by its content, kept, its seals verified. Raises DomainError."""
        data = self.cleaned_data
        kept = keep(data["file"], kinds=kinds_of(data["kind"]), field="file", redraw=True)
        return AttachmentInput(data["kind"], data["title"], kept, verified(kept))


class SharedForm(VersionedForm):
    """What all joint applicants may read."""

    text = TextAreaField(
        label=_("Shared summary"),
        max_length=4000,
        rows=8,
        required=False,
        help_text=_("Everyone you invite reads this, and nothing else of the dossier but what is asked of it."),
    )


class TaskFields(forms.Form):
    """As what a partner takes part, what is asked of it, in which projects."""

    role = forms.ChoiceField(label=_("Takes part as"), choices=PartnerRole.choices, widget=forms.RadioSelect())
    task = TextAreaField(
        label=_("What is asked of it"),
        max_length=2000,
        help_text=_("It sees this text, the shared summary and the projects chosen below, nothing else."),
    )
    projects: forms.ModelMultipleChoiceField[Any] = forms.ModelMultipleChoiceField(
        None, label=_("Projects it takes part in"), required=False, widget=forms.CheckboxSelectMultiple()
    )

    def __init__(self, *args: Any, projects: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        cast("forms.ModelChoiceField[Any]", self.fields["projects"]).queryset = projects

    def to_input(self) -> TaskInput:
        """The command's input."""
        data = self.cleaned_data
        return TaskInput(data["task"], data["role"], tuple(data["projects"]))


class TaskForm(TaskFields, VersionedForm):
    """What is asked of a partner, said anew."""


class InviteForm(TaskFields):
    """Whom to invite, and what is asked."""

    organisation: forms.ModelChoiceField[Any] = forms.ModelChoiceField(
        None, label=_("Organisation"), empty_label=_("Choose")
    )
    field_order = ("organisation", "role", "task", "projects")

    def __init__(self, *args: Any, organisations: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        cast("forms.ModelChoiceField[Any]", self.fields["organisation"]).queryset = organisations

    def to_invitation(self) -> InviteInput:
        """The command's input."""
        data = self.cleaned_data
        return InviteInput(data["organisation"], data["task"], data["role"], tuple(data["projects"]))


class PartForm(VersionedForm):
    """What the partner contributes: in words, in money, in projects, by letter."""

    contribution = TextAreaField(label=_("What we contribute"), max_length=4000, rows=7)
    amount = YuanFormField(
        label=_("Money committed (yuan)"), required=False, help_text=_("Leave blank when no money is committed.")
    )

    def __init__(self, *args: Any, projects: list[dict[str, Any]], has_letter: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.projects = projects
        for project in projects:
            self.fields[f"project_{project['id']}"] = YuanFormField(
                label=gettext("Of this for “%(name)s” (yuan)") % {"name": project["name"]}, required=False
            )
        hint = (
            gettext("It takes the place of the one before.")
            if has_letter
            else gettext("A central SOE adds it before it asks a colleague to confirm.")
        )
        self.fields["letter"] = DocumentField(
            kinds=SEALED,
            label=_("Commitment letter"),
            required=False,
            hint=gettext("With the seal of the organisation. %(hint)s") % {"hint": hint},
        )
        expect(self, "letter")

    def to_input(self) -> PartInput:
        """The command's input; a new letter is judged by its content, kept, its seals verified. Raises DomainError."""
        data = self.cleaned_data
        amounts = {one["id"]: data[f"project_{one['id']}"] or ZERO for one in self.projects}
        letter = keep(data["letter"], kinds=SEALED, field="letter") if data["letter"] else None
        seal = verified(letter) if letter else None
        return PartInput(data["contribution"], data["amount"] or ZERO, amounts, letter, seal)


class ConfirmForm(VersionedForm):
    """The second person has read what will be committed, and what was asked (its digest)."""

    asked = forms.CharField(widget=forms.HiddenInput(), required=False, max_length=64)
    agree = forms.BooleanField(
        label=_("I have read what my organisation commits itself to, and confirm it as a second person."),
        error_messages={"required": _("Tick the box once you have read it.")},
    )

    def read_again(self, version: int, asked: str) -> None:
        """Shown again with what stands now, which nobody has agreed to yet."""
        data = cast("QueryDict", self.data).copy()
        data["version"], data["asked"] = str(version), asked
        data.pop("agree", None)
        self.data = data
