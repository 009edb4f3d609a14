"""What is kept while people write: text not saved yet, and who has which page open.

Neither is an act on the dossier: nothing here changes it, so nothing here stands in the trail. The dossier changes
when its section is saved (`domain.editing`), by a person who meant it.
"""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from django.db import transaction

from applications.models import Application, Presence, Unsaved
from applications.places import Spot
from portal.core import clock
from portal.core.errors import database_refusals
from portal.core.scope import Actor


def keep(*, by: Actor, application: Application, spot: Spot, data: dict[str, list[str]]) -> bool:
    """Keep what the person typed there; no when that page was saved meanwhile, since then it is in the dossier.

    Raises DomainError when it is more than a form can hold.
    """
    mine = Unsaved.objects.select_for_update().filter(application=application, person=by.id, place=spot.place)
    found = mine.first()
    if found is not None and found.data is None and found.page == spot.page:
        return False
    with database_refusals(), transaction.atomic():
        _write(by, application, spot, data)
    return True


def close(*, by: Actor, application: Application, spot: Spot) -> None:
    """Nothing of the page is unsaved any more: it was saved, or its text was discarded."""
    mine = Unsaved.objects.filter(application=application, person=by.id, place=spot.place)
    mine.update(data=None, page=spot.page, kept_at=clock.now())


def _write(by: Actor, application: Application, spot: Spot, data: dict[str, Any]) -> None:
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
