"""The implementation plan is written."""

from __future__ import annotations

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from applications.checks.base import check
from applications.enums import Severity
from applications.models import Application
from portal.core.errors import Text
from portal.programme.models import RuleSet


@check(
    gettext_lazy("Text of the implementation plan"),
    source="工信厅联规函〔2025〕108号",
    severity=Severity.BLOCKS,
    section="plan",
)
def plan_has_text(dossier: Application, rules: RuleSet) -> Text | None:
    """The sealed PDF is what was signed; the text is what is read, searched and compared."""
    if dossier.chapters.all():
        return None
    return _("Write the chapters of the implementation plan, or take them over from a Word file.")
