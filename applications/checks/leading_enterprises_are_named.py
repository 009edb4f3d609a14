"""Every focus industry has a chain leader or a leading enterprise in the roster."""

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
    gettext_lazy("Leading enterprises"),
    source="工信厅联规函〔2025〕108号",
    severity=Severity.WARNS,
    section="enterprises",
)
def leading_enterprises_are_named(dossier: Application, rules: RuleSet) -> Text | None:
    """At least one chain-leader or leading enterprise for each focus industry."""
    roster = getattr(dossier, "roster", None)
    led = [row["code"] for row in (roster.figures["industries"] if roster else []) if row["leaders"]]
    missing = [
        row.industry.name
        for row in dossier.industries.all()
        if not any(code.startswith(row.industry_id) for code in led)
    ]
    if not missing:
        return None
    return _("The roster names no chain leader or leading enterprise for: %(industries)s.") % {
        "industries": listed(missing)
    }
