"""What stands before a payment: the request with its invoices and evidence; the ground of a refusal; holds."""

from __future__ import annotations

from typing import Final

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.db.models.functions import Concat, Now
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from applications.enums import MoneyLevel, SupportMethod
from grants import states
from grants.enums_paying import STOPS, Ground, HoldState, HoldWord
from grants.models.award import GrantProject
from grants.models.checked import PLACE, Placed
from portal.core import clock
from portal.core.models import StoredFile, file_checks
from portal.core.money import YuanField
from portal.core.rls import NATION, PROVINCES, USER, RowSecurity, has_role

_UNIT: Final = "unit_id = any((select money_units())::text[])"
# Who prepares: the unit's finance makers, and the drafters of the unit (as a rule of its industry bureau).
_PREPARES: Final = (
    f"(money_post({USER}, 'finance_maker', 'unit_finance', province_id, unit_id, null)"
    f" or ({has_role('drafter')} and {_UNIT}))"
)
_CHECKS: Final = f"money_post({USER}, 'finance_checker', 'unit_finance', province_id, unit_id, null)"
_HOLDS: Final = (
    f"(({has_role('officer')} and {NATION}) or ({has_role('provincial_officer')} and province_id = {PROVINCES})"
    f" or ({has_role('finance_maker', 'finance_checker')} and {_UNIT}))"
)


class PaymentRequest(Placed):
    """What is asked to be paid to a project (拨付申请): it is typed and mended until a payment is entered from it.

    method: of the approved plan; milestone: of the plan, or in words where the plan has none; payee, payee_code: an
    enterprise of the project; uses: the banned uses of the rule set of that version with the answer to each;
    copy_of: the refused request it mends. With the payment it is frozen.
    """

    grant_project = models.ForeignKey(
        GrantProject, models.PROTECT, related_name="requests", verbose_name=_("supported project")
    )
    award = models.ForeignKey("grants.Award", models.PROTECT, related_name="+", verbose_name=_("award"))
    method = models.CharField(_("method of support"), max_length=20, choices=SupportMethod.choices)
    amount = YuanField(_("amount (yuan)"))
    milestone = models.CharField(_("milestone reached"), max_length=200)
    reached_on = models.DateField(_("reached on"))
    payee = models.CharField(_("payee"), max_length=160)
    payee_code = models.CharField(_("unified social credit code of the payee"), max_length=18)
    purpose = models.TextField(_("what it is for"), max_length=1000)
    uses = models.JSONField(_("banned uses and answers"), default=list)
    rules_version = models.CharField(_("version of the rules"), max_length=20, blank=True)
    prepared_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name=_("prepared by")
    )
    prepared_at = models.DateTimeField(_("prepared"))
    copy_of = models.ForeignKey(
        "self", models.PROTECT, null=True, blank=True, related_name="copies", verbose_name=_("mends")
    )

    class Meta:
        verbose_name = _("payment request")
        verbose_name_plural = _("payment requests")
        ordering = ["-pk"]
        indexes = [
            models.Index(fields=["unit", "-id"], name="payment_request_of_unit"),
            models.Index(fields=["payee_code"], name="payment_request_of_payee"),
        ]
        constraints = [
            models.CheckConstraint(
                name="request_amount_above_zero",
                condition=Q(amount__gt=0),
                violation_error_message=_("The amount is above zero."),
            ),
            models.CheckConstraint(
                name="request_payee_code_is_valid",
                condition=Q(
                    models.Func(
                        models.F("payee_code"), function="credit_code_is_valid", output_field=models.BooleanField()
                    )
                ),
                violation_error_message=_("This is no unified social credit code: a digit is wrong."),
            ),
            models.CheckConstraint(
                name="request_says_what",
                condition=~Q(milestone="") & ~Q(purpose="") & ~Q(payee=""),
                violation_error_message=_("Name the milestone, the payee and what the money is for."),
            ),
            RowSecurity(
                name="payment_request_rows",
                read=PLACE,
                insert=f"(prepared_by_id = {USER} and {_PREPARES})",
                update=_PREPARES,
            ),
        ]

    def __str__(self) -> str:
        return f"{self.payee} {self.amount}"

    @property
    def is_open(self) -> bool:
        """Whether no payment was entered from it yet; no query where `payment` was joined."""
        return getattr(self, "payment", None) is None


