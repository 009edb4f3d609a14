"""The amount asked is above zero and within the cap."""

from __future__ import annotations

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from applications.checks.base import check
from applications.enums import Severity
from applications.models import Application
from portal.core.errors import Text
from portal.programme.models import RuleSet


@check(
    gettext_lazy("Amount asked is within the cap"),
    source="财建〔2024〕16号",
    severity=Severity.BLOCKS,
    section="basics",
    fields=("amount_asked",),
)
def amount_is_named(dossier: Application, rules: RuleSet) -> Text | None:
    """At most the grant per unit of the rule set."""
    if 0 < dossier.amount_asked <= rules.grant_cap:
        return None
    return _("Ask for an amount above zero and at most %(cap)s yuan.") % {"cap": f"{rules.grant_cap:,.2f}"}
