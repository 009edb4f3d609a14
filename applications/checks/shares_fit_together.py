"""Shares of output add up to at most the whole."""

from __future__ import annotations

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from applications.checks.base import check
from applications.enums import Severity
from applications.models import Application
from portal.core.errors import Text
from portal.programme.models import RuleSet


@check(
    gettext_lazy("Shares of output fit together"),
    source="工信厅联规函〔2025〕108号",
    severity=Severity.BLOCKS,
    section="industries",
)
def shares_fit_together(dossier: Application, rules: RuleSet) -> Text | None:
    """A division and a group inside it would be counted twice."""
    total = sum(row.share_of_output for row in dossier.industries.all())
    if total <= 100:
        return None
    return _("The shares of the focus industries add up to %(total)s %%: correct them to at most 100 %%.") % {
        "total": total
    }
