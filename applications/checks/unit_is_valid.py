"""The pilot unit still exists."""

from __future__ import annotations

from typing import Final

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from applications.checks.base import check
from applications.enums import Severity
from applications.models import Application
from portal.core import clock
from portal.core.errors import Text
from portal.programme.models import RuleSet

# As the districts of a pair stand (see `queries.marked`), and as the unit itself does.
_OF_PARTS: Final = (("districts_until", "valid_to"), ("districts_from", "valid_from"))


@check(
    gettext_lazy("Pilot unit is valid"),
    source="民政部行政区划代码",
    severity=Severity.BLOCKS,
    section="basics",
)
def unit_is_valid(dossier: Application, rules: RuleSet) -> Text | None:
    """An abolished division applies through its successor.

    Once the call is over nobody else may apply any more: a unit that has applied, or ended after the last day of the
    call, mends what it is asked to mend. A pair stands while both its districts do.
    """
    unit, day, deadline = dossier.unit, clock.today(), dossier.batch.deadline
    if deadline is not None and clock.is_over(deadline):
        applied = dossier.first_submitted_at
        day = min(at.astimezone(clock.SHANGHAI).date() for at in (deadline, applied) if at is not None)
    ends, begins = ((getattr(dossier, name, None), getattr(unit, of)) for name, of in _OF_PARTS)
    if all(end is None or end >= day for end in ends) and all(begin is None or begin <= day for begin in begins):
        return None
    return _("This division was abolished: withdraw the application; its successor may apply.")
