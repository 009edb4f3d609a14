"""Risks are named, and the record of safety and environment is told."""

from __future__ import annotations

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from applications.checks.base import check
from applications.enums import Severity
from applications.enums_sections import StatementCode
from applications.models import Application
from portal.core.errors import Text
from portal.core.punctuation import listed
from portal.programme.models import RuleSet


@check(
    gettext_lazy("Risk and safety"),
    source="工信厅联规函〔2025〕108号",
    severity=Severity.BLOCKS,
    section="safety",
)
def risks_are_named(dossier: Application, rules: RuleSet) -> Text | None:
    """At least one risk with its measure, and the record in words."""
    told = {row.code for row in dossier.statements.all()}
    missing = [str(code.label) for code in (StatementCode.WORK_SAFETY, StatementCode.ENVIRONMENT) if code not in told]
    if missing:
        return _("Write: %(texts)s.") % {"texts": listed(missing)}
    return None if dossier.risks.all() else _("Name the risks of the pilot, and what is done about each.")
