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

    One that ended after the last day of the call has applied: it mends what it is asked to mend, for nobody else may
    apply any more. A pair stands while both its districts do.
    """
    unit, day = dossier.unit, clock.today()
    if dossier.batch.deadline is not None:
        day = min(day, dossier.batch.deadline.astimezone(clock.SHANGHAI).date())
    ends, begins = ((getattr(dossier, name, None), getattr(unit, of)) for name, of in _OF_PARTS)
    if all(end is None or end >= day for end in ends) and all(begin is None or begin <= day for begin in begins):
        return None
    return _("This division was abolished: withdraw the application; its successor may apply.")
