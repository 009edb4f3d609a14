"""What an award's next steps hang on besides its own rows: the second tranche, the open year, who acts for the unit."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from typing import Any, Final

from django.db.models import CharField, F, Func, IntegerField, OuterRef, Subquery

from grants.enums import CheckState
from grants.models import Rectification
from portal.core.money import ZERO, YuanField
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


# Read with the award itself, so that its page asks for nothing more.
COLUMNS: Final[dict[str, Any]] = {
    "reduced": Func(F("pk"), function="second_tranche_limit", output_field=YuanField(null=True)),
    "open_year": Func(function="year_open", output_field=IntegerField(null=True)),
    "mended": Subquery(
        Rectification.objects.filter(award=OuterRef("pk"), state=CheckState.ENTERED)
        .order_by("-pk")
        .values("assessment")[:1]
    ),
    "follows": Func(F("unit_id"), function="money_unit_follows", output_field=CharField(null=True)),
}


def ahead_of(award: Any) -> Ahead:
    """What the next steps of an award of `queries.award_of` hang on. One query, where a unit follows, for its name."""
    follower = PilotUnit.objects.get(pk=award.follows) if award.follows else None
    return Ahead(award.reduced, award.carried, award.open_year, award.mended, follower)
