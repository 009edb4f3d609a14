"""Bank files: statements with their lines, what a line is the payment of, and sets of payment orders."""

from __future__ import annotations

from typing import Any, Final

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from grants import states
from grants.enums_bank import BankFileKind, BankFileState, Decided, Direction, How, LineState, OrderState, Why
from grants.models.checked import PLACE
from grants.models.moves import Issue, PassOn, Payment
from portal.core.inspection import XML
from portal.core.models import StoredFile, file_checks
from portal.core.money import YuanField
from portal.core.rls import USER, RowSecurity

# The caller enters money in the row's organisation; asked once a statement, not once a row.
MAKES: Final = f"organisation_id = any((select bank_bodies({USER}))::bigint[])"


class OfOrganisation(models.Model):
    """A row that belongs to a finance body. The database fills its place in; the ministry has none."""

    organisation = models.ForeignKey(
        "accounts.Organisation", models.PROTECT, related_name="+", verbose_name=_("organisation")
    )
    province = models.ForeignKey(
        "programme.Province", models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("province")
    )
    unit = models.ForeignKey(
        "programme.PilotUnit", models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("pilot unit")
    )

    class Meta:
        abstract = True


class BankFile(StoredFile, OfOrganisation):
    """A file from the bank as it was brought; judged and taken over in the worker.

    report: after it was judged, `problems` (row, column, text) or `statements` (their numbers and whether each was
    imported already).
    """

    seen_at = ("grants:bank_file", "id")
    kind = models.CharField(_("kind of file"), max_length=4, choices=BankFileKind.choices)
    state = models.CharField(_("state"), max_length=8, choices=BankFileState.choices, default=BankFileState.BROUGHT)
    report = models.JSONField(_("what was found"), default=dict, blank=True)
    run = models.UUIDField(null=True, blank=True)

    class Meta:
        verbose_name = _("file from the bank")
        verbose_name_plural = _("files from the bank")
        ordering = ["-pk"]
        indexes = [models.Index(fields=["organisation", "-id"], name="bank_file_of_body")]
        constraints = [
            *file_checks("bank_file", XML),
            RowSecurity(
                name="bank_file_rows",
                read=PLACE,
                insert=f"(uploaded_by_id = {USER} and {MAKES})",
                update=MAKES,
            ),
        ]
        triggers = [states.BANK_FILE.guard()]

    def __str__(self) -> str:
        return self.file_name


class BankStatement(OfOrganisation):
    """One statement of one account (对账单). identity: SHA-256 of what it is recognised by when it comes again.

    lines and moved: of the whole statement as the bank gave it, also what another statement counted first.
    """

    file = models.ForeignKey(BankFile, models.PROTECT, related_name="statements", verbose_name=_("file"))
    identity = models.CharField(max_length=64)
    number = models.CharField(_("number of the statement"), max_length=60, blank=True)
    account = models.CharField(_("bank account"), max_length=40)
    begins = models.DateField(_("from"))
    ends = models.DateField(_("to"))
    opening = YuanField(_("balance before (yuan)"), null=True, blank=True)
    closing = YuanField(_("balance after (yuan)"), null=True, blank=True)
    moved = YuanField(_("sum of the lines (yuan)"))
    lines = models.PositiveIntegerField(_("lines"))
    imported_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name=_("imported by")
    )
    imported_at = models.DateTimeField(_("imported"))

    class Meta:
        verbose_name = _("bank statement")
        verbose_name_plural = _("bank statements")
        ordering = ["-pk"]
        indexes = [models.Index(fields=["organisation", "-ends"], name="bank_statement_of_body")]
        constraints = [
            models.UniqueConstraint(
                name="bank_statement_once",
                fields=["organisation", "identity"],
                violation_error_message=_("This statement is imported already."),
            ),
            models.CheckConstraint(
                name="bank_statement_period",
                condition=Q(ends__gte=F("begins")),
                violation_error_message=_("The period of the statement ends before it begins."),
            ),
            RowSecurity(name="bank_statement_rows", read=PLACE, insert=f"(imported_by_id = {USER} and {MAKES})"),
        ]

    def __str__(self) -> str:
        return f"{self.account} {self.number or self.ends}"

    @property
    def gap(self) -> Any:
        """What the lines lack to lead from the one balance to the other (yuan); None where the bank gave none."""
        if self.opening is None or self.closing is None:
            return None
        return self.closing - self.opening - self.moved


