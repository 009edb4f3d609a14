"""What every small sheet that a person brings is looked at for before it is read."""

from __future__ import annotations

from typing import Final

from django.core.files.uploadedfile import UploadedFile
from django.template.defaultfilters import filesizeformat
from django.utils.translation import gettext as _

from portal.core import inspection
from portal.core.errors import DomainError
from portal.core.files import XLSX

MOST_BYTES: Final = 2 * 2**20


def refuse_unfit(upload: UploadedFile) -> None:
    """Raise DomainError beside `file` for one that is too large, and for a workbook that is none or is damaged."""
    if (upload.size or 0) > MOST_BYTES:
        text = _("The file is larger than %(most)s. Use the template.") % {"most": filesizeformat(MOST_BYTES)}
        raise DomainError("file_too_large", text, "file")
    upload.seek(0)
    if upload.read(2) == b"PK":
        inspection.inspect(upload, size=upload.size or 0, kinds=(XLSX,), field="file")  # type: ignore[arg-type]
    upload.seek(0)