class RequestInvoice(Placed):
    """An invoice (发票) with its contract. code: of a paper invoice, blank for an electronic one of 20 digits.

    counted: a payment that is entered or confirmed rests on it; the database sets it. A counted invoice is one of its
    kind in the whole country. added_at: when it came into the request.
    """

    request = models.ForeignKey(PaymentRequest, models.CASCADE, related_name="invoices")
    code = models.CharField(_("invoice code"), max_length=12, blank=True)
    number = models.CharField(_("invoice number"), max_length=20)
    dated = models.DateField(_("date of the invoice"))
    seller = models.CharField(_("seller"), max_length=160)
    seller_code = models.CharField(_("credit code of the seller"), max_length=18)
    amount = YuanField(_("amount with tax (yuan)"))
    contract_no = models.CharField(_("contract number"), max_length=80, blank=True)
    counted = models.BooleanField(_("counted"), default=False, editable=False)
    added_at = models.DateTimeField(_("added"), default=clock.now, db_default=Now(), editable=False)

    class Meta:
        verbose_name = _("invoice")
        verbose_name_plural = _("invoices")
        ordering = ["request", "pk"]
        indexes = [
            models.Index(fields=["number"], name="invoice_by_number"),
            models.Index(fields=["unit", "-id"], name="invoice_of_unit"),
            models.Index(fields=["seller_code"], name="invoice_of_seller"),
        ]
        constraints = [
            # Code and number as one: the 20 digits of an electronic invoice, parted, have the form of a paper one.
            models.UniqueConstraint(
                Concat("code", "number"),
                name="invoice_once_in_nation",
                condition=Q(counted=True),
                violation_error_message=_("An invoice of this request counts already for another payment."),
            ),
            models.UniqueConstraint(
                name="invoice_once_in_request",
                fields=["request", "code", "number"],
                violation_error_message=_("This invoice stands in the request already."),
            ),
            models.CheckConstraint(
                name="invoice_number_has_its_form",
                condition=Q(code="", number__regex=r"^[0-9]{20}$")
                | Q(code__regex=r"^([0-9]{10}|[0-9]{12})$", number__regex=r"^[0-9]{8}$"),
                violation_error_message=_(
                    "An electronic invoice has 20 digits and no code; a paper one a code of 10 or 12 digits and a"
                    " number of 8."
                ),
            ),
            models.CheckConstraint(
                name="invoice_amount_above_zero",
                condition=Q(amount__gt=0),
                violation_error_message=_("The amount is above zero."),
            ),
            models.CheckConstraint(
                name="invoice_seller_is_named",
                condition=~Q(seller="")
                & Q(
                    models.Func(
                        models.F("seller_code"), function="credit_code_is_valid", output_field=models.BooleanField()
                    )
                ),
                violation_error_message=_("Name the seller and its valid unified social credit code."),
            ),
            RowSecurity(name="request_invoice_rows", read=PLACE, insert=_PREPARES, delete=_PREPARES),
        ]

    def __str__(self) -> str:
        return f"{self.code} {self.number}".strip()


class EvidenceFile(StoredFile, Placed):
    """Evidence: of the milestone of a request, or of the other national money of a hold."""

    seen_at = ("grants:requests",)
    request = models.ForeignKey(PaymentRequest, models.CASCADE, null=True, blank=True, related_name="evidence")
    hold = models.ForeignKey("grants.FundingHold", models.PROTECT, null=True, blank=True, related_name="evidence")

    class Meta:
        verbose_name = pgettext_lazy("money", "piece of evidence")
        verbose_name_plural = pgettext_lazy("money", "pieces of evidence")
        ordering = ["pk"]
        indexes = [models.Index(fields=["sha256"], name="evidence_by_digest")]
        constraints = [
            *file_checks("evidence"),
            models.CheckConstraint(
                name="evidence_of_one_thing",
                condition=Q(request__isnull=False, hold=None) | Q(request=None, hold__isnull=False),
                violation_error_message=_("Evidence belongs to a request or to a hold."),
            ),
            RowSecurity(
                name="evidence_rows",
                read=PLACE,
                insert=(f"(uploaded_by_id = {USER} and case when hold_id is null then {_PREPARES} else {_HOLDS} end)"),
                delete=f"(hold_id is null and {_PREPARES})",
            ),
        ]


class PaymentRefusal(Placed):
    """The ground on which a payment was refused; the words stand with the payment."""

    payment = models.OneToOneField("grants.Payment", models.PROTECT, related_name="refusal")
    ground = models.CharField(_("ground of the refusal"), max_length=12, choices=Ground.choices)

    class Meta:
        verbose_name = _("refusal of a payment")
        verbose_name_plural = _("refusals of payments")
        constraints = [
            models.CheckConstraint(
                name="refusal_ground_is_known",
                condition=Q(ground__in=Ground.values),
                violation_error_message=_("Choose the ground of the refusal."),
            ),
            RowSecurity(name="payment_refusal_rows", read=PLACE, insert=_CHECKS),
        ]

    def __str__(self) -> str:
        return self.get_ground_display()


