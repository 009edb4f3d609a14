"""What waits for officers in decision and publicity: each source costs one query."""

from __future__ import annotations

from typing import Any

from django.db.models import Count, Exists, F, Min, OuterRef, Q
from django.urls import reverse
from django.utils.translation import gettext as _

from portal.accounts.enums import MIIT, Role
from portal.core import clock
from portal.core.scope import Actor
from portal.notifications.todo import Todo
from portal.programme.enums import BatchState
from portal.programme.models import Batch
from reviews.enums import DecisionState, EntryState, ObjectionState, ReplacementState
from reviews.models import Decision, Objection, PublicEntry, Replacement


def decisions(actor: Actor) -> list[Todo]:
    """Decisions that wait for this ministry: signature, publication."""
    post = actor.post(Role.OFFICER)
    if post is None:
        return []
    waiting = [DecisionState.PROPOSED, DecisionState.ADOPTED]
    rows = Decision.objects.filter(state__in=waiting).select_related("batch")
    found = []
    for row in rows.only("state", "signed_miit_by", "signed_mof_by", "batch__number"):
        url, name = reverse("reviews:decision", args=[row.pk]), {"number": row.batch.number}
        signed = row.signed_miit_by_id if post.code == MIIT else row.signed_mof_by_id
        if row.state == DecisionState.PROPOSED and signed is None:
            found.append(Todo(_("Sign the decision on batch %(number)s") % name, url))
        elif row.state == DecisionState.ADOPTED and post.code == MIIT:
            found.append(Todo(_("Publish the list of batch %(number)s") % name, url))
    return found


def lists(actor: Actor) -> list[Todo]:
    """Lists with units that are ready to be final, for MIIT; with units that wait without need, for both."""
    post = actor.post(Role.OFFICER)
    if post is None:
        return []
    waiting = Objection.objects.filter(entry=OuterRef("pk"), state=ObjectionState.LODGED)
    whole = Objection.objects.filter(batch=OuterRef("pk"), entry=None, state=ObjectionState.LODGED)
    entries = PublicEntry.objects.filter(batch=OuterRef("pk")).filter(~Exists(waiting))
    ready = entries.filter(state=EntryState.LISTED, publicity_to__lt=clock.today())
    rows = Batch.objects.filter(state__in=[BatchState.PUBLICITY, BatchState.FINAL, BatchState.RUNNING]).annotate(
        is_ready=Exists(ready) & ~Exists(whole), is_kept=Exists(entries.filter(state=EntryState.SUSPENDED))
    )
    found = []
    for row in rows.filter(Q(is_ready=True) | Q(is_kept=True)).order_by("number"):
        url, name = reverse("reviews:publicity", args=[row.number]), {"number": row.number}
        if row.is_ready and post.code == MIIT:
            is_first = row.state == BatchState.PUBLICITY
            first = _("Make the list of batch %(number)s final")
            found.append(Todo((first if is_first else _("Issue a supplementary list in batch %(number)s")) % name, url))
        if row.is_kept:
            found.append(Todo(_("Let a unit that waits go on in batch %(number)s") % name, url))
    return found


def places(actor: Actor) -> list[Todo]:
    """Replacements that wait for this ministry; free places for which none is proposed."""
    post = actor.post(Role.OFFICER)
    if post is None:
        return []
    is_left = Q(batch__public_entries__state=EntryState.DROPPED)
    waiting = Replacement.objects.filter(batch=OuterRef("batch"), state=ReplacementState.PROPOSED)
    rows: Any = (
        Decision.objects.filter(state__in=[DecisionState.PUBLISHED, DecisionState.FINAL])
        .exclude(batch__state__in=[BatchState.ASSESSED, BatchState.ARCHIVED])
        .annotate(
            listed=Count("batch__public_entries", filter=~is_left),
            left=Count("batch__public_entries", filter=is_left),
            proposal=waiting.values("pk")[:1],
            ministry=waiting.values("ministry")[:1],
            number=F("batch__number"),
        )
        .filter(left__gt=0)
    )
    found = []
    for row in rows:
        name = {"number": row.number}
        if row.proposal and row.ministry != post.code:
            url = reverse("reviews:replacement", args=[row.proposal])
            found.append(Todo(_("Confirm the replacement in batch %(number)s") % name, url))
        elif not row.proposal and row.listed < len(row.chosen):
            url = reverse("reviews:publicity", args=[row.number])
            found.append(Todo(_("A place is free in batch %(number)s: let a reserve unit move up") % name, url))
    return found


def objections(actor: Actor) -> list[Todo]:
    """Objections that wait for an answer, by the nearest day on which one is due."""
    if actor.post(Role.OFFICER) is None:
        return []
    found = Objection.objects.filter(state=ObjectionState.LODGED).aggregate(count=Count("pk"), due=Min("due_on"))
    if not found["count"]:
        return []
    due = clock.end_of_day(found["due"])
    return [Todo(_("Answer objections"), reverse("reviews:objections"), due=due, count=found["count"])]
