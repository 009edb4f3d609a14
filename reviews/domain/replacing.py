"""Tell people what the database did when a reviewer stepped back: it takes the next best choice by itself."""

from __future__ import annotations

from django.db import connection
from django.urls import reverse
from django.utils.translation import gettext_lazy

from portal.accounts.enums import MIIT, Role
from portal.core.scope import Actor
from portal.notifications.inbox import notify, recipients
from portal.programme.models import PilotUnit


def announce(by: Actor) -> None:
    """Write to reviewers who were taken in the place of others, and to MIIT where nobody could be taken."""
    with connection.cursor() as cursor:
        cursor.execute("select reviewer_id, batch_number, unit_id, is_gone from reviews_announce()")
        rows = cursor.fetchall()
    given = gettext_lazy("Applications of batch %(number)s wait for your review. Declare your interests first.")
    missing = gettext_lazy(
        "A reviewer of %(unit)s stepped back, and nobody without a conflict can take the place. Find one by hand."
    )
    units = PilotUnit.objects.in_bulk([unit for _reviewer, _number, unit, is_gone in rows if is_gone])
    officers = recipients(Role.OFFICER, code=MIIT) if units else []
    for reviewer, number, unit, is_gone in rows:
        if is_gone:
            board = reverse("reviews:board", args=[number])
            notify(officers, missing, by=by, url=board, unit=units[unit])
        else:
            notify([reviewer], given, by=by, url=reverse("reviews:mine"), number=number)
