"""What mends and ends the books: a reversal takes one entry back, the closing of a year ends it."""

from __future__ import annotations

from typing import Any

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from grants import states
from grants.models.checked import PLACE, Checked, Signed, checks, counted_once
from grants.models.ledger import Entry
from portal.core.money import ZERO, YuanField
from portal.core.rls import NATION, USER, RowSecurity


def _level(role: str) -> str:
    """SQL: the caller holds the role in the finance department of the level that made the entry."""
    return f"money_post({USER}, '{role}', money_level(entry_id), province_id, unit_id, organisation_id)"


class Reversal(Checked):
    """A correction (冲销): takes one entry back by another one with the opposite amounts.

    Award, place and amount are filled in from the entry. Once per entry, by the level of finance that made it, and
    only while the money is still where the entry put it. The paper of the entry no longer counts afterwards.
    """

    entry = models.ForeignKey(
        Entry, models.PROTECT, related_name="reversals", verbose_name=pgettext_lazy("ledger", "entry")
    )
    award = models.ForeignKey("grants.Award", models.PROTECT, related_name="reversals", verbose_name=_("award"))
    amount = YuanField(_("amount (yuan)"))
    reason = models.TextField(_("why it is taken back"), max_length=1000)

    class Meta:
        verbose_name = pgettext_lazy("ledger", "reversal")
        verbose_name_plural = pgettext_lazy("ledger", "reversals")
        ordering = ["-pk"]
        indexes = [models.Index(fields=["state", "organisation"], name="reversal_to_check")]
        constraints = [
            counted_once(
                "reversal_once_per_entry",
                ["entry"],
                _("This entry is reversed already, or its reversal waits for a checker."),
            ),
            models.CheckConstraint(
                name="reversal_says_why",
                condition=~Q(reason=""),
                violation_error_message=_("Say why the entry is taken back."),
            ),
            *checks("reversal"),
            RowSecurity(
                name="reversal_rows",
                read=PLACE,
                insert=f"(maker_id = {USER} and {_level('finance_maker')})",
                update=_level("finance_checker"),
            ),
        ]
        triggers = [states.REVERSAL.guard()]

    def __str__(self) -> str:
        return f"{self.unit} {self.document_no}"


def _ministry(role: str) -> str:
    """SQL: the caller holds the role in the row's organisation, the Ministry of Finance."""
    return f"money_post({USER}, '{role}', 'ministry', null, null, organisation_id)"


class YearClose(Signed):
    """The closing of a year (年度结账), entered and confirmed by the Ministry of Finance.

    With the confirmation the database verifies the books of the year, refuses every later entry in it, and books what
    units have not spent: money of the year as carry-over, what was carried over the year before as surplus. entries,
    digest, carried_over, surplus: what it found and booked.
    """

    year = models.PositiveSmallIntegerField(_("year"))
    entries = models.PositiveIntegerField(_("entries of the year"), default=0, editable=False)
    digest = models.CharField(_("digest of the last entry (SHA-256)"), max_length=64, blank=True, editable=False)
    carried_over = YuanField(_("carried over (yuan)"), default=ZERO, editable=False)
    surplus = YuanField(_("surplus (yuan)"), default=ZERO, editable=False)

    class Meta:
        verbose_name = _("closing of a year")
        verbose_name_plural = _("closings of years")
        ordering = ["-year", "-pk"]
        constraints = [
            counted_once(
                "year_close_once", ["year"], _("This year is closed already, or its closing waits for a checker.")
            ),
            *checks("year_close"),
            RowSecurity(
                name="year_close_rows",
                read=NATION,
                insert=f"(maker_id = {USER} and {_ministry('finance_maker')})",
                update=_ministry("finance_checker"),
            ),
        ]
        triggers = [states.YEAR_CLOSE.guard()]

    def __str__(self) -> str:
        return f"{self.year}"

    @property
    def about(self) -> Any:
        """The year."""
        return str(self.year)
