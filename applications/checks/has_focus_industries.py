"""There is at least one focus industry."""

from __future__ import annotations

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from applications.checks.base import check
from applications.enums import Severity
from applications.models import Application
from portal.core.errors import Text
from portal.programme.models import RuleSet


@check(
    gettext_lazy("Focus industries are named"),
    source="工信厅联规函〔2025〕108号",
    severity=Severity.BLOCKS,
    section="industries",
)
def has_focus_industries(dossier: Application, rules: RuleSet) -> Text | None:
    """Without one there is nothing to judge."""
    return None if dossier.industries.all() else _("Add the industries the unit focuses on.")
