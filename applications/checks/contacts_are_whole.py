"""The unit says which department leads and who answers for the pilot."""

from __future__ import annotations

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from applications.checks.base import check
from applications.enums import Severity
from applications.models import Application
from portal.core.errors import Text
from portal.programme.models import RuleSet


@check(
    gettext_lazy("Leading department and leader"),
    source="工信厅联规函〔2025〕108号",
    severity=Severity.WARNS,
    section="basics",
    fields=("lead_department", "leader_name"),
)
def contacts_are_whole(dossier: Application, rules: RuleSet) -> Text | None:
    """People of the ministries must know whom to ask."""
    if dossier.lead_department and dossier.leader_name:
        return None
    return _("Name the leading department and the responsible leader.")
