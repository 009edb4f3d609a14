"""Reads on the end of a batch: which awards lack their final result, and what is still open."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.db import connection
from django.db.models import Exists, OuterRef, QuerySet, Subquery
from django.db.models.expressions import RawSQL

from applications.enums import ApplicationState
from applications.models import Application
from grants.enums import COUNTED, CheckState, EvaluationKind, PanelState
from grants.enums_ending import Open, StepState
from grants.models import ArchiveStep, Assessment, Award, Panel
from portal.core.joins import with_names
from portal.core.scope import Actor, Scope
from portal.programme.enums import BatchState
from portal.programme.models import Batch
from reviews.enums import EntryState
from reviews.models import PublicEntry

# From its first award on a batch has an end to come to.
STATES = (BatchState.RUNNING, BatchState.ASSESSED, BatchState.ARCHIVED)


def batches(scope: Scope) -> QuerySet[Batch]:
    """Batches of the portal that run or have run, the newest first; batches before the portal have no end here."""
    rows = Batch.objects.filter(state__in=STATES, opened_by__isnull=False).order_by("-number")
    return rows if scope.nation else rows.none()


def undecided_rows() -> QuerySet[Award]:
    """Awards that stand, or wait for their checker, without a confirmed final result: neither passed nor, for good,
    failed. What is to be mended, and what failed and may be looked at again, is no final result.
    """
    for_good = Assessment.objects.filter(award=OuterRef("pk"), state=CheckState.CONFIRMED, for_good=True)
    rows = Award.objects.filter(state__in=COUNTED, assessment_passed_on=None)
    return rows.exclude(Exists(for_good))


def undecided(batch: Batch) -> QuerySet[Any]:
    """These awards of a batch by division, with the last word on each: `last_state`, `last_result`, `mend_by`, and
    whether a final panel is at work (`is_scored_now`).
    """
    last = Assessment.objects.filter(award=OuterRef("pk")).exclude(state=CheckState.REFUSED).order_by("-pk")
    work = Panel.objects.filter(award=OuterRef("pk"), kind=EvaluationKind.FINAL, state=PanelState.OPEN)
    rows: QuerySet[Any] = with_names(undecided_rows().filter(batch=batch), "unit", "province").annotate(
        last_state=Subquery(last.values("state")[:1]),
        last_result=Subquery(last.values("result")[:1]),
        mend_by=Subquery(last.values("rectify_by")[:1]),
        is_scored_now=Exists(work),
    )
    return rows.order_by("province_id", "unit_id")


def standing(batch: Batch) -> int:
    """How many awards of the batch stand, or wait for their checker."""
    return Award.objects.filter(batch=batch, state__in=COUNTED).count()


def unawarded(batch: Batch) -> int:
    """How many units of the final list have no award that stands."""
    taken = Award.objects.filter(batch=batch, state__in=COUNTED).values("application_id")
    return Application.objects.filter(batch=batch, state=ApplicationState.SELECTED).exclude(pk__in=taken).count()


def _listed() -> QuerySet[PublicEntry]:
    return PublicEntry.objects.filter(state__in=[EntryState.LISTED, EntryState.SUSPENDED])


def under_publicity(batch: Batch) -> int:
    """How many units of the batch are listed and not final yet."""
    return _listed().filter(batch=batch).count()


@dataclass(frozen=True)
class Matter:
    """What is open of one kind: how many, yuan where it is money, the awards it is about (keys)."""

    what: Open
    number: int = 0
    amount: Decimal | None = None
    awards: tuple[int, ...] = ()


def matters(batch: Batch) -> list[Matter]:
    """Every kind of thing that keeps a batch from being archived, with how much of it is open; one query."""
    with connection.cursor() as cursor:
        cursor.execute("select what, number, amount, awards from ending_open(%s)", [batch.pk])
        found = {what: Matter(Open(what), number, amount, tuple(sorted(keys))) for what, number, amount, keys in cursor}
    return [found.get(one.value, Matter(one)) for one in Open]


def awards_of(keys: Iterable[int]) -> dict[int, Award]:
    """Awards by key with their units, in the order of divisions."""
    rows = with_names(Award.objects.filter(pk__in=set(keys)), "unit").order_by("province_id", "unit_id", "pk")
    return {row.pk: row for row in rows}


def steps(scope: Scope) -> QuerySet[ArchiveStep]:
    """Requests to archive or reopen batches, the newest first; the ministries' and the auditors' own."""
    rows = ArchiveStep.objects.select_related("batch", "asked_by", "decided_by").order_by("-pk")
    return rows if scope.nation else rows.none()


def to_assess() -> QuerySet[Batch]:
    """Batches in which every award that stands has its final result, and no unit is under publicity."""
    stands = Award.objects.filter(batch=OuterRef("pk"), state=CheckState.CONFIRMED)
    rows = Batch.objects.filter(state=BatchState.RUNNING).filter(Exists(stands))
    return (
        rows.exclude(Exists(undecided_rows().filter(batch=OuterRef("pk"))))
        .exclude(Exists(_listed().filter(batch=OuterRef("pk"))))
        .order_by("pk")
    )


def to_archive() -> QuerySet[Any]:
    """Assessed batches in which nothing is open, and for which nobody has asked."""
    asked = ArchiveStep.objects.filter(batch=OuterRef("pk"), state=StepState.ASKED)
    rows = Batch.objects.filter(state=BatchState.ASSESSED).exclude(Exists(asked))
    found: QuerySet[Any] = rows.annotate(is_open=RawSQL("ending_is_open(programme_batch.id)", [])).filter(is_open=False)
    return found.order_by("pk")


def to_countersign(actor: Actor) -> QuerySet[ArchiveStep]:
    """Requests that wait for MOF, of other people."""
    return ArchiveStep.objects.filter(state=StepState.ASKED).exclude(asked_by=actor.id).order_by("pk")
