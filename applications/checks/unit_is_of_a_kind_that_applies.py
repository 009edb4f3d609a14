"""A joint unit names two districts that still stand."""

from __future__ import annotations

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from applications.checks.base import check
from applications.enums import Severity
from applications.models import Application
from portal.core.errors import Text
from portal.programme.models import RuleSet


@check(
    gettext_lazy("Districts of a joint unit"),
    source="工信厅联规函〔2025〕108号",
    severity=Severity.BLOCKS,
    section="basics",
)
def unit_is_of_a_kind_that_applies(dossier: Application, rules: RuleSet) -> Text | None:
    """Two districts of a municipality may apply as one."""
    unit = dossier.unit
    if "+" not in unit.code or len(unit.districts) == 2:
        return None
    return _("A joint unit consists of two districts of one municipality.")
