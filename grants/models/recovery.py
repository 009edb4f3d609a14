"""Money demanded back: the demand with its ground and deadline, payments on it in parts, its withdrawal."""

from __future__ import annotations

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from grants import states
from grants.enums import Ground, Level, RecoveryState
from grants.models.award import Award, GrantProject
from grants.models.checked import PLACE, Checked, above_zero, checks, counted_once, post
from portal.core.money import YuanField
from portal.core.rls import USER, RowSecurity


def _level(role: str) -> str:
    """SQL: the caller holds the role in the finance department that demands."""
    return f"money_post({USER}, '{role}', level, province_id, unit_id, organisation_id)"


class Recovery(Checked):
    """A demand for money back (追缴), addressed to the finance bureau of a pilot unit.

    level: who demands. grant_project: whose money; without one the unit's whole money. violation: code of the kind in
    the rule set; fine_from, fine_to: the range of the fine by that rule, in yuan, which others decide on. reference:
    of the finding, the report or the assessment; finding: where it is an audit finding of the portal that was addressed
    or handed over to who demands. due_on: the last day to pay. How far it is paid follows from its payments.
    """

    award = models.ForeignKey(Award, models.PROTECT, related_name="recoveries", verbose_name=_("award"))
    grant_project = models.ForeignKey(
        GrantProject,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="recoveries",
        verbose_name=_("supported project"),
    )
    level = models.CharField(_("demanded by"), max_length=20, choices=Level.choices)
    ground = models.CharField(_("ground"), max_length=10, choices=Ground.choices)
    violation = models.CharField(_("kind of violation"), max_length=40, blank=True)
    reference = models.CharField(_("finding or report"), max_length=200, blank=True)
    finding = models.ForeignKey(
        "audit.Finding",
        models.PROTECT,
        null=True,
        blank=True,
        related_name="recoveries",
        verbose_name=_("audit finding"),
    )
    reason = models.TextField(_("what was found"), max_length=2000)
    amount = YuanField(_("amount (yuan)"))
    due_on = models.DateField(_("to be paid by"))
    fine_from = YuanField(_("fine from (yuan)"), null=True, blank=True)
    fine_to = YuanField(_("fine to (yuan)"), null=True, blank=True)
    state = models.CharField(_("state"), max_length=10, choices=RecoveryState.choices, default=RecoveryState.ENTERED)

    class Meta:
        verbose_name = pgettext_lazy("money", "recovery")
        verbose_name_plural = pgettext_lazy("money", "recoveries")
        ordering = ["-pk"]
        indexes = [
            models.Index(fields=["state", "due_on"], name="recovery_by_deadline"),
            models.Index(fields=["province", "state"], name="recovery_of_province"),
            models.Index(fields=["unit"], name="recovery_of_unit"),
        ]
        constraints = [
            counted_once(
                "recovery_document_once", ["award", "document_no"], _("A demand with this number is entered already.")
            ),
            above_zero("recovery"),
            models.CheckConstraint(
                name="recovery_names_its_violation",
                condition=Q(ground=Ground.VIOLATION) & ~Q(violation="")
                | ~Q(ground=Ground.VIOLATION) & Q(violation="", fine_from=None, fine_to=None),
                violation_error_message=_("A demand for a violation names its kind; another one has no fine."),
            ),
            models.CheckConstraint(
                name="recovery_names_its_finding",
                condition=~Q(ground=Ground.FINDING) | ~Q(reference=""),
                violation_error_message=_("Name the finding or report."),
            ),
            models.CheckConstraint(
                name="recovery_names_its_project",
                condition=~Q(ground=Ground.ENDED) | Q(grant_project__isnull=False),
                violation_error_message=_("Name the project that was taken out of the plan."),
            ),
            models.CheckConstraint(
                name="recovery_says_what_was_found",
                condition=~Q(reason=""),
                violation_error_message=_("Say what was found: the pilot unit reads it."),
            ),
            models.CheckConstraint(
                name="recovery_leaves_time",
                condition=Q(due_on__gt=F("document_date")),
                violation_error_message=_("The deadline lies after the date of the document."),
            ),
            models.CheckConstraint(
                name="recovery_fine_in_order",
                condition=Q(fine_from=None, fine_to=None) | Q(fine_from__gte=0, fine_from__lte=F("fine_to")),
                violation_error_message=_("The range of the fine goes upwards."),
            ),
            *checks("recovery"),
            RowSecurity(
                name="recovery_rows",
                read=PLACE,
                insert=f"(maker_id = {USER} and {_level('finance_maker')})",
                update=_level("finance_checker"),
            ),
        ]
        triggers = [states.RECOVERY.guard()]

    def __str__(self) -> str:
        return f"{self.unit} {self.document_no}"


