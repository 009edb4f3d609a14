"""What becomes of money that was paid: used by the project, given back to the level above; money that comes beside."""

from __future__ import annotations

from typing import Final

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from grants import states
from grants.enums import GivenBack, Matching, Place, Spent
from grants.models.award import Award, GrantProject
from grants.models.checked import PLACE, Checked, above_zero, checks, counted_once, post
from grants.models.moves import Issue
from portal.core.money import YuanField
from portal.core.rls import USER, RowSecurity

_OF_UNIT: Final = {
    "read": PLACE,
    "insert": f"(maker_id = {USER} and {post('finance_maker', 'unit_finance')})",
    "update": post("finance_checker", "unit_finance"),
}


class SpendingReport(Checked):
    """What the enterprise of a supported project used of the money paid to it, in one period, for one purpose.

    document: the evidence. enterprise: who spent it, as the report says.
    """

    grant_project = models.ForeignKey(
        GrantProject, models.PROTECT, related_name="spending", verbose_name=_("supported project")
    )
    award = models.ForeignKey(Award, models.PROTECT, related_name="spending", verbose_name=_("award"))
    amount = YuanField(_("amount (yuan)"))
    enterprise = models.CharField(_("enterprise"), max_length=160)
    used_for = models.CharField(_("used for"), max_length=10, choices=Spent.choices)
    purpose = models.TextField(_("what was bought or paid"), max_length=1000)
    period_from = models.DateField(_("from"))
    period_to = models.DateField(_("to"))

    class Meta:
        verbose_name = _("spending report")
        verbose_name_plural = _("spending reports")
        ordering = ["-pk"]
        indexes = [
            models.Index(fields=["state", "unit"], name="spending_to_check"),
            models.Index(fields=["province", "-id"], name="spending_of_province"),
        ]
        constraints = [
            counted_once(
                "spending_report_once",
                ["grant_project", "document_no"],
                _("A spending report with this number is entered for this project already."),
            ),
            above_zero("spending"),
            models.CheckConstraint(
                name="spending_period_in_order",
                condition=Q(period_from__lte=F("period_to")),
                violation_error_message=_("The period ends on or after the day it begins."),
            ),
            models.CheckConstraint(
                name="spending_has_evidence",
                condition=Q(document__isnull=False),
                violation_error_message=_("A spending report needs the file of its evidence."),
            ),
            *checks("spending"),
            RowSecurity(name="spending_rows", **_OF_UNIT),
        ]
        triggers = [states.SPENDING.guard()]

    def __str__(self) -> str:
        return f"{self.enterprise} {self.document_no}"


def _payer(role: str) -> str:
    """SQL: the caller holds the role in the finance department of the level that gives the money back."""
    level = "case source when 'province' then 'provincial_finance' else 'unit_finance' end"
    return f"money_post({USER}, '{role}', {level}, province_id, unit_id, organisation_id)"


_RECEIVES: Final = (
    f"money_post({USER}, 'finance_maker', case source when 'province' then 'ministry' else 'provincial_finance' end,"
    " province_id, unit_id, null)"
)


class ReturnPaper(Checked):
    """Money given back to the level above (上缴): by the unit to the province, by the province to the ministry.

    source: the account it comes from. issue: of the province's own returns, the issue whose money it did not pass on;
    without one it hands on what came back from the unit. received_on: recorded by the level above.
    """

    award = models.ForeignKey(Award, models.PROTECT, related_name="returns", verbose_name=_("award"))
    issue = models.ForeignKey(
        Issue,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="returns",
        verbose_name=pgettext_lazy("money", "issue"),
    )
    source = models.CharField(_("given back from"), max_length=10, choices=GivenBack.choices)
    amount = YuanField(_("amount (yuan)"))
    reason = models.TextField(_("why it goes back"), max_length=1000)
    received_on = models.DateField(_("received on"), null=True, blank=True)
    received_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("recorded by")
    )
    received_at = models.DateTimeField(_("receipt recorded"), null=True, blank=True)

    class Meta:
        verbose_name = _("return")
        verbose_name_plural = _("returns")
        ordering = ["-pk"]
        indexes = [
            models.Index(fields=["state", "province"], name="return_to_check"),
            models.Index(fields=["unit"], name="return_of_unit"),
        ]
        constraints = [
            counted_once(
                "return_document_once",
                ["award", "source", "document_no"],
                _("A return with this document number is entered already."),
            ),
            above_zero("return"),
            models.CheckConstraint(
                name="return_of_issue_by_province",
                condition=Q(issue=None) | Q(source=Place.PROVINCE),
                violation_error_message=_("Only the province gives money of an issue back."),
            ),
            models.CheckConstraint(
                name="return_says_why",
                condition=~Q(reason=""),
                violation_error_message=_("Say why the money goes back."),
            ),
            models.CheckConstraint(
                name="return_receipt_is_whole",
                condition=Q(received_on=None, received_by=None, received_at=None)
                | Q(received_on__isnull=False, received_by__isnull=False, received_at__isnull=False),
                violation_error_message=_("A receipt names the day, who recorded it and when."),
            ),
            models.CheckConstraint(
                name="return_received_after_its_date",
                condition=Q(received_on=None) | Q(received_on__gte=F("document_date")),
                violation_error_message=_("The money cannot arrive before the date of the document."),
            ),
            *checks("return"),
            RowSecurity(
                name="return_rows",
                read=PLACE,
                insert=f"(maker_id = {USER} and {_payer('finance_maker')})",
                update=f"({_payer('finance_checker')} or {_RECEIVES})",
            ),
        ]
        triggers = [states.RETURN.guard()]

    def __str__(self) -> str:
        return f"{self.unit} {self.document_no}"


class MatchingFunds(Checked):
    """Money beside the central reward that arrived: local, the enterprise's own, a loan. It is not in the ledger.

    year: of the funding plan it is compared with. grant_project: for which project; without one for the unit.
    """

    award = models.ForeignKey(Award, models.PROTECT, related_name="matching", verbose_name=_("award"))
    grant_project = models.ForeignKey(
        GrantProject,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="matching",
        verbose_name=_("supported project"),
    )
    year = models.PositiveSmallIntegerField(_("year of the plan"))
    source = models.CharField(_("source"), max_length=8, choices=Matching.choices)
    amount = YuanField(_("amount (yuan)"))
    arrived_on = models.DateField(_("arrived on"))

    class Meta:
        verbose_name = _("matching money")
        verbose_name_plural = _("matching money")
        ordering = ["-pk"]
        indexes = [
            models.Index(fields=["award", "year", "source"], name="matching_of_award"),
            models.Index(fields=["state", "organisation"], name="matching_to_check"),
        ]
        constraints = [
            counted_once(
                "matching_document_once",
                ["award", "source", "document_no"],
                _("Money of this source with this document number is entered already."),
            ),
            above_zero("matching"),
            *checks("matching"),
            RowSecurity(name="matching_rows", **_OF_UNIT),
        ]
        triggers = [states.MATCHING.guard()]

    def __str__(self) -> str:
        return f"{self.unit} {self.document_no}"
