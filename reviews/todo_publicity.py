"""What waits for officers in decision and publicity: each source costs one query."""

from __future__ import annotations

from datetime import date
from typing import Any, Final

from django.db.models import Count, Exists, Min, OuterRef, QuerySet, Subquery
from django.db.models.functions import Coalesce
from django.urls import reverse
from django.utils.translation import gettext as _

from portal.accounts.enums import MIIT, Role
from portal.core import clock
from portal.core.prepared import Prepared
from portal.core.scope import Actor
from portal.notifications.todo import Todo
from portal.programme.enums import BatchState
from reviews.enums import DecisionState, EntryState, ObjectionState, ReplacementState
from reviews.models import Decision, Objection, PublicEntry, Replacement


def decisions(actor: Actor) -> list[Todo]:
    """What the decisions of all batches wait for: signatures, publication, answers to objections, final lists,
    replacements, units that wait without need; one query.
    """
    post = actor.post(Role.OFFICER)
    if post is None:
        return []
    rows = _OPEN(clock.today())
    found = _to_answer(rows)
    for row in rows:
        if row.state == DecisionState.PROPOSED:
            found += _to_sign(row, actor, post.code)
        elif row.state == DecisionState.ADOPTED:
            if post.code == MIIT:
                url = reverse("reviews:decision", args=[row.pk])
                found.append(Todo(_("Publish the list of batch %(number)s") % _number(row), url))
        elif row.batch.state != BatchState.ASSESSED:  # its list is closed: of an assessed batch objections are answered
            found += [*_to_list(row, post.code), *_to_move_up(row, post.code)]
    return found


def _open_decisions(on: date) -> QuerySet[Any]:
    """Decisions that something can still wait for, with what stands on their lists.

    Nothing is joined that has several rows: each of the other annotations would be worked out for each of them.
    """
    waiting = Objection.objects.filter(entry=OuterRef("pk"), state=ObjectionState.LODGED)
    whole = Objection.objects.filter(batch=OuterRef("batch"), entry=None, state=ObjectionState.LODGED)
    entries = PublicEntry.objects.filter(batch=OuterRef("batch"))
    free = entries.filter(~Exists(waiting))
    ready = free.filter(state=EntryState.LISTED, publicity_to__lt=on)
    left = entries.filter(state=EntryState.DROPPED)
    listed = entries.exclude(state=EntryState.DROPPED).order_by().values("batch").annotate(number=Count("pk"))
    lodged = Objection.objects.filter(batch=OuterRef("batch"), state=ObjectionState.LODGED).order_by().values("batch")
    proposal = Replacement.objects.filter(batch=OuterRef("batch"), state=ReplacementState.PROPOSED)
    rows: QuerySet[Any] = (
        Decision.objects.exclude(state=DecisionState.WITHDRAWN)
        .exclude(batch__state=BatchState.ARCHIVED)
        .annotate(
            is_ready=Exists(ready) & ~Exists(whole),
            is_kept=Exists(free.filter(state=EntryState.SUSPENDED)),
            has_left=Exists(left),
            listed=Coalesce(Subquery(listed.values("number")), 0),
            proposal=proposal.values("pk")[:1],
            ministry=proposal.values("ministry")[:1],
            lodged=Coalesce(Subquery(lodged.annotate(number=Count("pk")).values("number")), 0),
            answer_due=Subquery(lodged.annotate(first=Min("due_on")).values("first")),
        )
        .select_related("batch")
    )
    return rows.order_by("batch__number").defer("grounds", "paper", "versions")


_OPEN: Final = Prepared(_open_decisions)


def _number(row: Any) -> dict[str, int]:
    return {"number": row.batch.number}


def _to_sign(row: Any, actor: Actor, code: str) -> list[Todo]:
    """The signature of one's ministry; whoever proposed the decision is not asked for it."""
    signed = row.signed_miit_by_id if code == MIIT else row.signed_mof_by_id
    if signed is not None or row.proposed_by_id == actor.id:
        return []
    text = _("Sign the decision on batch %(number)s") % _number(row)
    return [Todo(text, reverse("reviews:decision", args=[row.pk]))]


def _to_list(row: Any, code: str) -> list[Todo]:
    """Units that are ready to be final, for MIIT; units that wait without need, for both."""
    found, url = [], reverse("reviews:publicity", args=[row.batch.number])
    if row.is_ready and code == MIIT:
        first = _("Make the list of batch %(number)s final")
        is_first = row.batch.state == BatchState.PUBLICITY
        text = first if is_first else _("Issue a supplementary list in batch %(number)s")
        found.append(Todo(text % _number(row), url))
    if row.is_kept:
        found.append(Todo(_("Let a unit that waits go on in batch %(number)s") % _number(row), url))
    return found


def _to_move_up(row: Any, code: str) -> list[Todo]:
    """The replacement that waits for this ministry; a free place for which none is proposed."""
    if row.proposal and row.ministry != code:
        text = _("Confirm the replacement in batch %(number)s") % _number(row)
        return [Todo(text, reverse("reviews:replacement", args=[row.proposal]))]
    if row.has_left and not row.proposal and row.listed < len(row.chosen):
        text = _("A place is free in batch %(number)s: let a reserve unit move up") % _number(row)
        return [Todo(text, reverse("reviews:publicity", args=[row.batch.number]))]
    return []


def _to_answer(rows: list[Any]) -> list[Todo]:
    """Objections that wait for an answer, by the nearest day on which one is due."""
    waiting = [row for row in rows if row.lodged]
    if not waiting:
        return []
    due = clock.end_of_day(min(row.answer_due for row in waiting))
    count = sum(row.lodged for row in waiting)
    return [Todo(_("Answer objections"), reverse("reviews:objections"), due=due, count=count)]
