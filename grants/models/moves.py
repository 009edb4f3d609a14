"""Money on its way: issues to provinces, pass-ons to units, payments to projects; and the files that belong to it."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from grants import states
from grants.enums import DocumentKind, Tranche
from grants.models.award import Award, GrantProject
from grants.models.checked import PLACE, Checked, Placed, above_zero, checks, counted_once, post
from portal.core import clock
from portal.core.models import StoredFile, file_checks
from portal.core.money import YuanField
from portal.core.rls import USER, RowSecurity, has_role


class Document(StoredFile, Placed):
    """A sealed document or a voucher. Never changed, never removed; each look at it stands in the trail."""

    seen_at = ("grants:awards",)
    kind = models.CharField(_("kind of document"), max_length=12, choices=DocumentKind.choices)

    class Meta:
        verbose_name = pgettext_lazy("money", "document")
        verbose_name_plural = pgettext_lazy("money", "documents")
        indexes = [models.Index(fields=["sha256"])]
        constraints = [
            *file_checks("document"),
            RowSecurity(
                name="document_rows",
                read=PLACE,
                insert=f"(uploaded_by_id = {USER} and {has_role('finance_maker', 'officer')} and {PLACE})",
            ),
        ]


class Issue(Checked):
    """One tranche on its way from the centre to a province (资金下达).

    received_on: when it reached the province's treasury, recorded by the province; the days in which it has to be
    passed on count from there, and until it is recorded from the day the ministry confirmed the issue.
    paper: the document of many units that it is a line of; it is confirmed and refused with it and never apart.
    """

    award = models.ForeignKey(Award, models.PROTECT, related_name="issues", verbose_name=_("award"))
    paper = models.ForeignKey(
        "grants.IssuePaper",
        models.PROTECT,
        null=True,
        blank=True,
        related_name="lines",
        verbose_name=_("line of the issue document"),
    )
    tranche = models.PositiveSmallIntegerField(_("tranche"), choices=Tranche.choices)
    amount = YuanField(_("amount (yuan)"))
    received_on = models.DateField(_("received by the province on"), null=True, blank=True)
    received_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("recorded by")
    )
    received_at = models.DateTimeField(_("receipt recorded"), null=True, blank=True)

    class Meta:
        verbose_name = pgettext_lazy("money", "issue")
        verbose_name_plural = pgettext_lazy("money", "issues")
        ordering = ["-pk"]
        indexes = [models.Index(fields=["state", "province"]), models.Index(fields=["unit"])]
        constraints = [
            counted_once(
                "issue_document_once",
                ["award", "tranche", "document_no"],
                _("An issue with this document number is entered already."),
            ),
            above_zero("issue"),
            models.CheckConstraint(
                name="issue_receipt_is_whole",
                condition=Q(received_on=None, received_by=None, received_at=None)
                | Q(received_on__isnull=False, received_by__isnull=False, received_at__isnull=False),
                violation_error_message=_("A receipt names the day, who recorded it and when."),
            ),
            models.CheckConstraint(
                name="issue_received_after_its_date",
                condition=Q(received_on=None) | Q(received_on__gte=F("document_date")),
                violation_error_message=_("The money cannot arrive before the date of the document."),
            ),
            *checks("issue"),
            RowSecurity(
                name="issue_rows",
                read=PLACE,
                insert=f"(maker_id = {USER} and {post('finance_maker', 'ministry')})",
                update=(
                    f"({post('finance_checker', 'ministry')} or"
                    f" money_post({USER}, 'finance_maker', 'provincial_finance', province_id, unit_id, null))"
                ),
            ),
        ]
        triggers = [states.ISSUE.guard()]

    def __str__(self) -> str:
        return f"{self.unit} {self.document_no}"

    @property
    def recorded_after(self) -> int:
        """Days from the day the receipt names to the day it was recorded; 0 while it is not."""
        if self.received_on is None or self.received_at is None:
            return 0
        return (self.received_at.astimezone(clock.SHANGHAI).date() - self.received_on).days


class PassOn(Checked):
    """Money of one issue passed on by the province to its pilot unit (资金拨付)."""

    issue = models.ForeignKey(
        Issue, models.PROTECT, related_name="pass_ons", verbose_name=pgettext_lazy("money", "issue")
    )
    award = models.ForeignKey(Award, models.PROTECT, related_name="pass_ons", verbose_name=_("award"))
    amount = YuanField(_("amount (yuan)"))
    passed_on = models.DateField(_("passed on"))
    note = models.TextField(_("note"), blank=True, max_length=1000)

    class Meta:
        verbose_name = _("pass-on")
        verbose_name_plural = _("pass-ons")
        ordering = ["-pk"]
        indexes = [models.Index(fields=["state", "province"]), models.Index(fields=["unit"])]
        constraints = [
            counted_once(
                "pass_on_document_once",
                ["issue", "document_no"],
                _("A pass-on with this document number is entered already."),
            ),
            above_zero("pass_on"),
            *checks("pass_on"),
            RowSecurity(
                name="pass_on_rows",
                read=PLACE,
                insert=f"(maker_id = {USER} and {post('finance_maker', 'provincial_finance')})",
                update=post("finance_checker", "provincial_finance"),
            ),
        ]
        triggers = [states.PASS_ON.guard()]

    def __str__(self) -> str:
        return f"{self.unit} {self.document_no}"


class Payment(Checked):
    """Money paid by the unit's finance bureau to a project. document: the voucher; document_no: its number.

    request: what was asked and shown, frozen with the payment; payments from before requests have none.
    """

    grant_project = models.ForeignKey(
        GrantProject, models.PROTECT, related_name="payments", verbose_name=_("supported project")
    )
    award = models.ForeignKey(Award, models.PROTECT, related_name="payments", verbose_name=_("award"))
    request = models.OneToOneField(
        "grants.PaymentRequest",
        models.PROTECT,
        null=True,
        blank=True,
        related_name="payment",
        verbose_name=_("payment request"),
    )
    amount = YuanField(_("amount (yuan)"))
    payee = models.CharField(_("payee"), max_length=160)
    purpose = models.TextField(_("what it is for"), max_length=1000)

    class Meta:
        verbose_name = _("payment")
        verbose_name_plural = _("payments")
        ordering = ["-pk"]
        indexes = [
            models.Index(fields=["state", "unit"]),
            models.Index(fields=["province", "-id"], name="payment_of_province"),
            models.Index(fields=["unit", "-id"], name="payment_of_unit"),
            models.Index(fields=["payee"], name="payment_of_payee_before", condition=Q(request=None)),
        ]
        constraints = [
            counted_once(
                "payment_voucher_once",
                ["grant_project", "document_no"],
                _("A payment with this voucher number is entered for this project already."),
            ),
            above_zero("payment"),
            models.CheckConstraint(
                name="payment_has_voucher",
                condition=Q(document__isnull=False),
                violation_error_message=_("A payment needs the file of its voucher."),
            ),
            *checks("payment"),
            RowSecurity(
                name="payment_rows",
                read=PLACE,
                insert=f"(maker_id = {USER} and {post('finance_maker', 'unit_finance')})",
                update=post("finance_checker", "unit_finance"),
            ),
        ]
        triggers = [states.PAYMENT.guard()]

    def __str__(self) -> str:
        return f"{self.payee} {self.document_no}"
