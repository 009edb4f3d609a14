"""Reads of publicity: what everyone may read, and what the ministries see of lists, objections and replacements."""

from __future__ import annotations

import json
from datetime import date
from typing import Any, Final

from django.db import connection
from django.db.models import Count, Exists, OuterRef, Prefetch, Q, QuerySet

from applications.enums import ApplicationState
from applications.models import Application
from portal.core import clock
from portal.core.prepared import Prepared
from portal.core.scope import Actor
from portal.core.tables.listing import Listing
from portal.programme.enums import BatchState
from portal.programme.models import Batch
from reviews.enums import DecisionState, EntryState, ObjectionState
from reviews.models import (
    Decision,
    FinalList,
    Objection,
    ObjectionFile,
    ObjectionNote,
    PublicEntry,
    Replacement,
    Suspension,
)
from reviews.queries.screening import in_office

OBJECTION_DAYS: Final = 10  # working days for an answer where the rules say nothing (assumed)
# From publicity on the list is public.
PUBLIC_STATES = (
    BatchState.PUBLICITY,
    BatchState.FINAL,
    BatchState.RUNNING,
    BatchState.ASSESSED,
    BatchState.ARCHIVED,
)
_PUBLIC: Final = (EntryState.LISTED, EntryState.SUSPENDED)


def published() -> QuerySet[Batch]:
    """Batches whose list is public."""
    return Batch.objects.filter(state__in=PUBLIC_STATES, publicity_from__isnull=False)


def _published(number: int) -> QuerySet[Batch]:
    return published().select_related("rule_set").filter(number=number)


# By its number, with its rules.
PUBLISHED: Final = Prepared(_published)


def _entries(batch: int) -> QuerySet[PublicEntry]:
    return (
        PublicEntry.objects.filter(batch=batch)
        .exclude(state=EntryState.DROPPED)
        .select_related("province", "unit", "final_list")
        .order_by("province_id", "unit_id")
    )


ENTRIES: Final = Listing(_entries)  # by the batch's key


def entries(batch: Batch) -> QuerySet[PublicEntry]:
    """The published list of a batch by administrative division: no score, no rank; who left it is not in it."""
    return _entries(batch.pk)


def open_entries(batch: Batch) -> QuerySet[PublicEntry]:
    """Units against which anyone may object today."""
    today = clock.today()
    return entries(batch).filter(state__in=_PUBLIC, publicity_from__lte=today, publicity_to__gte=today)


def is_open_for(batch: Batch, entry: PublicEntry | None) -> bool:
    """Whether objections against this unit (None: the list as a whole) are taken today."""
    if entry is None:
        first, last, stands = batch.publicity_from, batch.publicity_to, batch.state == BatchState.PUBLICITY
    else:
        first, last, stands = entry.publicity_from, entry.publicity_to, entry.state in _PUBLIC
    return stands and first is not None and last is not None and first <= clock.today() <= last


def final_lists(batch: Batch) -> QuerySet[FinalList]:
    """Final lists of a batch with their units, the first one first; two queries."""
    units = PublicEntry.objects.select_related("province").order_by("province_id", "unit_id")
    return FinalList.objects.filter(batch=batch).prefetch_related(Prefetch("entries", units)).order_by("number")


def _plain_lists(batch: int) -> QuerySet[FinalList]:
    return FinalList.objects.filter(batch=batch).order_by("number")


# By the batch's key, without their units; the first one first.
PLAIN_LISTS: Final = Prepared(_plain_lists)


def ready(batch: Batch) -> QuerySet[PublicEntry]:
    """Units whose publicity is over and against which nothing is open: they can become final."""
    waiting = Objection.objects.filter(entry=OuterRef("pk"), state=ObjectionState.LODGED)
    rows = PublicEntry.objects.filter(batch=batch, state=EntryState.LISTED, publicity_to__lt=clock.today())
    return rows.filter(~Exists(waiting)).order_by("province_id", "unit_id")


