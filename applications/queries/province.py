"""Reads of the province: decisions on a submission, and what is left of the quota."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final

from django.db.models import Count, QuerySet

from applications.enums import ApplicationState as S
from applications.enums import Side, Verdict
from applications.models import Application, Letter, Point, Recommendation, Snapshot
from portal.core.prepared import Prepared
from portal.core.scope import Actor

# The states that use a place of the province's quota (the trigger `province_quota` counts the same).
COUNTED: Final = (
    S.RECOMMENDED,
    S.SCREENING,
    S.CORRECTION,
    S.REJECTED,
    S.IN_REVIEW,
    S.DEFENCE,
    S.PROPOSED,
    S.RESERVE,
    S.NOT_SELECTED,
    S.PUBLICITY,
    S.SELECTED,
)


@dataclass(frozen=True)
class Quota:
    """How many the province may recommend in the batch, and how many it has; None: this unit counts by itself."""

    used: int
    most: int | None

    @property
    def is_used_up(self) -> bool:
        """Whether no place is left."""
        return self.most is not None and self.used >= self.most


def quota(application: Application) -> Quota:
    """The quota that this application falls under."""
    rules = application.batch.rule_set
    if application.unit.is_separately_planned or rules is None:
        return Quota(0, None)
    used = Application.objects.filter(
        batch=application.batch_id,
        province=application.province_id,
        unit__is_separately_planned=False,
        state__in=COUNTED,
    ).count()
    return Quota(used, rules.province_quota)


def decisions_on(snapshot: Snapshot) -> QuerySet[Recommendation]:
    """What the departments decided on this submission."""
    return snapshot.recommendations.select_related("organisation", "person").order_by("pk")


def own_points(snapshot: Snapshot, side: str) -> QuerySet[Point]:
    """What a department has answered on this submission."""
    return Point.objects.filter(snapshot=snapshot, side=side).order_by("pk")


def points_on(snapshot: Snapshot, decided: Iterable[Recommendation]) -> list[Point]:
    """The checklists of the departments that have decided on this submission."""
    sides = tuple(sorted({row.side for row in decided}))
    return _POINTS(snapshot.pk, sides=sides) if sides else []


def _points(snapshot: int, *, sides: tuple[str, ...]) -> QuerySet[Point]:
    return Point.objects.filter(snapshot=snapshot, side__in=sides).order_by("pk")


_POINTS: Final = Prepared(_points)


def letters(actor: Actor) -> QuerySet[Letter]:
    """Joint letters of the actor's provinces, or of all for the ministries; adds `named`, the applications it names."""
    rows = Letter.objects.select_related("province", "batch").annotate(
        named=Count("recommendations__application", distinct=True)
    )
    if not actor.scope.nation:
        rows = rows.filter(province__in=actor.scope.provinces)
    return rows.order_by("-dated", "-pk")


def letters_for(application: Application) -> QuerySet[Letter]:
    """The letters a recommendation of this application can name."""
    return Letter.objects.filter(batch=application.batch_id, province=application.province_id).order_by("-pk")


def placed(application: Application) -> list[Recommendation]:
    """What the province has recommended in this batch so far, by rank: one row for each application."""
    rows = (
        Recommendation.objects.filter(
            application__batch=application.batch_id,
            application__province=application.province_id,
            application__state__in=COUNTED,
            side=Side.INDUSTRY,
            decision=Verdict.RECOMMEND,
        )
        .select_related("application__unit")
        .order_by("application_id", "-pk")
        .distinct("application_id")
    )
    return sorted(rows, key=lambda row: (row.rank or 99, row.application.unit_id))
