"""The papers and the books as they stood at a past moment; `at` is None for the present.

The ledger by the time of booking; papers by when they were entered, checked and taken back. What a paper says never
changes after it was entered, so its state alone has to be found.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from decimal import Decimal
from typing import Any, TypeVar

from django.db.models import OuterRef, Q, QuerySet, Sum

from grants.enums import CheckState, Result
from grants.models import Account, Assessment, Award, AwardChange, Entry, GrantProject, Line
from grants.models.award import SupportRevision
from portal.core.money import ZERO

Row = TypeVar("Row", bound=Any)


def booked(at: datetime | None, prefix: str = "") -> Q:
    """Entries that stood in the books; `prefix`: the way to the entry."""
    return Q(**{f"{prefix}booked_at__lte": at}) if at else Q()


def there(at: datetime | None) -> Q:
    """Papers that had been entered."""
    return Q(made_at__lte=at) if at else Q()


def confirmed(at: datetime | None) -> Q:
    """Papers that counted: confirmed, and not taken back by then."""
    if at is None:
        return Q(state=CheckState.CONFIRMED)
    later = Q(state=CheckState.REVERSED, entry__reversed_by__booked_at__gt=at)
    return Q(checked_at__lte=at) & (Q(state=CheckState.CONFIRMED) | later)


def entered(at: datetime | None) -> Q:
    """Papers that waited for their checker."""
    if at is None:
        return Q(state=CheckState.ENTERED)
    return Q(made_at__lte=at) & (Q(state=CheckState.ENTERED) | Q(checked_at__gt=at))


def then(rows: Iterable[Row], at: datetime | None) -> list[Row]:
    """Papers with the state they had; two queries whatever their number, none for the present."""
    found = list(rows)
    if at is None or not found:
        return found
    back = _taken_back(found)
    for row in found:
        if row.checked_at is not None and row.checked_at > at:
            row.state, row.checker, row.checked_at, row.refused_why = CheckState.ENTERED, None, None, ""
        elif row.state == CheckState.REVERSED and back.get(row.pk, at) > at:
            row.state = CheckState.CONFIRMED
        if getattr(row, "received_at", None) is not None and row.received_at > at:
            row.received_on = row.received_by = row.received_at = None
    return found


def _taken_back(found: list[Any]) -> dict[int, datetime]:
    """When papers of one kind were taken back, by their number."""
    model = type(found[0])
    numbers = [row.pk for row in found if row.state == CheckState.REVERSED]
    if not numbers:
        return {}
    name = next((field.name for field in Entry._meta.fields if field.related_model is model), "award")
    rows = Entry.objects.filter(**{f"{name}__in": numbers}, reversed_by__isnull=False)
    rows = rows.filter(kind="award") if model is Award else rows
    return dict(rows.values_list(name, "reversed_by__booked_at"))


def award(row: Any, at: datetime | None) -> Any:
    """An award with the state and the amount it had, and whether its assessment was passed; None before it came."""
    if at is None:
        return row
    if row.made_at > at:
        return None
    (row,) = then([row], at)
    changed = AwardChange.objects.filter(award=row.pk, state=CheckState.CONFIRMED, checked_at__gt=at)
    first = changed.order_by("checked_at").values_list("before", flat=True).first()
    row.amount = row.amount if first is None else first
    passed = Assessment.objects.filter(award=row.pk, result=Result.PASSED, checked_at__lte=at).exclude(
        state=CheckState.REFUSED
    )
    row.assessment_passed_on = row.assessment_passed_on if passed.exists() else None
    return row


def projects(rows: QuerySet[GrantProject], at: datetime | None) -> QuerySet[GrantProject]:
    """Supported projects that were in the plan."""
    if at is None:
        return rows
    return rows.filter(Q(version=None, award__checked_at__lte=at) | Q(version__at__lte=at))


def supports(rows: Iterable[Any], at: datetime | None) -> list[Any]:
    """Supported projects with the support they had, and with no end that came later. One query."""
    found = list(rows)
    if at is None or not found:
        return found
    later = SupportRevision.objects.filter(grant_project__in=[row.pk for row in found], at__gt=at).order_by(
        "-at", "-pk"
    )
    before = dict(later.values_list("grant_project", "before"))  # the earliest of them comes last and stays
    for row in found:
        row.approved_support = before.get(row.pk, row.approved_support)
        row.left = row.approved_support - row.paid - row.waiting
        if row.ended_at is not None and row.ended_at > at:
            row._state.fields_cache["end"] = None
    return found


def lines_of_award(at: datetime, places: Iterable[str]) -> QuerySet[Line]:
    """The lines at these places of the outer award, up to the moment."""
    return Line.objects.filter(
        booked(at, "entry__"), account__award=OuterRef("pk"), account__place__in=places, account__project=None
    ).order_by()


def balances(rows: Iterable[Account], at: datetime | None) -> list[Account]:
    """Accounts with what they held. One query."""
    found = list(rows)
    if at is None or not found:
        return found
    sums: dict[int, Decimal] = dict(
        Line.objects.filter(booked(at, "entry__"), account__in=[row.pk for row in found])
        .order_by()
        .values_list("account")
        .annotate(sum=Sum("amount"))
    )
    for row in found:
        row.balance = sums.get(row.pk, ZERO)
    return found
