"""Reads on what belongs to an award: its targets, changes of its amount, pass-ons whose arrival nobody confirmed."""

from __future__ import annotations

from typing import Any

from django.db.models import QuerySet

from grants.enums import CheckState
from grants.models import AwardChange, AwardTarget
from grants.queries import moves, within
from portal.core.joins import with_names
from portal.core.scope import Scope


def award_changes(scope: Scope) -> QuerySet[AwardChange]:
    """Changes of awards, the newest first."""
    rows = with_names(
        within(AwardChange.objects.all(), scope), "unit", "province", "maker", "checker", "organisation", "agreed_by"
    )
    return rows.select_related("award__batch", "document").order_by("-pk")


def targets(scope: Scope) -> QuerySet[AwardTarget]:
    """The targets awards were given for, in the order of the plan."""
    return within(AwardTarget.objects.all(), scope).order_by("pk")


def unconfirmed(scope: Scope) -> QuerySet[Any]:
    """Pass-ons of the scope that are booked and whose arrival the unit has not confirmed, the oldest first."""
    rows: QuerySet[Any] = moves.pass_ons(scope).filter(state=CheckState.CONFIRMED, arrival=None).order_by("pk")
    return rows
