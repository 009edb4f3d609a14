"""The years before the batch are told in figures."""

from __future__ import annotations

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from applications import period
from applications.checks.base import check
from applications.enums import Severity
from applications.models import Application
from portal.core.errors import Text
from portal.core.punctuation import listed
from portal.programme.models import RuleSet


@check(
    gettext_lazy("Foundation"),
    source="工信厅联规函〔2025〕108号",
    severity=Severity.BLOCKS,
    section="foundation",
)
def foundation_is_told(dossier: Application, rules: RuleSet) -> Text | None:
    """Output, growth and technological-transformation investment of the three years before."""
    told = {row.year for row in dossier.foundation.all()}
    missing = [str(year) for year in period.before(dossier.batch) if year not in told]
    if not missing:
        return None
    return _("Give output, growth and technological-transformation investment of: %(years)s.") % {
        "years": listed(missing)
    }
