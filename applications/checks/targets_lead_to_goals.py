"""The yearly values lead from the baseline to the goal without a step back."""

from __future__ import annotations

from itertools import pairwise

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from applications.checks.base import check
from applications.enums import Severity
from applications.models import Application, Target
from portal.core.errors import Text
from portal.core.punctuation import listed
from portal.programme.models import RuleSet


@check(
    gettext_lazy("Way of the indicators"),
    source="own",
    severity=Severity.WARNS,
    section="targets",
)
def targets_lead_to_goals(dossier: Application, rules: RuleSet) -> Text | None:
    """A step back is possible, but wants a second look."""
    wrong = [str(row) for row in dossier.targets.all() if _steps_back(row)]
    if not wrong:
        return None
    return _("The yearly values do not lead from the baseline to the goal: %(indicators)s.") % {
        "indicators": listed(wrong)
    }


def _steps_back(row: Target) -> bool:
    years = [year.value for year in sorted(row.years.all(), key=lambda year: year.year)]
    way = [row.baseline, *years, row.goal]
    rises = row.goal >= row.baseline
    return any((new < old) if rises else (new > old) for old, new in pairwise(way))
