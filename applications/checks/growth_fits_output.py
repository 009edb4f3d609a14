"""Growth as published is near the growth that the amounts of output show."""

from __future__ import annotations

from decimal import Decimal
from itertools import pairwise
from typing import Final

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from applications.checks.base import check
from applications.enums import Severity
from applications.models import Application
from portal.core.errors import Text
from portal.core.punctuation import listed
from portal.programme.models import RuleSet

MOST: Final = Decimal(15)


@check(
    gettext_lazy("Growth fits output"),
    source="own",
    severity=Severity.WARNS,
    section="foundation",
)
def growth_fits_output(dossier: Application, rules: RuleSet) -> Text | None:
    """Prices move less than 15 points a year: more is mostly a slip of the keyboard or a wrong unit."""
    rows = sorted(dossier.foundation.all(), key=lambda row: row.year)
    far = [
        str(new.year)
        for old, new in pairwise(rows)
        if new.year == old.year + 1 and old.output and abs((new.output / old.output - 1) * 100 - new.growth) > MOST
    ]
    if not far:
        return None
    return _("Growth and output do not fit together in %(years)s: look at the figures and their unit.") % {
        "years": listed(far)
    }
