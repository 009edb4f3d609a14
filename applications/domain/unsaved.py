"""What is kept while people write: text not saved yet, and who has which page open.

Neither is an act on the dossier: nothing here changes it, so nothing here stands in the trail. The dossier changes
when its section is saved (`domain.editing`), by a person who meant it.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta
from typing import Any

from django.db import transaction
from django.db.models import QuerySet

from applications.models import Application, Presence, Unsaved
from applications.places import Spot
from portal.core import clock
from portal.core.errors import database_refusals
from portal.core.scope import Actor


def turn_of(data: Mapping[str, list[str]]) -> int:
    """How often an opening of a page had sent its form when it sent this; 0 when it does not say."""
    said = "".join(data.get("turn", []))
    return int(said) if said.isascii() and said.isdecimal() and len(said) < 10 else 0


def keep(*, by: Actor, application: Application, spot: Spot, data: dict[str, list[str]]) -> bool:
    """Keep what the person typed there; in `data`, `after` names the opening whose kept text the page began with.

    No when that page was saved meanwhile, since then it is in the dossier, when something typed later is kept, and when
    what is kept was typed in another window which this one has not seen: neither text takes the other's place unseen.
    Raises DomainError when it is more than a form can hold.
    """
    with database_refusals(), transaction.atomic():
        if _is_overtaken(_locked(by, application, spot), spot, data):
            return False
        _write(by, application, spot, data)
    return True


def _locked(by: Actor, application: Application, spot: Spot) -> Unsaved:
    """The row of the place, locked; made first where there is none, so that a save under way is waited for."""
    mine = _mine(by, application, spot)
    if (found := mine.first()) is not None:
        return found
    empty = Unsaved(application=application, person_id=by.id, place=spot.place)
    Unsaved.objects.bulk_create([empty], ignore_conflicts=True)
    return mine.get()


def _is_overtaken(found: Unsaved, spot: Spot, data: Mapping[str, list[str]]) -> bool:
    """Whether the page was saved or sent something later, or what is kept is of an opening it did not go on from."""
    if found.page == spot.page:
        return found.data is None or turn_of(found.data) > turn_of(data)
    return found.data is not None and data.get("after") != [found.page]


def close(*, by: Actor, application: Application, spot: Spot, after: str = "") -> None:
    """Nothing of the page is unsaved any more: it was saved. What was typed in another window stays (`keep`)."""
    if (_mine(by, application, spot).exclude(page__in=[spot.page, after]).filter(data__isnull=False)).exists():
        return
    _write(by, application, spot, None)  # also where nothing was kept yet: a copy may be under way


def discard(*, by: Actor, application: Application, spot: Spot) -> None:
    """The text that is kept was read and is not wanted."""
    _write(by, application, spot, None)


def _mine(by: Actor, application: Application, spot: Spot) -> QuerySet[Unsaved]:
    return Unsaved.objects.select_for_update().filter(application=application, person=by.id, place=spot.place)


def _write(by: Actor, application: Application, spot: Spot, data: dict[str, Any] | None) -> None:
    row = Unsaved(
        application=application, person_id=by.id, place=spot.place, page=spot.page, data=data, kept_at=clock.now()
    )
    Unsaved.objects.bulk_create(
        [row],
        update_conflicts=True,
        unique_fields=["application", "person", "place"],
        update_fields=["data", "page", "kept_at"],
    )


def arrive(*, by: Actor, application: Application, spot: Spot, typing: bool) -> None:
    """The person has the page open; the signs of pages closed long ago go."""
    now = clock.now()
    Presence.objects.filter(person=by.id, seen_at__lt=now - timedelta(hours=1)).delete()
    row = Presence(
        application=application, person_id=by.id, place=spot.place, page=spot.page, typing=typing, seen_at=now
    )
    Presence.objects.bulk_create(
        [row],
        update_conflicts=True,
        unique_fields=["application", "person", "place", "page"],
        update_fields=["typing", "seen_at"],
    )


def leave(*, by: Actor, application: Application, spot: Spot) -> None:
    """The person closed the page."""
    Presence.objects.filter(application=application, person=by.id, place=spot.place, page=spot.page).delete()
