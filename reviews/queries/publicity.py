"""Reads of publicity: what everyone may read, and objections for those who answer them."""

from __future__ import annotations

import json
from typing import Any

from django.db import connection
from django.db.models import QuerySet

from portal.core.scope import Actor
from portal.programme.enums import BatchState
from portal.programme.models import Batch
from reviews.models import Objection, PublicEntry
from reviews.queries.screening import in_office

# From publicity on the list is public.
PUBLIC_STATES = (
    BatchState.PUBLICITY,
    BatchState.FINAL,
    BatchState.RUNNING,
    BatchState.ASSESSED,
    BatchState.ARCHIVED,
)


def published() -> QuerySet[Batch]:
    """Batches whose list is public."""
    return Batch.objects.filter(state__in=PUBLIC_STATES, publicity_from__isnull=False)


def entries(batch: Batch) -> QuerySet[PublicEntry]:
    """The published list of a batch by administrative division: no score, no rank."""
    return (
        PublicEntry.objects.filter(batch=batch, dropped_at=None)
        .select_related("province", "unit")
        .order_by("province_id", "unit_id")
    )


def listed_units(batch: Batch) -> tuple[set[str], set[str]]:
    """Codes of the units on the published list of a batch, and of those that left it (for officers); one query."""
    rows = list(PublicEntry.objects.filter(batch=batch).values_list("unit_id", "dropped_at"))
    return {unit for unit, left in rows if left is None}, {unit for unit, left in rows if left is not None}


def objections(actor: Actor) -> QuerySet[Objection]:
    """Objections, the oldest open first; for officers and auditors."""
    rows = Objection.objects.all() if in_office(actor) else Objection.objects.none()
    return rows.select_related("batch", "entry__province", "answered_by").order_by("state", "lodged_at", "pk")


def objection_status(receipt: str) -> dict[str, Any] | None:
    """What whoever holds the receipt may know: state, answer, times, number of the batch; None when unknown."""
    with connection.cursor() as cursor:
        cursor.execute("select reviews_objection_status(%s)", [receipt])
        found = (cursor.fetchone() or [None])[0]
    if found is None:
        return None
    return dict(json.loads(found) if isinstance(found, str) else found)