class FundingHold(Placed):
    """Other national money found at a supported project: while it is open, nothing more is paid to the project.

    Both ministries give their word, neither by the person who raised it. Once they agree it is released (payments go
    on) or upheld (no further payment); the database decides when the words are equal.
    """

    grant_project = models.ForeignKey(
        GrantProject, models.PROTECT, related_name="holds", verbose_name=_("supported project")
    )
    award = models.ForeignKey("grants.Award", models.PROTECT, related_name="+", verbose_name=_("award"))
    state = models.CharField(_("state"), max_length=10, choices=HoldState.choices, default=HoldState.OPEN)
    level = models.CharField(_("level"), max_length=12, choices=MoneyLevel.choices, default=MoneyLevel.NATIONAL)
    source = models.CharField(_("who gave the money"), max_length=160)
    fund = models.CharField(_("fund and document"), max_length=160)
    amount = YuanField(_("amount (yuan)"))
    note = models.TextField(_("how it was found"), max_length=1000)
    organisation = models.ForeignKey(
        "accounts.Organisation", models.PROTECT, related_name="+", verbose_name=_("organisation")
    )
    raised_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name=_("raised by")
    )
    raised_at = models.DateTimeField(_("raised"))
    miit_word = models.CharField(_("MIIT says"), max_length=8, choices=HoldWord.choices, blank=True)
    miit_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+")
    miit_at = models.DateTimeField(null=True, blank=True)
    miit_why = models.TextField(_("why MIIT says so"), max_length=1000, blank=True)
    mof_word = models.CharField(_("MOF says"), max_length=8, choices=HoldWord.choices, blank=True)
    mof_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+")
    mof_at = models.DateTimeField(null=True, blank=True)
    mof_why = models.TextField(_("why MOF says so"), max_length=1000, blank=True)
    decided_at = models.DateTimeField(_("decided"), null=True, blank=True)

    class Meta:
        verbose_name = _("hold for other national money")
        verbose_name_plural = _("holds for other national money")
        ordering = ["-pk"]
        indexes = [models.Index(fields=["state", "unit"], name="hold_of_unit")]
        constraints = [
            models.UniqueConstraint(
                name="hold_once_per_project",
                fields=["grant_project"],
                condition=Q(state__in=STOPS),
                violation_error_message=_("The payments of this project are stopped already."),
            ),
            models.CheckConstraint(
                name="hold_says_which_money",
                condition=Q(amount__gt=0, level__in=MoneyLevel.values) & ~Q(source="") & ~Q(fund="") & ~Q(note=""),
                violation_error_message=_("Say who gave which money, how much, and how it was found."),
            ),
            models.CheckConstraint(
                name="hold_decided_by_both",
                condition=Q(state=HoldState.OPEN, decided_at=None)
                | Q(state=HoldState.RELEASED, miit_word=HoldWord.RELEASE, mof_word=HoldWord.RELEASE)
                & Q(decided_at__isnull=False)
                | Q(state=HoldState.UPHELD, miit_word=HoldWord.UPHOLD, mof_word=HoldWord.UPHOLD)
                & Q(decided_at__isnull=False),
                violation_error_message=_("A hold is decided when both ministries say the same."),
            ),
            models.CheckConstraint(
                name="hold_not_judged_by_its_author",
                condition=~Q(miit_by=models.F("raised_by")) & ~Q(mof_by=models.F("raised_by")),
                violation_error_message=_("You raised this hold: another person of your ministry judges it."),
            ),
            models.CheckConstraint(
                name="hold_word_has_reason",
                condition=(
                    Q(miit_word="", miit_by=None, miit_at=None, miit_why="")
                    | ~Q(miit_word="") & ~Q(miit_why="") & Q(miit_by__isnull=False, miit_at__isnull=False)
                )
                & (
                    Q(mof_word="", mof_by=None, mof_at=None, mof_why="")
                    | ~Q(mof_word="") & ~Q(mof_why="") & Q(mof_by__isnull=False, mof_at__isnull=False)
                ),
                violation_error_message=_("Say why."),
            ),
            RowSecurity(
                name="funding_hold_rows",
                read=PLACE,
                insert=f"(raised_by_id = {USER} and {_HOLDS})",
                update=f"({has_role('officer')} and {NATION})",
            ),
        ]
        triggers = [states.FUNDING_HOLD.guard()]

    def __str__(self) -> str:
        return f"{self.source} {self.fund}"