class BankLine(OfOrganisation):
    """One movement of an account, counted once however many statements hold it. Never changed but in what became of it.

    key: what it is recognised by within its account. state: set by the database with each decision.
    """

    statement = models.ForeignKey(
        BankStatement, models.PROTECT, related_name="counted", verbose_name=_("bank statement")
    )
    account = models.CharField(_("bank account"), max_length=40)
    number = models.PositiveIntegerField(_("line"))
    key = models.CharField(max_length=120)
    day = models.DateField(_("day"))
    direction = models.CharField(_("direction"), max_length=6, choices=Direction.choices)
    amount = YuanField(_("amount (yuan)"))
    name = models.CharField(_("other side"), max_length=160, blank=True)
    counter_account = models.CharField(_("account of the other side"), max_length=40, blank=True)
    text = models.CharField(_("remittance information"), max_length=500, blank=True)
    reference = models.CharField(_("reference of the bank"), max_length=100, blank=True)
    state = models.CharField(_("state"), max_length=8, choices=LineState.choices, default=LineState.OPEN)
    why = models.CharField(_("why it is open"), max_length=14, choices=Why.choices, blank=True)

    class Meta:
        verbose_name = _("line of a bank statement")
        verbose_name_plural = _("lines of bank statements")
        ordering = ["-day", "pk"]
        indexes = [
            models.Index(fields=["organisation", "state", "-day"], name="bank_line_of_body"),
            models.Index(fields=["statement", "number"], name="bank_line_of_statement"),
            models.Index(fields=["state", "-day"], name="bank_line_open"),
        ]
        constraints = [
            models.UniqueConstraint(
                name="bank_line_counted_once",
                fields=["organisation", "account", "key"],
                violation_error_message=_("Another statement with the same lines was imported this moment. Try again."),
            ),
            models.CheckConstraint(
                name="bank_line_amount_above_zero",
                condition=Q(amount__gt=0),
                violation_error_message=_("The amount is above zero."),
            ),
            RowSecurity(name="bank_line_rows", read=PLACE, insert=MAKES, update=MAKES),
        ]

    def __str__(self) -> str:
        return f"{self.day} {self.amount:,.2f}"


class BankDecision(OfOrganisation):
    """What a line was decided to be: the payment of one paper, or set aside with a reason. Ended, never removed."""

    line = models.ForeignKey(BankLine, models.PROTECT, related_name="decisions", verbose_name=_("line"))
    kind = models.CharField(_("decision"), max_length=7, choices=Decided.choices)
    how = models.CharField(_("decided by"), max_length=6, choices=How.choices)
    issue = models.ForeignKey(Issue, models.PROTECT, null=True, blank=True, related_name="bank_decisions")
    pass_on = models.ForeignKey(PassOn, models.PROTECT, null=True, blank=True, related_name="bank_decisions")
    payment = models.ForeignKey(Payment, models.PROTECT, null=True, blank=True, related_name="bank_decisions")
    why = models.TextField(_("reason"), blank=True, max_length=1000)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name=_("decided by"))
    at = models.DateTimeField(_("decided"))
    ended_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("undone by")
    )
    ended_at = models.DateTimeField(_("undone"), null=True, blank=True)
    ended_why = models.TextField(_("why it was undone"), blank=True, max_length=1000)

    class Meta:
        verbose_name = _("decision on a bank line")
        verbose_name_plural = _("decisions on bank lines")
        ordering = ["-pk"]
        constraints = [
            models.UniqueConstraint(
                name="bank_line_decided_once",
                fields=["line"],
                condition=Q(ended_at=None),
                violation_error_message=_("This line is decided already. Look at it again."),
            ),
            models.CheckConstraint(
                name="bank_decision_of_one_paper",
                condition=Q(kind=Decided.MATCH)
                & (
                    Q(issue__isnull=False, pass_on=None, payment=None)
                    | Q(issue=None, pass_on__isnull=False, payment=None)
                    | Q(issue=None, pass_on=None, payment__isnull=False)
                )
                | Q(kind=Decided.ASIDE, issue=None, pass_on=None, payment=None),
                violation_error_message=_("A line belongs to one paper, or is set aside."),
            ),
            models.CheckConstraint(
                name="bank_aside_with_reason",
                condition=Q(kind=Decided.MATCH) | ~Q(why=""),
                violation_error_message=_("Say why the line is set aside."),
            ),
            models.CheckConstraint(
                name="bank_undone_with_reason",
                condition=Q(ended_at=None, ended_by=None, ended_why="")
                | Q(ended_at__isnull=False, ended_by__isnull=False) & ~Q(ended_why=""),
                violation_error_message=_("Say why the decision is undone."),
            ),
            RowSecurity(name="bank_decision_rows", read=PLACE, insert=f"(by_id = {USER} and {MAKES})", update=MAKES),
        ]

    def __str__(self) -> str:
        return f"{self.get_kind_display()} {self.paper or ''}".strip()

    @property
    def paper(self) -> Issue | PassOn | Payment | None:
        """The paper the line belongs to."""
        return self.payment or self.pass_on or self.issue


