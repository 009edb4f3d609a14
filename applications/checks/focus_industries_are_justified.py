"""Each focus industry gives all four reasons: share, concentration, national strategy, local base."""

from __future__ import annotations

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from applications.checks.base import check
from applications.enums import Severity
from applications.models import Application
from portal.core.errors import Text
from portal.core.punctuation import listed
from portal.programme.models import RuleSet


@check(
    gettext_lazy("Focus industries are justified"),
    source="工信厅联规函〔2025〕108号",
    severity=Severity.BLOCKS,
    section="industries",
    fields=("why", "concentration", "strategy", "local_base"),
)
def focus_industries_are_justified(dossier: Application, rules: RuleSet) -> Text | None:
    """Share, concentration, place in the national strategy and local base, each in words."""
    missing = [
        row.industry.name
        for row in dossier.industries.all()
        if not (row.why and row.concentration and row.strategy and row.local_base)
    ]
    if not missing:
        return None
    return _("Reasons are missing for: %(industries)s. Say share, concentration, national strategy and local base.") % {
        "industries": listed(missing)
    }
