"""Tell people what the database did when a reviewer stepped back: it takes the next best choice by itself."""

from __future__ import annotations

from django.db import connection
from django.urls import reverse
from django.utils.translation import gettext_lazy

from portal.accounts.enums import MIIT, Role
from portal.core.scope import Actor
from portal.notifications.inbox import notify, recipients
from portal.programme.models import PilotUnit


def announce(by: Actor, unit: PilotUnit | None = None) -> int:
    """Write to reviewers who were taken in the place of others; gives how many.

    unit: of the application somebody stepped back from just now: when nobody could be taken, MIIT is told.
    """
    with connection.cursor() as cursor:
        cursor.execute("select reviewer_id, batch_number from reviews_announce()")
        rows = cursor.fetchall()
    text = gettext_lazy("Applications of batch %(number)s wait for your review. Declare your interests first.")
    for reviewer, number in rows:
        notify([reviewer], text, by=by, url=reverse("reviews:mine"), number=number)
    if not rows and unit is not None:
        missing = gettext_lazy(
            "A reviewer of %(unit)s stepped back, and nobody without a conflict can take the place. Find one by hand."
        )
        notify(recipients(Role.OFFICER, code=MIIT), missing, by=by, url=reverse("reviews:reviewing"), unit=unit)
    return len(rows)
