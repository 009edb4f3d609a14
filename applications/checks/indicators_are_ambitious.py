"""All indicators are named, with the goals of the equipment-renewal plan."""

from __future__ import annotations

from decimal import Decimal
from typing import Final

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from applications.checks.base import check
from applications.enums import Severity, TargetCode
from applications.models import Application
from portal.core.errors import Text
from portal.core.punctuation import listed
from portal.programme.models import RuleSet

# Above 90 and 75 per cent, at least 25 per cent more; the plan gives no figure for energy.
LEAST: Final = {
    TargetCode.DIGITAL_TOOLS: Decimal("90.01"),
    TargetCode.PROCESS_CONTROL: Decimal("75.01"),
    TargetCode.EQUIPMENT_INVESTMENT: Decimal(25),
    TargetCode.ENERGY: Decimal(0),
}


@check(
    gettext_lazy("Indicators"),
    source="国发〔2024〕7号、工信部联规〔2024〕53号",
    severity=Severity.WARNS,
    section="targets",
    fields=("digital_tools_goal",),
)
def indicators_are_ambitious(dossier: Application, rules: RuleSet) -> Text | None:
    """Design tools > 90 %, numerically controlled processes > 75 %, equipment investment + 25 %, energy levels."""
    goals = {row.code: row.goal for row in dossier.targets.all()}
    low = [code.label for code, least in LEAST.items() if goals.get(code, Decimal(-1)) < least]
    if not low:
        return None
    return _("Missing, or below the goal of the equipment-renewal plan: %(indicators)s.") % {
        "indicators": listed(str(label) for label in low)
    }
