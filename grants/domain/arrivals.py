"""The act by which the unit's finance bureau confirms that a pass-on reached it."""

from __future__ import annotations

from datetime import date

from django.utils.translation import gettext as _

from grants.models import Arrival, PassOn
from portal.core import clock
from portal.core.commands import command
from portal.core.errors import DomainError
from portal.core.scope import Actor


def confirm_arrival(*, by: Actor, pass_on: PassOn, arrived_on: date) -> Arrival:
    """Confirm for the unit the day on which a pass-on came, once.

    Raises NotAllowed; DomainError for a day before the pass-on or in the future, or when it is confirmed already.
    """
    with command(by, "grants.confirm_arrival", pass_on, lock=False) as act:
        if not pass_on.passed_on <= arrived_on <= clock.today():
            text = _("The day lies between the day of the pass-on and today.")
            raise DomainError("arrival_after_pass_on", text, "arrived_on")
        row = Arrival(
            pass_on=pass_on,
            province_id=pass_on.province_id,
            unit_id=pass_on.unit_id,
            arrived_on=arrived_on,
            confirmed_by_id=by.id,
            confirmed_at=clock.now(),
        )
        row.save(force_insert=True)
        return act.record(row)