def board(batch: Batch) -> QuerySet[Any]:
    """Every unit that was ever listed, for the officers, with `waiting`: how many objections against it are open."""
    standing = Suspension.objects.filter(ended_at=None)
    return (
        PublicEntry.objects.filter(batch=batch)
        .select_related("province", "unit", "final_list", "replacement")
        .prefetch_related(Prefetch("suspensions", standing, to_attr="standing"))
        .annotate(waiting=Count("objections", filter=Q(objections__state=ObjectionState.LODGED)))
        .order_by("province_id", "unit_id")
    )


def entry_states(batch: Batch) -> dict[str, str]:
    """State by unit of everything that was ever listed; one query."""
    return dict(PublicEntry.objects.filter(batch=batch).order_by("unit_id").values_list("unit_id", "state"))


def waiting_units(batch: Batch) -> set[str]:
    """Codes of the units that are in reserve still; one query."""
    rows = Application.objects.filter(batch=batch, state=ApplicationState.RESERVE)
    return set(rows.order_by("unit_id").values_list("unit_id", flat=True))


def listed_units(batch: Batch) -> tuple[set[str], set[str]]:
    """Codes of the units on the published list of a batch, and of those that left it (for officers); one query."""
    states = entry_states(batch)
    left = {unit for unit, state in states.items() if state == EntryState.DROPPED}
    return set(states) - left, left


def published_decision(actor: Actor, batch: Batch) -> QuerySet[Decision]:
    """The decision whose list is public, with the question it answers."""
    rows = Decision.objects.filter(batch=batch, state__in=[DecisionState.PUBLISHED, DecisionState.FINAL])
    rows = rows if in_office(actor) else rows.none()
    return rows.select_related("batch__rule_set", "scenario")


def replacements(actor: Actor) -> QuerySet[Replacement]:
    """Replacements with who proposed and confirmed them."""
    rows = Replacement.objects.all() if in_office(actor) else Replacement.objects.none()
    return rows.select_related("batch__rule_set", "decision__scenario", "proposed_by", "confirmed_by").order_by(
        "batch", "number"
    )


def suspensions(actor: Actor) -> QuerySet[Suspension]:
    """Suspensions with what they are about."""
    rows = Suspension.objects.all() if in_office(actor) else Suspension.objects.none()
    return rows.select_related("entry__batch", "entry__province", "objection", "by", "ended_by")


def objections(actor: Actor) -> QuerySet[Objection]:
    """Objections, open ones first, the nearest day for an answer first; for officers and auditors."""
    rows = Objection.objects.all() if in_office(actor) else Objection.objects.none()
    people = ("answered_by", "handler", "extended_by")
    rows = rows.select_related("batch__rule_set", "entry__province", *people)
    is_open = Q(state=ObjectionState.LODGED)
    return rows.alias(is_open=is_open).order_by("-is_open", "due_on", "lodged_at", "pk")


def evidence_of(objection: Objection) -> QuerySet[ObjectionFile]:
    """The files that came with an objection."""
    return ObjectionFile.objects.filter(objection=objection).order_by("uploaded_at", "pk")


def evidence(actor: Actor) -> QuerySet[ObjectionFile]:
    """Files of all objections the reader sees."""
    rows = ObjectionFile.objects.all() if in_office(actor) else ObjectionFile.objects.none()
    return rows.select_related("objection")


def notes_of(objection: Objection) -> QuerySet[ObjectionNote]:
    """Notes on an objection, the first one first."""
    return ObjectionNote.objects.filter(objection=objection).select_related("by").order_by("pk")


def answer_due(batch: Batch, day: date) -> date:
    """The day by which an objection lodged on `day` is answered: so many working days later, by the rules."""
    details = batch.rule_set.details if batch.rule_set else {}
    return clock.add_working_days(day, int(details.get("objection_days", OBJECTION_DAYS)))


def objection_status(receipt: str) -> dict[str, Any] | None:
    """What whoever holds the receipt may know: state, answer, times, number of the batch; None when unknown."""
    with connection.cursor() as cursor:
        cursor.execute("select reviews_objection_status(%s)", [receipt])
        found = (cursor.fetchone() or [None])[0]
    if found is None:
        return None
    return dict(json.loads(found) if isinstance(found, str) else found)
