"""The pilot unit's own word that money which the province passed on has come (到账确认)."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from grants.models.checked import PLACE, Placed
from grants.models.moves import PassOn
from portal.core.rls import USER, RowSecurity


def _bureau(role: str) -> str:
    """SQL: the caller holds the role in the finance bureau of the row's unit, or of the unit that follows it."""
    return f"money_post({USER}, '{role}', 'unit_finance', province_id, unit_id, null)"


class Arrival(Placed):
    """The finance bureau of the unit confirms the day on which a pass-on reached it: once, never before its date."""

    pass_on = models.OneToOneField(PassOn, models.PROTECT, related_name="arrival", verbose_name=_("pass-on"))
    arrived_on = models.DateField(_("arrived at the unit on"))
    confirmed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name=_("confirmed by")
    )
    confirmed_at = models.DateTimeField(_("confirmed"))

    class Meta:
        verbose_name = _("arrival of a pass-on")
        verbose_name_plural = _("arrivals of pass-ons")
        constraints = [
            RowSecurity(
                name="arrival_rows",
                read=PLACE,
                insert=f"(confirmed_by_id = {USER} and ({_bureau('finance_maker')} or {_bureau('finance_checker')}))",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.pass_on}: {self.arrived_on}"
