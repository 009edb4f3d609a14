"""Reminders to reviewers who are past their last day. Before it the desk's own reminders go out by themselves."""

from __future__ import annotations

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from portal.core import clock
from portal.core.commands import command
from portal.core.errors import DomainError
from portal.core.scope import Actor
from portal.notifications.inbox import notify
from portal.programme.models import Batch
from reviews.models import Assignment
from reviews.queries import late


def remind_late(*, by: Actor, batch: Batch) -> int:
    """Write to each reviewer who is late, once a day at most; gives how many are late.

    Raises NotAllowed; DomainError when nobody is late.
    """
    with command(by, "reviews.remind_late", batch) as act:
        people = set(Assignment.objects.filter(late(batch), batch=batch).values_list("reviewer_id", flat=True))
        if not people:
            raise DomainError("nobody_late", _("Nobody is late."))
        text = gettext_lazy("Your reviews of batch %(number)s are overdue. Please submit them, or tell MIIT.")
        notify(
            people,
            text,
            by=by,
            url=reverse("reviews:mine"),
            key=f"reviews.late:{batch.pk}:{clock.today():%Y%m%d}",
            number=batch.number,
        )
        act.record(batch, why=_("%(count)s reviewers") % {"count": len(people)})
        return len(people)
