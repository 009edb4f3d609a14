"""The digital rate at the end reaches the rule's target."""

from __future__ import annotations

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from applications.checks.base import check
from applications.enums import Severity
from applications.models import Application
from portal.core.errors import Text
from portal.programme.models import RuleSet


@check(
    gettext_lazy("Digital transformation"),
    source="工信厅联规函〔2025〕108号",
    severity=Severity.BLOCKS,
    section="targets",
    fields=("digital_target", "digital_base"),
)
def digital_target_is_reached(dossier: Application, rules: RuleSet) -> Text | None:
    """Of the enterprises above designated size, by the end of the period."""
    if dossier.digital_base is not None and (dossier.digital_target or 0) >= rules.digital_target:
        return None
    return _("State the rate now, and a target of at least %(least)s %% of the enterprises at the end.") % {
        "least": f"{rules.digital_target:g}"
    }
