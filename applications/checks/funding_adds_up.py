"""The money of each project makes up its investment, and central money what it asks for."""

from __future__ import annotations

from decimal import Decimal

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from applications.checks.base import check
from applications.enums import Severity
from applications.enums_sections import FundingSource
from applications.models import Application
from portal.core.errors import Text
from portal.core.money import ZERO
from portal.programme.models import RuleSet


@check(
    gettext_lazy("Sums of the funding plan"),
    source="财建〔2024〕16号",
    severity=Severity.BLOCKS,
    section="funding",
)
def funding_adds_up(dossier: Application, rules: RuleSet) -> Text | None:
    """Sources together are the total investment; the central reward is the support asked, to the fen."""
    for project in sorted(dossier.projects.all(), key=lambda row: row.pk):
        lines = [line for line in dossier.funding.all() if line.project_id == project.pk]
        total = sum((line.amount for line in lines), ZERO)
        central = sum((line.amount for line in lines if line.source == FundingSource.CENTRAL), ZERO)
        if total != project.total_investment:
            text = _("“%(name)s”: the sources make up %(given)s yuan, the total investment is %(wanted)s yuan.")
            return _say(text, project.name, total, project.total_investment)
        if central != project.support_asked:
            text = _("“%(name)s”: %(given)s yuan of central money are planned, %(wanted)s yuan of support are asked.")
            return _say(text, project.name, central, project.support_asked)
    return None


def _say(text: str, name: str, given: Decimal, wanted: Decimal) -> Text:
    return text % {"name": name, "given": f"{given:,.2f}", "wanted": f"{wanted:,.2f}"}
