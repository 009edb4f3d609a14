"""Projects lie in the period of the pilot."""

from __future__ import annotations

from datetime import date
from typing import Final

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from applications.checks.base import check
from applications.enums import Severity
from applications.models import Application
from portal.core.errors import Text
from portal.core.punctuation import listed
from portal.programme.models import RuleSet

# (assumed): from the year before the batch to two years after it.
BEFORE: Final = 1
AFTER: Final = 2


@check(
    gettext_lazy("Dates of the projects"),
    source="工信厅联规函〔2025〕108号 (assumed)",
    severity=Severity.WARNS,
    section="projects",
    fields=("starts_on", "ends_on"),
)
def projects_fit_the_period(dossier: Application, rules: RuleSet) -> Text | None:
    """What ended before, or begins after, is not carried out with this grant."""
    first, last = date(dossier.batch.year - BEFORE, 1, 1), date(dossier.batch.year + AFTER, 12, 31)
    outside = [row.name for row in dossier.projects.all() if row.starts_on < first or row.ends_on > last]
    if not outside:
        return None
    return _("Outside the period from %(first)s to %(last)s: %(projects)s. Correct the dates, or say why.") % {
        "first": first.isoformat(),
        "last": last.isoformat(),
        "projects": listed(outside),
    }
