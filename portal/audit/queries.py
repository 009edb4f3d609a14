"""Reads on the trail."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Final

from django.db.models import Q, QuerySet

from portal.audit.models import Event
from portal.audit.rules import AUDIT_ADMIN, AUDITOR
from portal.core import clock
from portal.core.scope import Actor

PAGE: Final = 50


@dataclass(frozen=True)
class Filter:
    """What of the trail is asked for; days are inclusive, in Asia/Shanghai. Empty: everything."""

    person: str = ""
    act: str = ""
    outcome: str = ""
    object_type: str = ""
    object_id: str = ""
    since: date | None = None
    until: date | None = None


@dataclass(frozen=True)
class Slice:
    """One page of the trail, the newest first; `older` and `newer` are the cursors of its neighbours."""

    rows: list[Event]
    older: int | None
    newer: int | None


def events(actor: Actor) -> QuerySet[Event]:
    """Events the actor may read, the newest first: all for an audit administrator; for an auditor what happened in
    the auditor's country or province (sign-ins and rights are the administrator's); for everyone the own acts.
    """
    rows = Event.objects.order_by("-pk")
    if AUDIT_ADMIN in actor.roles:
        return rows
    own = Q(actor=actor.id)
    if AUDITOR not in actor.roles:
        return rows.filter(own)
    if actor.scope.nation:
        return rows.filter(own | Q(is_identity=False))
    inside = Q(province__in=actor.scope.provinces) | Q(organisation__in=actor.scope.organisations)
    return rows.filter(own | (Q(is_identity=False) & inside))


def matching(rows: QuerySet[Event], what: Filter) -> QuerySet[Event]:
    """The events that fit the filter."""
    if what.person:
        by_id = Q(actor=int(what.person)) if what.person.isascii() and what.person.isdigit() else Q()
        rows = rows.filter(Q(actor_name__icontains=what.person) | by_id)
    for name in ("act", "outcome", "object_type", "object_id"):
        if value := getattr(what, name):
            rows = rows.filter(**{name: value})
    if what.since:
        rows = rows.filter(at__gte=clock.first_moment(what.since))
    if what.until:
        rows = rows.filter(at__lte=clock.last_moment(what.until))
    return rows


def page_of(rows: QuerySet[Event], *, before: int | None = None, after: int | None = None) -> Slice:
    """One page by cursor: `before` an event's number goes to older ones, `after` to newer ones. One query."""
    if after is not None:
        found = list(rows.filter(pk__gt=after).order_by("pk")[: PAGE + 1])
        more = len(found) > PAGE
        shown = found[:PAGE][::-1]
        return Slice(shown, shown[-1].pk if shown else None, shown[0].pk if more else None)
    found = list((rows.filter(pk__lt=before) if before is not None else rows)[: PAGE + 1])
    shown = found[:PAGE]
    older = shown[-1].pk if len(found) > PAGE else None
    newer = shown[0].pk if before is not None and shown else None
    return Slice(shown, older, newer)
