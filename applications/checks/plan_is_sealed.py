"""The sealed PDF of the implementation plan is there."""

from __future__ import annotations

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from applications.checks.base import check
from applications.enums import AttachmentKind, Severity
from applications.models import Application
from portal.core.errors import Text
from portal.programme.models import RuleSet


@check(
    gettext_lazy("Sealed implementation plan"),
    source="工信厅联规函〔2025〕108号",
    severity=Severity.BLOCKS,
    section="attachments",
)
def plan_is_sealed(dossier: Application, rules: RuleSet) -> Text | None:
    """As a PDF with the seal of the unit's government."""
    if any(row.kind == AttachmentKind.PLAN_PDF for row in dossier.attachments.all()):
        return None
    return _("Add the implementation plan as a PDF with the seal of the government.")
