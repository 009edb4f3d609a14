"""The books: accounts for each award and place, entries and their lines. Only the database itself writes them."""

from __future__ import annotations

from decimal import Decimal
from typing import Final

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from grants.enums import OF_PROJECTS, EntryKind, Place
from grants.models.award import Award, GrantProject
from grants.models.checked import PLACE, Placed
from grants.models.moves import Issue, PassOn, Payment
from portal.core.money import ZERO, YuanField
from portal.core.rls import NATION, RowSecurity


class Account(Placed):
    """Where money of an award lies. The balance is the sum of the account's lines, kept by the database.

    payments: of a project's account, how many payments stand in it (those that were reversed do not count).
    The source gives the appropriation and stands below zero by what was awarded; every other account holds money.
    """

    award = models.ForeignKey(Award, models.PROTECT, related_name="accounts", verbose_name=_("award"))
    place = models.CharField(_("place"), max_length=10, choices=Place.choices)
    project = models.ForeignKey(
        GrantProject, models.PROTECT, null=True, related_name="accounts", verbose_name=_("supported project")
    )
    balance = YuanField(_("balance (yuan)"), default=ZERO)
    payments = models.PositiveIntegerField(_("payments"), db_default=0, editable=False)

    class Meta:
        verbose_name = pgettext_lazy("ledger", "account")
        verbose_name_plural = pgettext_lazy("ledger", "accounts")
        indexes = [models.Index(fields=["province", "place"]), models.Index(fields=["unit"])]
        constraints = [
            models.UniqueConstraint(
                name="account_once",
                fields=["award", "place", "project"],
                nulls_distinct=False,
                violation_error_message=_("This account exists."),
            ),
            models.CheckConstraint(
                name="account_project_fits_place",
                condition=Q(place__in=OF_PROJECTS, project__isnull=False)
                | (~Q(place__in=OF_PROJECTS) & Q(project=None)),
                violation_error_message=_("Only the account of a project names a project."),
            ),
            models.CheckConstraint(
                name="account_never_below_zero",
                condition=Q(place=Place.SOURCE, balance__lte=0) | (~Q(place=Place.SOURCE) & Q(balance__gte=0)),
                violation_error_message=_("That is more than there is: another payment was quicker."),
            ),
            RowSecurity(name="account_rows", read=PLACE),
        ]

    def __str__(self) -> str:
        return f"{self.get_place_display()}"


# The column that names the paper of each kind; an award is named by `award` itself.
PAPERS: Final = {
    EntryKind.ISSUE: ("issue",),
    EntryKind.PASS_ON: ("pass_on",),
    EntryKind.PAYMENT: ("payment",),
    EntryKind.CARRY_OVER: ("year_close",),
    EntryKind.SURPLUS: ("year_close",),
    EntryKind.REVERSAL: ("reversal", "reverses"),
    EntryKind.USE: ("spending",),
    EntryKind.RETURN: ("return_paper",),
    EntryKind.RECOVERY: ("recovery_payment",),
}


def names_its_paper() -> Q:
    """An entry names the paper of its kind and no other."""
    columns = sorted({column for named in PAPERS.values() for column in named})
    found = Q()
    for kind in EntryKind:
        named = PAPERS.get(kind, ())
        found |= Q(kind=kind, **{f"{column}__isnull": column not in named for column in columns})
    return found


