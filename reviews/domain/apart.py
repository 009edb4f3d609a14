"""Who keeps away from the acts on a whole batch."""

from __future__ import annotations

from django.db import connection
from django.utils.translation import gettext as _

from portal.core.errors import NotAllowed
from portal.core.scope import Actor
from portal.programme.models import Batch


def refuse_conflicted(by: Actor, batch: Batch) -> None:
    """Raise NotAllowed when the person has an interest in one of the batch's applications."""
    with connection.cursor() as cursor:
        cursor.execute("select %s = any(scope_conflicted_batches())", [batch.pk])
        if (cursor.fetchone() or [False])[0]:
            raise NotAllowed(
                "conflict", _("You declared an interest in an application of this batch: a colleague does this.")
            )


def refuse_conflicted_with(by: Actor, application: int | None) -> None:
    """Raise NotAllowed when the person has an interest in this application (None: nothing is asked)."""
    with connection.cursor() as cursor:
        cursor.execute("select %s = any(scope_conflicted_applications())", [application])
        if (cursor.fetchone() or [False])[0]:
            raise NotAllowed("conflict", _("You declared an interest in this application: a colleague does this."))
