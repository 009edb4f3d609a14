"""Sums kept by the database beside the books, so that an overview costs the same at any number of entries."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from applications.enums import SupportMethod
from grants.enums import EntryKind, Place
from grants.models.award import Award
from grants.models.checked import PLACE, Placed
from portal.core.money import YuanField
from portal.core.rls import RowSecurity


class YearSum(Placed):
    """What the entries of one kind and year moved into (above zero) or out of one place of an award.

    kind: of a reversal, that of the entry it takes back, so that every sum is net. method: of the project, for the
    accounts of projects; else empty. Added up over kinds and years it is the balance of the place.
    """

    award = models.ForeignKey(Award, models.PROTECT, related_name="+", verbose_name=_("award"), db_index=False)
    year = models.PositiveSmallIntegerField(_("year"))
    kind = models.CharField(pgettext_lazy("ledger", "kind"), max_length=10, choices=EntryKind.choices)
    place = models.CharField(_("place"), max_length=10, choices=Place.choices)
    method = models.CharField(_("method of support"), max_length=20, choices=SupportMethod.choices, blank=True)
    amount = YuanField(_("amount (yuan)"))

    class Meta:
        verbose_name = _("sum of a year")
        verbose_name_plural = _("sums of years")
        constraints = [
            models.UniqueConstraint(
                name="year_sum_once",
                fields=["award", "year", "kind", "place", "method"],
                violation_error_message=_("This sum is kept already."),
            ),
            RowSecurity(name="year_sum_rows", read=PLACE),
        ]

    def __str__(self) -> str:
        return f"{self.year} {self.get_kind_display()}"


class PlanSum(Placed):
    """What the plan of an award supports in all, and the last year in which one of its projects ends.

    A project that a change ended counts with what was paid to it, and for no year; with none left it is the year of
    the batch.
    """

    award = models.OneToOneField(Award, models.PROTECT, related_name="plan_sum", verbose_name=_("award"))
    support = YuanField(_("support of the plan (yuan)"))
    last_year = models.PositiveSmallIntegerField(_("last year of the plan"))

    class Meta:
        verbose_name = _("sum of a plan")
        verbose_name_plural = _("sums of plans")
        constraints = [RowSecurity(name="plan_sum_rows", read=PLACE)]

    def __str__(self) -> str:
        return f"{self.support}"
