"""No sealed file was changed after it was sealed."""

from __future__ import annotations

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from applications.checks.base import check
from applications.enums import Severity
from applications.models import Application
from portal.core.errors import Text
from portal.core.punctuation import listed
from portal.core.seals import SealState
from portal.programme.models import RuleSet


@check(
    gettext_lazy("Electronic seals hold"),
    source="《中华人民共和国电子签名法》第十三条",
    severity=Severity.BLOCKS,
    section="attachments",
)
def seals_hold(dossier: Application, rules: RuleSet) -> Text | None:
    """A seal that no longer fits its text says less than none."""
    torn = [
        row.title
        for row in dossier.attachments.all()
        if getattr(row, "seal", None) in {SealState.CHANGED, SealState.BROKEN}
    ]
    if not torn:
        return None
    text = _("The electronic seal of %(names)s does not fit the file any more: have it sealed anew and bring it again.")
    return text % {"names": listed(torn)}
