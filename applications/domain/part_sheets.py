"""What is kept while a joint applicant writes its part: text not saved yet, and who has the page open.

No act on the dossier, as in `domain.unsaved`: nothing here stands in the trail.
"""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from django.db import transaction

from applications.domain.unsaved import turn_of
from applications.models import Partner, PartSheet
from portal.core import clock
from portal.core.errors import database_refusals
from portal.core.scope import Actor

_DAY = timedelta(days=1)


def arrive(
    *,
    by: Actor,
    partner: Partner,
    page: str,
    typing: bool,
    data: dict[str, list[str]] | None,
    leaving: bool = False,
) -> bool:
    """A sign of life of one opening of the page, or (leaving) its last; with data, what was typed is kept.

    Returns whether it was kept: not when this opening was saved meanwhile, and when something typed later is kept.
    Signs of pages with nothing unsaved go after a day.

    Raises DomainError when it is more than the form can hold.
    """
    now = clock.now()
    mine = PartSheet.objects.filter(partner=partner, person=by.id)
    mine.filter(data=None, seen_at__lt=now - _DAY).delete()
    found = mine.select_for_update().filter(page=page).first()
    saved = found is not None and found.data is None and found.kept_at is not None
    values: dict[str, Any] = {"typing": typing and not saved, "seen_at": now}
    before = found.data if found is not None else None
    later = data is not None and turn_of(before or {}) > turn_of(data)
    overtaken = later or (leaving and mine.filter(data__after=[page]).exists())
    if data is not None and not saved and not overtaken:
        values |= {"data": data, "kept_at": now}
    row = PartSheet(partner=partner, organisation_id=partner.organisation_id, person_id=by.id, page=page, **values)
    with database_refusals(), transaction.atomic():
        PartSheet.objects.bulk_create(
            [row],
            update_conflicts=True,
            unique_fields=["partner", "person", "page"],
            update_fields=list(values),
        )
    return "data" in values


def leave(*, by: Actor, partner: Partner, page: str) -> None:
    """The person closed the page; what was typed stays."""
    PartSheet.objects.filter(partner=partner, person=by.id, page=page).update(seen_at=clock.now() - _DAY)


def close(*, by: Actor, partner: Partner, page: str, after: str = "") -> None:
    """Nothing of this opening is unsaved any more, nor of those it went on from: it was saved, or discarded.

    after: the opening it names as the one before. What was typed in another window stays.
    """
    now = clock.now()
    mine = PartSheet.objects.filter(partner=partner, person=by.id)
    before = {row.page: "".join((row.data or {}).get("after", [])) for row in mine.filter(data__isnull=False)}
    before[page] = after or before.get(page, "")
    done: list[str] = []
    while page and page not in done:
        done.append(page)
        page = before.get(page, "")
    mine.filter(page__in=done).update(data=None, kept_at=now, typing=False)
    mine.filter(page=done[0]).update(seen_at=now - _DAY)
