"""Title, summary and contacts are there."""

from __future__ import annotations

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from applications.checks.base import check
from applications.enums import Severity
from applications.models import Application
from portal.core.errors import Text
from portal.programme.models import RuleSet


@check(
    gettext_lazy("Basics are complete"),
    source="工信厅联规函〔2025〕108号",
    severity=Severity.BLOCKS,
    section="basics",
    fields=("summary", "contact_name", "contact_phone"),
)
def basics_are_complete(dossier: Application, rules: RuleSet) -> Text | None:
    """Nobody can judge or reach a unit without them."""
    if dossier.title and dossier.summary and dossier.contact_name and dossier.contact_phone:
        return None
    return _("Write the summary and name a contact person with a telephone number.")