class BankOrder(StoredFile, OfOrganisation):
    """A set of payment orders as a file for the bank (付款指令). Its papers stand in no other set until withdrawn."""

    seen_at = ("grants:bank_order", "id")
    year = models.PositiveSmallIntegerField(_("year"))
    number = models.PositiveIntegerField(_("number"))
    papers = models.PositiveIntegerField(_("papers"))
    total = YuanField(_("total (yuan)"))
    state = models.CharField(_("state"), max_length=9, choices=OrderState.choices, default=OrderState.WRITTEN)
    withdrawn_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("withdrawn by"),
    )
    withdrawn_at = models.DateTimeField(_("withdrawn"), null=True, blank=True)
    withdrawn_why = models.TextField(_("why it was withdrawn"), blank=True, max_length=1000)

    class Meta:
        verbose_name = _("set of payment orders")
        verbose_name_plural = _("sets of payment orders")
        ordering = ["-pk"]
        constraints = [
            *file_checks("bank_order"),
            models.UniqueConstraint(
                name="bank_order_number_once",
                fields=["organisation", "year", "number"],
                violation_error_message=_("Another set took this number this moment. Try again."),
            ),
            models.CheckConstraint(
                name="bank_order_withdrawn_with_reason",
                condition=Q(state=OrderState.WRITTEN, withdrawn_by=None, withdrawn_at=None, withdrawn_why="")
                | Q(state=OrderState.WITHDRAWN, withdrawn_by__isnull=False, withdrawn_at__isnull=False)
                & ~Q(withdrawn_why=""),
                violation_error_message=_("Say why the set is withdrawn."),
            ),
            RowSecurity(
                name="bank_order_rows", read=PLACE, insert=f"(uploaded_by_id = {USER} and {MAKES})", update=MAKES
            ),
        ]
        triggers = [states.BANK_ORDER.guard()]

    def __str__(self) -> str:
        return self.title

    @property
    def title(self) -> str:
        """The number as people say it."""
        return f"{self.year}-{self.number:05}"


class BankOrderItem(OfOrganisation):
    """One paper in a set of payment orders. withdrawn: set by the database with its set."""

    order = models.ForeignKey(BankOrder, models.PROTECT, related_name="items", verbose_name=_("set of payment orders"))
    payment = models.ForeignKey(Payment, models.PROTECT, null=True, blank=True, related_name="bank_items")
    pass_on = models.ForeignKey(PassOn, models.PROTECT, null=True, blank=True, related_name="bank_items")
    withdrawn = models.BooleanField(pgettext_lazy("yes or no", "withdrawn"), default=False)

    class Meta:
        verbose_name = _("payment order")
        verbose_name_plural = _("payment orders")
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(
                name="bank_payment_ordered_once",
                fields=["payment"],
                condition=Q(withdrawn=False),
                violation_error_message=_("One of these papers stands in another set already. Choose anew."),
            ),
            models.UniqueConstraint(
                name="bank_pass_on_ordered_once",
                fields=["pass_on"],
                condition=Q(withdrawn=False),
                violation_error_message=_("One of these papers stands in another set already. Choose anew."),
            ),
            models.CheckConstraint(
                name="bank_item_of_one_paper",
                condition=Q(payment__isnull=False, pass_on=None) | Q(payment=None, pass_on__isnull=False),
                violation_error_message=_("A payment order is of one paper."),
            ),
            RowSecurity(name="bank_item_rows", read=PLACE, insert=MAKES),
        ]

    def __str__(self) -> str:
        return str(self.payment or self.pass_on)
