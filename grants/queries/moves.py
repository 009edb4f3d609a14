"""Reads on issues, pass-ons and payments, and on what waits for whom."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Any, Final

from django.db.models import (
    Case,
    CharField,
    DateField,
    ExpressionWrapper,
    F,
    Model,
    OuterRef,
    Q,
    QuerySet,
    Sum,
    Value,
    When,
)
from django.db.models.functions import Coalesce, TruncDate

from grants.enums import CheckState
from grants.models import (
    Assessment,
    Award,
    AwardChange,
    Issue,
    IssuePaper,
    MatchingFunds,
    PassOn,
    Payment,
    Recovery,
    RecoveryPayment,
    RecoveryWithdrawal,
    ReturnPaper,
    Reversal,
    SpendingReport,
    YearClose,
)
from grants.queries import together, within
from grants.queries.awards import total
from portal.accounts.enums import MIIT, MOF, Kind, Role
from portal.core import clock
from portal.core.joins import with_names
from portal.core.prepared import Prepared
from portal.core.scope import Actor, Scope

_PEOPLE = ("maker", "checker", "organisation")


def issues(scope: Scope) -> QuerySet[Any]:
    """Issues, the newest first, with `passed` (confirmed), `entered` (waiting for its checker), `held` by the province
    (yuan, less what it gave `returned`), and `due_on`: until when the money has to be passed on.

    The days count from the receipt; until the province records one, from the day the ministry confirmed the issue.
    Source: Budget Law, article 52; the number of days is the rule set's.
    """
    rows = PassOn.objects.filter(issue=OuterRef("pk")).order_by().values("issue")
    passed = rows.filter(state=CheckState.CONFIRMED).annotate(sum=Sum("amount")).values("sum")
    entered = rows.filter(state=CheckState.ENTERED).annotate(sum=Sum("amount")).values("sum")
    back = ReturnPaper.objects.filter(issue=OuterRef("pk"), state=CheckState.CONFIRMED).order_by().values("issue")
    returned = back.annotate(sum=Sum("amount")).values("sum")
    counts_from = Coalesce("received_on", TruncDate("checked_at", tzinfo=clock.SHANGHAI), output_field=DateField())
    return (
        with_names(within(Issue.objects.all(), scope), "award__batch", "unit", "province", "received_by", *_PEOPLE)
        .select_related("document", "paper__document")
        .annotate(passed=total(passed), entered=total(entered), returned=total(returned), counts_from=counts_from)
        .annotate(
            held=F("amount") - F("passed") - F("returned"),
            due_on=ExpressionWrapper(
                F("counts_from") + F("award__batch__rule_set__pass_on_days"), output_field=DateField()
            ),
        )
        .order_by("-pk")
    )


def waiting(scope: Scope, *, on: date) -> QuerySet[Any]:
    """Confirmed issues which the province has not passed on in full, the one due first at the top.

    Adds `timing`: "late" when the last day lies before `on`, else "in_time".
    """
    rows: QuerySet[Any] = (
        issues(scope)
        .filter(state=CheckState.CONFIRMED, held__gt=0)
        .annotate(
            timing=Case(When(due_on__lt=on, then=Value("late")), default=Value("in_time"), output_field=CharField())
        )
        .order_by("due_on", "pk")
    )
    return rows


def pass_ons(scope: Scope) -> QuerySet[Any]:
    """Pass-ons, the newest first, with `due_on` of their issue and `timing` ("late" or "in_time")."""
    due = ExpressionWrapper(
        F("issue__received_on") + F("award__batch__rule_set__pass_on_days"), output_field=DateField()
    )
    return (
        with_names(within(PassOn.objects.all(), scope), "award__batch", "unit", "province", *_PEOPLE)
        .select_related("issue", "document", "arrival__confirmed_by")
        .annotate(due_on=due)
        .annotate(
            timing=Case(
                When(passed_on__gt=F("due_on"), then=Value("late")), default=Value("in_time"), output_field=CharField()
            )
        )
        .order_by("-pk")
    )


def payments(scope: Scope) -> QuerySet[Payment]:
    """Payments, the newest first."""
    return (
        with_names(within(Payment.objects.all(), scope), "award__batch", "unit", "province", *_PEOPLE)
        .select_related("grant_project__end", "document", "request__grant_project", "refusal")
        .order_by("-pk")
    )


@dataclass(frozen=True)
class Waiting:
    """Something a checker has to look at: its kind and number, whose it is, how much, who entered it and when."""

    kind: str
    pk: int
    unit_zh: str
    unit_en: str
    document_no: str
    amount: Decimal | None
    made_at: datetime
    maker: str


def _columns(rows: QuerySet[Any], kind: str, amount: Any = "amount", unit: str = "unit__") -> QuerySet[Any]:
    nowhere = Value("", output_field=CharField())
    return rows.order_by().values_list(
        Value(kind, output_field=CharField()),
        "pk",
        f"{unit}name_zh" if unit else nowhere,
        f"{unit}name_en" if unit else nowhere,
        "document_no",
        amount,
        "made_at",
        "maker__name",
    )


def _add_use(add: Callable[..., None], kind: str, mine: Q) -> None:
    """Papers of use, return, matching money and recovery by the kind of organisation that checks them."""
    if kind == Kind.UNIT_FINANCE:
        add(SpendingReport, "spending", mine)
        add(MatchingFunds, "matching", mine)
        add(RecoveryPayment, "recovery_payment", mine)
    else:
        add(Recovery, "recovery", mine)
        add(RecoveryWithdrawal, "withdrawal", mine)
    if kind in (Kind.UNIT_FINANCE, Kind.PROVINCIAL_FINANCE):
        add(ReturnPaper, "return", mine)


def to_check(actor: Actor) -> list[Waiting]:
    """What waits for this checker, the longest wait first, without what one entered oneself. One query."""
    return sorted((Waiting(*row) for row in _TO_CHECK(by=actor)), key=lambda row: row.made_at)


def _entered(*, by: Actor) -> QuerySet[Any] | None:
    parts: list[QuerySet[Any]] = []

    def add(model: type[Model], kind: str, where: Q, **more: Any) -> None:
        rows = model._default_manager.filter(where, state=CheckState.ENTERED).exclude(maker=by.id)
        parts.append(_columns(rows, kind, **more))

    for post in by.posts:
        if post.role == Role.FINANCE_CHECKER and post.code == MOF:
            add(Award, "award", Q())
            add(Issue, "issue", Q(paper=None))
            add(IssuePaper, "issue_paper", Q(), amount="total", unit="")
            add(AwardChange, "award_change", Q(agreed_by__isnull=False))
            add(YearClose, "year_close", Q(), amount="carried_over", unit="")
        elif post.role == Role.FINANCE_CHECKER and post.kind == Kind.PROVINCIAL_FINANCE:
            add(PassOn, "pass_on", Q(province=post.province))
        elif post.role == Role.FINANCE_CHECKER and post.kind == Kind.UNIT_FINANCE:
            add(Payment, "payment", Q(organisation=post.organisation))
        elif post.role == Role.OFFICER and post.code == MOF:
            add(Assessment, "assessment", Q(), amount="award__amount")
        elif post.role == Role.OFFICER and post.code == MIIT:
            add(AwardChange, "award_change", Q(agreed_by=None))
        if post.role == Role.FINANCE_CHECKER:
            mine = Q(organisation=post.organisation)
            add(Reversal, "reversal", mine)
            _add_use(add, post.kind, mine)
    return together(parts)


_TO_CHECK: Final = Prepared(_entered)
