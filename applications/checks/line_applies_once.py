"""Of a unit and those it follows or that follow it one applies in a batch."""

from __future__ import annotations

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from applications.checks.base import check
from applications.enums import Severity
from applications.models import Application
from portal.core.errors import Text
from portal.programme.models import RuleSet


@check(
    gettext_lazy("One application of a unit and those before and after it"),
    source="财建〔2024〕16号",
    severity=Severity.BLOCKS,
    section="basics",
)
def line_applies_once(dossier: Application, rules: RuleSet) -> Text | None:
    """Two that become one are one applicant: the grant of a unit is capped for both together.

    Both may have applied before anybody knew. What was sent once goes on when the other one was refused for good (it
    cannot be withdrawn any more); one that was never sent does not: a line that was refused does not apply again.
    """
    if not getattr(dossier, "line_has_applied", False):
        return None
    return _(
        "A unit before or after yours by law, or one that shares a district with yours, has applied in this batch, and"
        " one of you may. Until a decision the other one can withdraw."
    )
