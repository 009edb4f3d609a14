"""Reads on recoveries, and what of money on its way back waits for whom."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any, Final

from django.db.models import Case, CharField, DateField, Exists, F, OuterRef, QuerySet, Sum, Value, When
from django.db.models.expressions import RawSQL

from grants.enums import COUNTED, CheckState, GivenBack, Place, RecoveryState, Standing
from grants.models import Account, Recovery, RecoveryPayment, RecoveryWithdrawal, ReturnPaper
from grants.queries import within
from grants.queries.awards import money, total
from portal.accounts.enums import MOF, Kind, Role
from portal.core.joins import with_names
from portal.core.money import ZERO
from portal.core.scope import Actor, Scope

_PEOPLE: Final = ("maker", "checker", "organisation")
MOST: Final = 20


def _paid(state: CheckState) -> Any:
    rows = RecoveryPayment.objects.filter(recovery=OuterRef("pk"), state=state).order_by()
    return total(rows.values("recovery").annotate(sum=Sum("amount")).values("sum"))


def _with_paid(rows: QuerySet[Recovery]) -> QuerySet[Any]:
    found: QuerySet[Any] = rows.annotate(paid=_paid(CheckState.CONFIRMED)).annotate(left=F("amount") - F("paid"))
    return found


def recoveries(scope: Scope, *, on: date) -> QuerySet[Any]:
    """Demands, the newest first, with `paid` (confirmed), `waiting`, `left` (yuan) and how each stands on the day.

    `standing`: a value of Standing; overdue from the day after the deadline for as long as anything is outstanding.
    """
    rows = with_names(
        within(Recovery.objects.all(), scope), "award__batch__rule_set", "unit", "province", *_PEOPLE
    ).select_related("grant_project__end", "document")
    found: QuerySet[Any] = (
        _with_paid(rows)
        .annotate(waiting=_paid(CheckState.ENTERED))
        .annotate(
            standing=Case(
                When(state=RecoveryState.ENTERED, then=Value(Standing.ENTERED.value)),
                When(state=RecoveryState.REFUSED, then=Value(Standing.REFUSED.value)),
                When(state=RecoveryState.WITHDRAWN, then=Value(Standing.WITHDRAWN.value)),
                When(left__lte=ZERO, then=Value(Standing.PAID.value)),
                When(due_on__lt=on, then=Value(Standing.OVERDUE.value)),
                When(paid__gt=ZERO, then=Value(Standing.PARTLY.value)),
                default=Value(Standing.OPEN.value),
                output_field=CharField(),
            )
        )
        .order_by("-pk")
    )
    return found


def payments(scope: Scope) -> QuerySet[RecoveryPayment]:
    """Payments on demands, the newest first."""
    rows = with_names(within(RecoveryPayment.objects.all(), scope), "award__batch", "unit", "province", *_PEOPLE)
    return rows.select_related("recovery", "grant_project", "document", "entry").order_by("-pk")


def withdrawals(scope: Scope) -> QuerySet[RecoveryWithdrawal]:
    """Withdrawals of demands, the newest first."""
    rows = with_names(within(RecoveryWithdrawal.objects.all(), scope), "award__batch", "unit", "province", *_PEOPLE)
    return rows.select_related("recovery", "document").order_by("-pk")


@dataclass(frozen=True)
class Back:
    """Something of money on its way back that waits: what ("demand", "overdue", "receipt", "hand_on", "ended"), the
    numbers its page needs, the unit, the last day where there is one, the amount.
    """

    kind: str
    pk: int
    project: int | None
    unit_zh: str
    unit_en: str
    due_on: date | None
    amount: Decimal


def _columns(rows: QuerySet[Any], kind: str, **named: Any) -> QuerySet[Any]:
    columns = {"project": RawSQL("null::bigint", []), "due": RawSQL("null::date", [], output_field=DateField())} | named
    found: QuerySet[Any] = rows.annotate(
        told=Value(kind, output_field=CharField()), number=F(columns.pop("pk", "pk")),
        **{f"told_{name}": value for name, value in columns.items()},
    ).values_list(
        "told", "number", "told_project", "unit__name_zh", "unit__name_en", "told_due", "told_amount"
    )[:MOST]  # fmt: skip
    return found


def _open(scope: Scope) -> QuerySet[Any]:
    rows = within(Recovery.objects.filter(state=RecoveryState.CONFIRMED), scope)
    found: QuerySet[Any] = _with_paid(rows).filter(left__gt=0).order_by("due_on", "pk")
    return found


def _demands(rows: QuerySet[Any], kind: str) -> QuerySet[Any]:
    return _columns(rows, kind, due=F("due_on"), amount=F("left"))


def _hand_on(scope: Scope, place: Place) -> QuerySet[Any]:
    """Accounts with money that has to go up: a unit's surplus, or what came back to the province."""
    amount = F("balance")
    rows = within(Account.objects.filter(place=place, balance__gt=0), scope).order_by("pk")
    if place == Place.PROVINCE:
        came = RawSQL('money_came_back("grants_account"."award_id")', [], output_field=money())
        rows = rows.annotate(came=came).filter(came__gt=0)
        amount = F("came")
    return _columns(rows, "hand_on", pk="award_id", amount=amount)


def _ended(scope: Scope) -> QuerySet[Any]:
    """Money that lies with projects which a change took out of the plan, and that no demand asks for."""
    asked = Recovery.objects.filter(grant_project=OuterRef("project"), state__in=COUNTED)
    rows = within(Account.objects.filter(place=Place.PROJECT, balance__gt=0, project__end__isnull=False), scope)
    rows = rows.exclude(Exists(asked)).order_by("pk")
    return _columns(rows, "ended", pk="award_id", project=F("project_id"), amount=F("balance"))


def _receipts(scope: Scope, *, of_province: bool) -> QuerySet[Any]:
    rows = within(ReturnPaper.objects.filter(state=CheckState.CONFIRMED, received_on=None), scope).order_by("pk")
    wanted = rows.filter(source=GivenBack.PROVINCE) if of_province else rows.exclude(source=GivenBack.PROVINCE)
    return _columns(wanted, "receipt", amount=F("amount"))


def waiting_back(actor: Actor, *, on: date) -> list[Back]:
    """What of money on its way back waits for a finance maker, at most twenty of each kind. One query."""
    scope, parts = actor.scope, []
    if actor.post(Role.FINANCE_MAKER, kind=Kind.UNIT_FINANCE) is not None:
        parts += [_demands(_open(scope), "demand"), _hand_on(scope, Place.SURPLUS)]
    if actor.post(Role.FINANCE_MAKER, kind=Kind.PROVINCIAL_FINANCE) is not None:
        parts += [_receipts(scope, of_province=False), _hand_on(scope, Place.PROVINCE)]
        parts += [_demands(_open(scope).filter(due_on__lt=on), "overdue"), _ended(scope)]
    if actor.post(Role.FINANCE_MAKER, code=MOF) is not None:
        parts += [_receipts(scope, of_province=True)]
        parts += [_demands(_open(scope).filter(due_on__lt=on), "overdue"), _ended(scope)]
    if not parts:
        return []
    return [Back(*row) for row in parts[0].union(*parts[1:], all=True)]
