"""What waits for ministry officers in the programme."""

from __future__ import annotations

from datetime import date
from typing import Any, Final
from urllib.parse import quote

from django.db.models import Count, Exists, OuterRef, Q, QuerySet
from django.urls import reverse
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from portal.accounts.enums import MIIT, Kind, Role
from portal.accounts.models import Membership
from portal.core import clock
from portal.core.prepared import Prepared
from portal.core.scope import Actor
from portal.notifications.todo import Todo
from portal.programme.enums import BatchState
from portal.programme.models import Batch, CentralSOE, PilotUnit

MOST: Final = 20


def _to_move() -> QuerySet[Batch]:
    rows = Batch.objects.filter(state__in=[BatchState.DRAFT, BatchState.OPEN])
    return rows.only("number", "state", "opened_at", "opens_at", "deadline")


_TO_MOVE: Final = Prepared(_to_move)


def _places_left(day: date) -> QuerySet[Any]:
    """Places and enterprises that ended, whose bodies somebody still works for: the first to end first."""
    unit = PilotUnit.objects.filter(pk=OuterRef("organisation__unit"), valid_to__lt=day)
    soe = CentralSOE.objects.filter(code=OuterRef("organisation__code"), valid_to__lt=day)
    rows = Membership.objects.filter(ended_at=None).filter(
        Q(organisation__kind__in=[Kind.UNIT_GOVERNMENT, Kind.UNIT_FINANCE]) & Exists(unit)
        | Q(organisation__kind=Kind.CENTRAL_SOE) & Exists(soe)
    )
    named = rows.values(*(f"organisation__{name}" for name in ("code", "name_zh", "name_en")))
    found: QuerySet[Any] = named.annotate(count=Count("user", distinct=True)).order_by("organisation__code")
    return found[:MOST]


_LEFT: Final = Prepared(_places_left)


def ended(actor: Actor) -> list[Todo]:
    """Of a security administrator: bodies of what ended, while somebody holds a role in them: who goes on for them?"""
    if actor.post(Role.SECURITY_ADMIN) is None:
        return []
    name = "organisation__name_en" if get_language() == "en" else "organisation__name_zh"
    text = _("See who goes on for %(body)s, which has ended: hand over, or invite who follows")
    people = reverse("accounts:people")
    return [
        Todo(text % {"body": row[name]}, f"{people}?body={quote(row['organisation__code'])}", count=row["count"])
        for row in _LEFT(clock.today())
    ]


def batches(actor: Actor) -> list[Todo]:
    """Batches that wait for this ministry's signature, or for their closing."""
    post = actor.post(Role.OFFICER)
    if post is None:
        return []
    found = []
    for batch in _TO_MOVE():
        url = reverse("programme:batch", args=[batch.pk])
        if batch.state == BatchState.DRAFT and (batch.opened_at is None) == (post.code == MIIT):
            found.append(Todo(_("Sign batch %(number)s") % {"number": batch.number}, url, batch.opens_at))
        elif batch.is_over and post.code == MIIT:
            found.append(Todo(_("Close batch %(number)s") % {"number": batch.number}, url, batch.deadline))
    return found
