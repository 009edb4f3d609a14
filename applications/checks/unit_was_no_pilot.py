"""The unit was not chosen in an earlier batch; it warns, since the ministries decide."""

from __future__ import annotations

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from applications.checks.base import check
from applications.enums import Severity
from applications.models import Application
from portal.core.errors import Text
from portal.programme.models import RuleSet


@check(
    gettext_lazy("Not a pilot unit before"),
    source="工信厅联规函〔2025〕108号",
    severity=Severity.WARNS,
    section="basics",
)
def unit_was_no_pilot(dossier: Application, rules: RuleSet) -> Text | None:
    """Pilot units of earlier batches are named in the reference data."""
    if not getattr(dossier, "is_earlier_pilot", False):
        return None
    return _("This unit was chosen in an earlier batch: the ministries will ask what is new.")
