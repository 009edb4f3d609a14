"""Forms on dossiers: shape only; each builds one input for one command."""

from applications.forms.dossier import BasicsForm, CreateForm, IndustryForm
from applications.forms.parts import (
    AttachmentForm,
    ConfirmForm,
    InviteForm,
    PartForm,
    SharedForm,
    TaskForm,
    UploadForm,
)
from applications.forms.project import ProjectForm
from applications.forms.submission import ReasonForm, SignForm

__all__ = [
    "AttachmentForm",
    "BasicsForm",
    "ConfirmForm",
    "CreateForm",
    "IndustryForm",
    "InviteForm",
    "PartForm",
    "ProjectForm",
    "ReasonForm",
    "SharedForm",
    "SignForm",
    "TaskForm",
    "UploadForm",
]
