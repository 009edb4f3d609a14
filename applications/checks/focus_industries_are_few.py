"""The number of focus industries lies in the usual span; it warns and never blocks."""

from __future__ import annotations

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from applications.checks.base import check
from applications.enums import Severity
from applications.models import Application
from portal.core.errors import Text
from portal.programme.models import RuleSet


@check(
    gettext_lazy("Number of focus industries"),
    source="工信厅联规函〔2025〕108号 (assumed)",
    severity=Severity.WARNS,
    section="industries",
)
def focus_industries_are_few(dossier: Application, rules: RuleSet) -> Text | None:
    """About three: outside the span of the rule set the unit should be sure."""
    count = len(dossier.industries.all())
    if count == 0 or rules.industries_min <= count <= rules.industries_max:
        return None
    return _("The dossier names %(count)s focus industries; %(least)s to %(most)s are usual.") % {
        "count": count,
        "least": rules.industries_min,
        "most": rules.industries_max,
    }