class RecoveryPayment(Checked):
    """A part of a demand that the unit's bureau collected: from a project (unused money first), or from its own.

    Confirmed, it is booked as recovery and lies as surplus with the unit; from there it goes up by return.
    """

    recovery = models.ForeignKey(
        Recovery, models.PROTECT, related_name="payments", verbose_name=pgettext_lazy("money", "recovery")
    )
    award = models.ForeignKey(Award, models.PROTECT, related_name="+", verbose_name=_("award"))
    grant_project = models.ForeignKey(
        GrantProject, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("supported project")
    )
    amount = YuanField(_("amount (yuan)"))

    class Meta:
        verbose_name = _("payment on a recovery")
        verbose_name_plural = _("payments on recoveries")
        ordering = ["-pk"]
        indexes = [models.Index(fields=["state", "organisation"], name="recovery_payment_to_check")]
        constraints = [
            counted_once(
                "recovery_payment_once",
                ["recovery", "document_no"],
                _("A payment with this document number is entered for this demand already."),
            ),
            above_zero("recovery_payment"),
            *checks("recovery_payment"),
            RowSecurity(
                name="recovery_payment_rows",
                read=PLACE,
                insert=f"(maker_id = {USER} and {post('finance_maker', 'unit_finance')})",
                update=post("finance_checker", "unit_finance"),
            ),
        ]
        triggers = [states.RECOVERY_PAYMENT.guard()]

    def __str__(self) -> str:
        return f"{self.unit} {self.document_no}"


class RecoveryWithdrawal(Checked):
    """The end of a demand that is not paid in full, signed by maker and checker of who demanded.

    level, amount: filled in from the demand; the amount is what was outstanding when it was entered.
    """

    recovery = models.ForeignKey(
        Recovery, models.PROTECT, related_name="withdrawals", verbose_name=pgettext_lazy("money", "recovery")
    )
    award = models.ForeignKey(Award, models.PROTECT, related_name="+", verbose_name=_("award"))
    level = models.CharField(_("demanded by"), max_length=20, choices=Level.choices)
    amount = YuanField(_("amount (yuan)"))
    reason = models.TextField(_("why it is withdrawn"), max_length=1000)

    class Meta:
        verbose_name = _("withdrawal of a recovery")
        verbose_name_plural = _("withdrawals of recoveries")
        ordering = ["-pk"]
        constraints = [
            counted_once(
                "recovery_withdrawn_once",
                ["recovery"],
                _("This demand is withdrawn already, or its withdrawal waits for a checker."),
            ),
            models.CheckConstraint(
                name="recovery_withdrawal_says_why",
                condition=~Q(reason=""),
                violation_error_message=_("Say why the demand is withdrawn."),
            ),
            *checks("recovery_withdrawal"),
            RowSecurity(
                name="recovery_withdrawal_rows",
                read=PLACE,
                insert=f"(maker_id = {USER} and {_level('finance_maker')})",
                update=_level("finance_checker"),
            ),
        ]
        triggers = [states.RECOVERY_WITHDRAWAL.guard()]

    def __str__(self) -> str:
        return f"{self.unit} {self.document_no}"
