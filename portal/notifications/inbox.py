"""Writing to people, and their inbox.

A command tells people what concerns them:

    notify(recipients(Role.PROVINCIAL_OFFICER, province="350000"), gettext_lazy("%(unit)s submitted its application."),
           by=by, url=reverse("applications:detail", args=[row.pk]), unit=row.unit)

The text is put into words in both languages at once, so parameters may be lazy too, and days and moments are written
as each language does. The letter stands in the inbox
with the act, in its transaction; the e-mail follows once that is kept, and waits when the queue is down.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any, Final

import structlog
from celery import current_app
from django.db import connection, transaction
from django.db.models import QuerySet
from django.utils.translation import override
from kombu.exceptions import OperationalError

from portal.core import clock
from portal.core.errors import Text
from portal.core.planned import keeping
from portal.core.scope import Actor
from portal.notifications.models import Notice

log = structlog.get_logger(__name__)
MAIL: Final = "portal.notifications.mail"
# Seconds a letter may be on its way before beat hands it over again.
IN_FLIGHT: Final = 300
# Days after which a letter nobody took is no news any more: it stays in the inbox, and no longer before later ones.
GIVEN_UP: Final = 14
_UNREAD: Final = "select count(*) from notifications_notice where person_id = %s and read_at is null"


def recipients(*roles: str, code: str = "", province: str = "", unit: str = "") -> list[int]:
    """Active people who hold one of these roles in the organisation of that code, province or pilot unit.

    Asked of a function of the owner: a city may write to its province's officers without seeing who they are.
    Give one place; an empty one gives nobody, so that a mistake does not write to the whole country.
    """
    found = recipients_of(*roles, units=[unit], provinces=[province], codes=[code])
    return sorted({person for people in found.values() for person in people})


def recipients_of(
    *roles: str, units: Iterable[str] = (), provinces: Iterable[str] = (), codes: Iterable[str] = ()
) -> dict[str, list[int]]:
    """Active people who hold one of these roles, by the unit, province or code of organisation asked for; one query.

    People of a body that shares another one's work (two districts that apply as one) are among its people.
    """
    with connection.cursor() as cursor:
        values = [list(roles), list(units), list(provinces), list(codes)]
        cursor.execute("select place, person from notice_recipients_of(%s, %s, %s, %s)", values)
        found: dict[str, list[int]] = {}
        for place, person in cursor.fetchall():
            found.setdefault(place, []).append(person)
    return found


def holder_or_colleagues(person: int, *roles: str, code: str = "", units: Iterable[str] = ()) -> list[int]:
    """The person, as long as they hold one of these roles in that organisation or one of the units; else those who do.

    For what somebody began and others go on with once that person left.
    """
    found = recipients_of(*roles, units=units, codes=[code])
    holders = sorted(set().union(*found.values()))
    return [person] if person in holders else holders


@dataclass(frozen=True)
class Letter:
    """One letter to several people: see `notify`."""

    to: Iterable[int]
    text: Text
    url: str = ""
    words: Mapping[str, Any] = field(default_factory=dict)


def notify(
    to: Iterable[int],
    text: Text,
    *,
    by: Actor,
    url: str = "",
    key: str = "",
    mail: bool = True,
    myself: bool = False,
    **words: Any,
) -> int:
    """Put a letter into the inbox of each person but the one who acts; gives to how many.

    text: lazy, with named places that `words` fill. url: a page of the portal. key: a person who had a letter of this
    key gets none. mail: an e-mail goes too, on commit. myself: the one who acts is written to as well (of work that
    went on without them).
    """
    return notify_each([Letter(to, text, url, words)], by=by, key=key, mail=mail, myself=myself)


def notify_each(letters: Iterable[Letter], *, by: Actor, key: str = "", mail: bool = True, myself: bool = False) -> int:
    """Put many letters into inboxes at once, in one statement; gives how many. The rest is as in `notify`."""
    now = clock.now()
    rows = []
    for letter in letters:
        people = sorted(set(letter.to) - (set() if myself else {by.id}))
        said = _in_words(letter) if people else {}
        rows += [
            Notice(
                person_id=person,
                sender=by.id,
                text_zh=said["zh-hans"],
                text_en=said["en"],
                url=letter.url,
                key=key,
                at=now,
                wants_mail=mail,
            )
            for person in people
        ]
    Notice.objects.bulk_create(rows, ignore_conflicts=bool(key))
    if rows and mail:
        posted = [(str(row.pk), row.person_id) for row in rows]
        transaction.on_commit(lambda: enqueue(posted), robust=True)
    return len(rows)


def _in_words(letter: Letter) -> dict[str, str]:
    """The text of a letter in both languages."""
    said = {}
    for language in ("zh-hans", "en"):
        with override(language):
            filled = {
                name: clock.in_text(word) if isinstance(word, date) else str(word)
                for name, word in letter.words.items()
            }
            said[language] = (str(letter.text) % filled if filled else str(letter.text))[:500]
    return said


def enqueue(letters: list[tuple[str, int]]) -> None:
    """Hand letters to the worker. When the queue is down they wait, and beat hands them over (`unmailed`)."""
    try:
        current_app.send_task(MAIL, args=[letters], retry=False)
    except (OperationalError, OSError) as error:
        log.warning("letters_not_enqueued", count=len(letters), reason=type(error).__name__)


def unmailed(limit: int = 500) -> list[tuple[str, int]]:
    """Letters whose e-mail should have gone by now, the oldest first. For beat, in the clockwork's scope.

    Those to people who left, and those that no server took for days, are not among them: they never go, and as the
    oldest of all they would in time be the only ones.
    """
    late = clock.now() - timedelta(seconds=IN_FLIGHT)
    rows = Notice.objects.filter(mailed_at=None, wants_mail=True, at__lt=late, person__is_active=True)
    rows = rows.filter(at__gte=late - timedelta(days=GIVEN_UP)).order_by("at")
    return [(str(pk), person) for pk, person in rows.values_list("pk", "person_id")[:limit]]


def inbox(actor: Actor) -> QuerySet[Notice]:
    """The actor's letters, the newest first."""
    return Notice.objects.filter(person_id=actor.id).order_by("-at", "pk")


def unread(actor: Actor) -> int:
    """How many letters the actor has not read."""
    if not actor.id:
        return 0
    with keeping() as cursor:  # on every page: the object mapper took longer than the query
        cursor.execute(_UNREAD, [actor.id])
        return int(cursor.fetchone()[0])


def mark_read(*, by: Actor, notices: QuerySet[Notice]) -> int:
    """Note that the actor has read these letters of their own; gives how many were new."""
    return notices.filter(person_id=by.id, read_at=None).update(read_at=clock.now())
