"""The rates of digital transformation in the dossier are those of its roster."""

from __future__ import annotations

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from applications.checks.base import check
from applications.enums import Severity
from applications.models import Application
from applications.roster.rates import rates
from portal.core.errors import Text
from portal.programme.models import RuleSet


@check(
    gettext_lazy("Digital transformation as the roster counts it"),
    source="财建〔2024〕16号",
    severity=Severity.WARNS,
    section="enterprises",
)
def digital_target_fits_the_roster(dossier: Application, rules: RuleSet) -> Text | None:
    """The target of 80 % is counted from enterprises, not stated."""
    roster = getattr(dossier, "roster", None)
    if roster is None or not roster.figures["count"]:
        return _("The roster of enterprises is empty: the rates of the dossier are counted from it. Bring a file.")
    planned = rates(roster.figures).digital_then
    if planned is None or planned >= rules.digital_target:
        return None
    return _(
        "By the roster %(planned)s %% of the enterprises are transformed at the end; the rules want %(least)s %%."
    ) % {
        "planned": planned,
        "least": f"{rules.digital_target:g}",
    }
