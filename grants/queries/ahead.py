"""What an award's next steps hang on besides its own rows: the second tranche, the open year, who acts for the unit."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from typing import Any, Final

from django.db.models import CharField, F, Func, IntegerField, OuterRef, QuerySet, Subquery, Sum

from grants.enums import CheckState, Place
from grants.models import Account, Award, Rectification
from grants.queries.awards import total
from portal.core.money import ZERO, YuanField
from portal.core.prepared import Prepared
from portal.core.scope import Actor
from portal.programme.models import PilotUnit


@dataclass(frozen=True)
class Ahead:
    """What `comes_next` asks of an award.

    reduced: what the final assessment left of the second tranche (yuan; None: all of it). carried: of what lies with
    the unit that which was carried over (yuan). open_year: the year that is closed next, None before the first closing.
    mended: the assessment of which a rectification waits for MOF. follower: the unit that goes on with the plan.
    """

    reduced: Decimal | None = None
    carried: Decimal = ZERO
    open_year: int | None = None
    mended: int | None = None
    follower: PilotUnit | None = None


def _row(award: int, *, by: Actor) -> QuerySet[Any, Any]:
    carried = Account.objects.filter(award=OuterRef("pk"), place=Place.CARRY_OVER, project=None).order_by()
    waits = Rectification.objects.filter(award=OuterRef("pk"), state=CheckState.ENTERED).order_by("-pk")
    return (
        Award.objects.filter(pk=award)
        .order_by()
        .values_list(
            Func(F("pk"), function="second_tranche_limit", output_field=YuanField(null=True)),
            total(carried.values("award").annotate(sum=Sum("balance")).values("sum")),
            Func(function="year_open", output_field=IntegerField(null=True)),
            Subquery(waits.values("assessment")[:1]),
            Func(F("unit_id"), function="money_unit_follows", output_field=CharField(null=True)),
        )
    )


_ROW: Final = Prepared(_row)


def ahead(actor: Actor, award: int) -> Ahead:
    """What the next steps of one award hang on; nothing of one that the actor does not see.

    One query, and one more for the name of a unit that follows.
    """
    found = _ROW.one(award, by=actor)
    if found is None:
        return Ahead()
    reduced, carried, open_year, mended, follower = found
    unit = PilotUnit.objects.get(pk=follower) if follower else None
    return Ahead(reduced, carried, open_year, mended, unit)
