"""What waits for ministry officers in the programme."""

from __future__ import annotations

from typing import Final

from django.db.models import QuerySet
from django.urls import reverse
from django.utils.translation import gettext as _

from portal.accounts.enums import MIIT, Role
from portal.core.prepared import Prepared
from portal.core.scope import Actor
from portal.notifications.todo import Todo
from portal.programme.enums import BatchState
from portal.programme.models import Batch


def _to_move() -> QuerySet[Batch]:
    rows = Batch.objects.filter(state__in=[BatchState.DRAFT, BatchState.OPEN])
    return rows.only("number", "state", "opened_at", "opens_at", "deadline")


_TO_MOVE: Final = Prepared(_to_move)


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
