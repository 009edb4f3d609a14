"""Each indicator says where it stands at the end of each year."""

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
    gettext_lazy("Yearly values of the indicators"),
    source="工信厅联规函〔2025〕108号",
    severity=Severity.WARNS,
    section="targets",
)
def targets_have_years(dossier: Application, rules: RuleSet) -> Text | None:
    """A goal without a way to it cannot be followed up."""
    years = set(period.plan(dossier.batch)[:-1])
    rows = [row for row in dossier.targets.all() if years - {year.year for year in row.years.all()}]
    if not rows:
        return None
    return _("Say where these indicators stand at the end of each year: %(indicators)s.") % {
        "indicators": listed(str(row) for row in rows)
    }
