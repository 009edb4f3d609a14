"""The support asked for projects is not more than the amount asked for the unit."""

from __future__ import annotations

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from applications.checks.base import check
from applications.enums import Severity
from applications.models import Application
from portal.core.errors import Text
from portal.programme.models import RuleSet


@check(
    gettext_lazy("Support of projects fits the amount asked"),
    source="财建〔2024〕16号",
    severity=Severity.WARNS,
    section="projects",
)
def support_fits_the_amount(dossier: Application, rules: RuleSet) -> Text | None:
    """More than the grant would have to be paid locally."""
    asked = sum(row.support_asked for row in dossier.projects.all())
    if asked <= dossier.amount_asked:
        return None
    return _(
        "The projects ask for %(asked)s yuan, the dossier for %(amount)s yuan: the rest would be paid locally."
    ) % {
        "asked": f"{asked:,.2f}",
        "amount": f"{dossier.amount_asked:,.2f}",
    }
