"""Reads on recoveries."""

from __future__ import annotations

from datetime import date
from typing import Any, Final

from django.db.models import Case, CharField, F, OuterRef, QuerySet, Sum, Value, When
from django.utils.translation import gettext as _

from grants.enums import CheckState, RecoveryState, Standing
from grants.models import Award, Recovery, RecoveryPayment, RecoveryWithdrawal
from grants.queries import within
from grants.queries.awards import total
from portal.audit.findings.enums import FindingState
from portal.audit.findings.queries import addressed
from portal.core.joins import with_names
from portal.core.money import ZERO
from portal.core.scope import Actor, Scope

_PEOPLE: Final = ("maker", "checker", "organisation")


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


def findings_at_hand(actor: Actor, award: Award) -> list[tuple[int, str]]:
    """Audit findings on the award's unit that were addressed or handed over to the actor's bodies, with their words."""
    rows = addressed(actor).filter(in_unit=award.unit_id).exclude(state=FindingState.DROPPED)
    text = _("audit finding %(number)s of “%(matter)s”: %(title)s")
    return [
        (row.pk, text % {"number": str(row), "matter": row.matter, "title": row.current.title if row.current else ""})
        for row in rows
    ]


def payments(scope: Scope) -> QuerySet[RecoveryPayment]:
    """Payments on demands, the newest first."""
    rows = with_names(within(RecoveryPayment.objects.all(), scope), "award__batch", "unit", "province", *_PEOPLE)
    return rows.select_related("recovery", "grant_project", "document", "entry").order_by("-pk")


def withdrawals(scope: Scope) -> QuerySet[RecoveryWithdrawal]:
    """Withdrawals of demands, the newest first."""
    rows = with_names(within(RecoveryWithdrawal.objects.all(), scope), "award__batch", "unit", "province", *_PEOPLE)
    return rows.select_related("recovery", "document").order_by("-pk")


def open_demands(scope: Scope) -> QuerySet[Any]:
    """Demands of which anything is outstanding, with `paid` and `left` (yuan), the one due first at the top."""
    rows = within(Recovery.objects.filter(state=RecoveryState.CONFIRMED), scope)
    found: QuerySet[Any] = _with_paid(rows).filter(left__gt=0).order_by("due_on", "pk")
    return found
