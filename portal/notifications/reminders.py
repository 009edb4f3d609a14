"""Reminders before deadlines: what stands on a person's desk, seven, three and one day before it is due.

What asks for it is reminded of on its last day too.
"""

from __future__ import annotations

from datetime import datetime
from typing import Final

import structlog
from django.contrib.auth import get_user_model
from django.db import transaction
from django.utils.translation import get_language, override
from django.utils.translation import gettext as _

from portal.core import clock
from portal.core.clockwork import ADDRESS, clockwork
from portal.core.scope import Actor, enter
from portal.notifications import letters
from portal.notifications.models import Reminder
from portal.notifications.todo import Todo, for_actor

log = structlog.get_logger(__name__)
DAYS: Final = (1, 3, 7)


def threshold(due: datetime | None, among: tuple[int, ...] = DAYS) -> int | None:
    """The smallest number of days that the deadline has come within; None when it is far, over, or there is none."""
    if due is None or clock.is_over(due):
        return None
    left = (due.astimezone(clock.SHANGHAI).date() - clock.today()).days
    return next((days for days in sorted(among) if left <= days), None)


def remind_all() -> int:
    """Write to everyone who has something due; gives the number of letters. Safe to repeat: nothing is sent twice.

    Each person is a transaction of their own: one address that refuses stops nobody else, and is tried again the
    next time, because the rows are only kept once the mail server took the letter.
    """
    people = get_user_model().objects.filter(is_active=True).exclude(email=ADDRESS)
    sent = 0
    for person in people.order_by("pk").values_list("pk", flat=True):
        try:
            sent += remind(person)
        except Exception as error:  # one person's letter must not stop the others'
            log.warning("reminder_failed", person=person, kind=type(error).__name__)
    return sent


def remind(person: int) -> bool:
    """Write to one person about what came within a threshold since the last letter; gives whether a letter went."""
    with transaction.atomic():
        actor = enter(person)
        # Whoever holds the row writes to this person just now; a second worker leaves it.
        rows = get_user_model().objects.select_for_update(skip_locked=True, no_key=True)
        reader = rows.filter(pk=person).first() if actor.posts else None
        if reader is None:
            return False
        with override("zh-hans"):
            chinese = _near(actor)
        with override("en"):
            english = _near(actor) if chinese else {}
        enter(clockwork())
        known = set(Reminder.objects.filter(person_id=person).values_list("subject", "due", "days"))
        fresh = [key for key in chinese if key not in known]
        if not fresh:
            return False
        now = clock.now()
        Reminder.objects.bulk_create(
            Reminder(person_id=person, subject=subject, due=due, days=days, sent_at=now) for subject, due, days in fresh
        )
        # Labels were put into words in the reader's own scope, above.
        lines: dict[str, list[str]] = {}
        for language, found in (("zh-hans", chinese), ("en", english)):
            with override(language):
                lines[language] = [_line(found[key]) for key in fresh if key in found]
        _write(reader.email, actor.name, lines, letters.number("reminder", person, *sorted(fresh)))
    return True


Key = tuple[str, datetime, int]


def _near(actor: Actor) -> dict[Key, Todo]:
    found: dict[Key, Todo] = {}
    for todo in for_actor(actor):
        days = threshold(todo.due, todo.remind or DAYS)
        if todo.due is not None and days is not None:
            found.setdefault((todo.url[:200], todo.due, days), todo)
    return found


def _line(todo: Todo) -> str:
    due = clock.in_text(todo.due) if todo.due else ""
    said = _("%(what)s: due %(due)s") % {"what": todo.label, "due": due}
    return f"- {said}\n  {letters.address(todo.url)}"


def _write(to: str, name: str, lines: dict[str, list[str]], number: str) -> None:
    def text() -> str:
        listed = "\n".join(lines[get_language() or "zh-hans"])
        return _("%(name)s,\n\nthis waits for you in the pilot portal and is due soon:\n\n%(lines)s") % {
            "name": name,
            "lines": listed,
        }

    letters.send(to, lambda: _("Pilot portal: due soon"), text, message_id=number)
