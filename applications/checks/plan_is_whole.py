"""All chapters of the implementation plan are written."""

from __future__ import annotations

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from applications.checks.base import check
from applications.enums import Severity
from applications.enums_sections import ChapterCode
from applications.models import Application
from portal.core.errors import Text
from portal.core.punctuation import listed
from portal.programme.models import RuleSet


@check(
    gettext_lazy("Chapters of the implementation plan"),
    source="工信厅联规函〔2025〕108号",
    severity=Severity.WARNS,
    section="plan",
)
def plan_is_whole(dossier: Application, rules: RuleSet) -> Text | None:
    """Which chapters there are stands in applications.enums_sections."""
    written = {row.code for row in dossier.chapters.all()}
    missing = [str(code.label) for code in ChapterCode if code not in written]
    if not written or not missing:
        return None
    return _("These chapters are not written yet: %(chapters)s.") % {"chapters": listed(missing)}
