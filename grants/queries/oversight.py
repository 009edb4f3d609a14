"""The way from the national total to a voucher: sums of the books by province and by unit."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.db.models import Count, Q, QuerySet, Sum

from grants.enums import OF_PROJECTS, Place
from grants.models import Account
from grants.queries import within
from portal.core.money import ZERO
from portal.core.scope import Scope
from portal.programme.models import Province


@dataclass(frozen=True)
class Flow:
    """How far money came, in yuan: awarded ≥ issued ≥ passed on ≥ paid; what is between lies where it stopped."""

    awarded: Decimal = ZERO
    issued: Decimal = ZERO
    passed: Decimal = ZERO
    paid: Decimal = ZERO

    @classmethod
    def of(cls, held: Mapping[str, Any]) -> Flow:
        """From the sums of the balances by place."""

        def at(*places: Place) -> Decimal:
            return sum((held[place] or ZERO for place in places), ZERO)

        awarded = -at(Place.SOURCE)
        issued = awarded - at(Place.CENTRAL, Place.RECOVERED)
        passed = issued - at(Place.PROVINCE)
        return cls(awarded, issued, passed, passed - at(Place.UNIT, Place.CARRY_OVER, Place.SURPLUS))

    def __add__(self, other: Flow) -> Flow:
        return Flow(
            self.awarded + other.awarded,
            self.issued + other.issued,
            self.passed + other.passed,
            self.paid + other.paid,
        )


@dataclass(frozen=True)
class ProvinceFlow:
    """One province of the overview: its awards, how far their money came, how many payments were made."""

    province: Province
    awards: int
    flow: Flow
    payments: int


_SUMS = {place.value: Sum("balance", filter=Q(place=place)) for place in Place if place not in OF_PROJECTS}


def by_province(scope: Scope) -> list[ProvinceFlow]:
    """Each province of the scope that has awards, by code. Three queries at any size."""
    rows = (
        within(Account.objects.exclude(place__in=OF_PROJECTS), scope)
        .order_by()
        .values("province_id")
        .annotate(awards=Count("pk", filter=Q(place=Place.SOURCE, balance__lt=0)), **_SUMS)
    )
    held = {row["province_id"]: row for row in rows}
    paid = within(Account.objects.filter(place=Place.PROJECT), scope).order_by().values("province_id")
    counts = dict(paid.annotate(count=Sum("payments")).values_list("province_id", "count"))
    return [
        ProvinceFlow(row, held[row.pk]["awards"], Flow.of(held[row.pk]), counts.get(row.pk, 0))
        for row in Province.objects.filter(pk__in=held).order_by("code")
    ]


def of_province(scope: Scope, *, province: Province) -> Flow:
    """How far the money of one province came."""
    rows: QuerySet[Account] = within(Account.objects.filter(province=province).exclude(place__in=OF_PROJECTS), scope)
    return Flow.of(rows.aggregate(**_SUMS))