class Entry(Placed):
    """One booking: numbered without gaps in its year, chained by digest, with the document that ordered it.

    event: the entry's own record in the audit trail, which holds its digest. reversal, reverses: of a reversal, the
    paper that orders it and the entry it takes back. year_close: the closing that carried the money over.

    digest: SHA-256 over the digest of the entry before it (by year and number) and this one's content and lines.
    """

    award = models.ForeignKey(Award, models.PROTECT, related_name="entries", verbose_name=_("award"))
    year = models.PositiveSmallIntegerField(_("year"))
    number = models.PositiveIntegerField(_("number"))
    kind = models.CharField(pgettext_lazy("ledger", "kind"), max_length=10, choices=EntryKind.choices)
    document_no = models.CharField(_("document number"), max_length=60)
    maker = models.ForeignKey("accounts.User", models.PROTECT, related_name="+", verbose_name=_("entered by"))
    checker = models.ForeignKey("accounts.User", models.PROTECT, related_name="+", verbose_name=_("checked by"))
    booked_at = models.DateTimeField(_("booked"))
    issue = models.OneToOneField(Issue, models.PROTECT, null=True, related_name="entry")
    pass_on = models.OneToOneField(PassOn, models.PROTECT, null=True, related_name="entry")
    payment = models.OneToOneField(Payment, models.PROTECT, null=True, related_name="entry")
    reversal = models.OneToOneField("grants.Reversal", models.PROTECT, null=True, related_name="booked")
    reverses = models.OneToOneField("self", models.PROTECT, null=True, related_name="reversed_by")
    year_close = models.ForeignKey("grants.YearClose", models.PROTECT, null=True, related_name="booked")
    spending = models.OneToOneField("grants.SpendingReport", models.PROTECT, null=True, related_name="entry")
    return_paper = models.OneToOneField("grants.ReturnPaper", models.PROTECT, null=True, related_name="entry")
    recovery_payment = models.OneToOneField("grants.RecoveryPayment", models.PROTECT, null=True, related_name="entry")
    event = models.OneToOneField("audit.Event", models.PROTECT, related_name="+", verbose_name=_("audit event"))
    digest = models.CharField(_("digest (SHA-256)"), max_length=64)

    class Meta:
        verbose_name = pgettext_lazy("ledger", "entry")
        verbose_name_plural = pgettext_lazy("ledger", "entries")
        ordering = ["-year", "-number"]
        indexes = [models.Index(fields=["award", "-id"])]
        constraints = [
            models.UniqueConstraint(
                name="entry_number_once",
                fields=["year", "number"],
                violation_error_message=_("This number is taken in this year."),
            ),
            models.UniqueConstraint(
                name="entry_one_of_an_award",
                fields=["award"],
                condition=Q(kind=EntryKind.AWARD),
                violation_error_message=_("The award is booked already."),
            ),
            models.CheckConstraint(
                name="entry_checker_is_not_maker",
                condition=~Q(checker=models.F("maker")),
                violation_error_message=_("The checker must be someone other than the maker."),
            ),
            models.CheckConstraint(
                name="entry_names_its_document",
                condition=names_its_paper(),
                violation_error_message=_("An entry names the document of its kind."),
            ),
            RowSecurity(name="entry_rows", read=PLACE),
        ]

    def __str__(self) -> str:
        return f"{self.year}-{self.number:06}"

    @property
    def moved(self) -> Decimal:
        """What it moves (yuan): the sum of its lines above zero."""
        return sum((line.amount for line in self.lines.all() if line.amount > 0), ZERO)


class Line(Placed):
    """One side of an entry: an amount into (above zero) or out of (below zero) an account.

    after: what the account held after it, so that a statement reads its running balance at any size.
    """

    # Lines are read by account or by entry: an index more would be one more to write for each.
    province = models.ForeignKey("programme.Province", models.PROTECT, related_name="+", db_index=False)
    unit = models.ForeignKey("programme.PilotUnit", models.PROTECT, related_name="+", db_index=False)
    entry = models.ForeignKey(
        Entry, models.PROTECT, related_name="lines", verbose_name=pgettext_lazy("ledger", "entry")
    )
    account = models.ForeignKey(
        Account,
        models.PROTECT,
        related_name="lines",
        verbose_name=pgettext_lazy("ledger", "account"),
        db_index=False,
    )
    amount = YuanField(_("amount (yuan)"))
    after = YuanField(_("balance afterwards (yuan)"), editable=False)

    class Meta:
        verbose_name = pgettext_lazy("ledger", "line")
        verbose_name_plural = pgettext_lazy("ledger", "lines")
        ordering = ["pk"]
        indexes = [models.Index(fields=["account", "-id"], name="line_of_account")]
        constraints = [
            models.CheckConstraint(
                name="line_amount_not_zero",
                condition=~Q(amount=0),
                violation_error_message=_("A line moves money."),
            ),
            RowSecurity(name="line_rows", read=PLACE),
        ]

    def __str__(self) -> str:
        return f"{self.amount}"


class Counter(models.Model):
    """The last number and digest of a year; its row is the lock that leaves no gap."""

    year = models.PositiveSmallIntegerField(_("year"), primary_key=True)
    last = models.PositiveIntegerField(_("last number"), default=0)
    digest = models.CharField(_("digest (SHA-256)"), max_length=64)

    class Meta:
        verbose_name = pgettext_lazy("ledger", "counter")
        verbose_name_plural = pgettext_lazy("ledger", "counters")
        constraints = [RowSecurity(name="counter_rows", read=NATION)]

    def __str__(self) -> str:
        return f"{self.year}: {self.last}"
