"""Differences between two submissions of an application, or between a submission and the dossier as it stands."""

from __future__ import annotations

from typing import Any, Final

from django.http import Http404, HttpResponse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from applications import canonical, comparing, queries
from applications.models import Application, Snapshot
from applications.queries import submissions as reads
from applications.roster.changes import RosterChanges, changes
from applications.views.common import find, trail
from portal.core import clock
from portal.core.middleware import PortalRequest
from portal.core.scope import Actor
from portal.core.web import page, signed_in

NOW: Final = "now"


@require_safe
@signed_in
def compare(request: PortalRequest, pk: int) -> HttpResponse:
    """Section by section, field by field, row by row. ?old=1&new=2; "now" is the dossier as its unit sees it."""
    found = find(request, pk)
    made = list(reads.submissions(found))
    choices = [*(str(row.number) for row in made), *([NOW] if _is_of_unit(request.actor, found) else [])]
    title = _("Compare submissions")
    context: dict[str, Any] = {"application": found, "title": title, "trail": [*trail(found), (title, "")]}
    if len(choices) < 2 or not made:
        return page(request, "applications/compare.html", context)
    old, new = request.GET.get("old", choices[-2]), request.GET.get("new", choices[-1])
    if old not in choices or new not in choices:
        raise Http404
    before, after, roster = _both(found, old, new)
    compared = comparing.compare(before, after)
    context |= {
        "choices": [(choice, _label(choice, made)) for choice in choices],
        "old": old,
        "new": new,
        "old_label": _label(old, made),
        "new_label": _label(new, made),
        "sections": compared,
        "roster": roster,
        "count": sum(section.count for section in compared),
    }
    return page(request, "applications/compare.html", context)


def _is_of_unit(actor: Actor, found: Application) -> bool:
    return found.organisation_id in {post.organisation for post in actor.posts}


def _label(choice: str, made: list[Snapshot]) -> str:
    if choice == NOW:
        return _("as it stands now")
    row = next(row for row in made if str(row.number) == choice)
    return _("submission %(number)s of %(when)s") % {"number": row.number, "when": clock.in_words(row.submitted_at)}


def _both(found: Application, old: str, new: str) -> tuple[dict[str, Any], dict[str, Any], RosterChanges | None]:
    numbers = [int(choice) for choice in (old, new) if choice != NOW]
    contents: dict[str, Any] = {str(number): text for number, text in reads.contents(found, numbers).items()}
    rosters: dict[str, Any] = {str(number): rows for number, rows in reads.rosters(found, numbers).items()}
    if NOW in (old, new):
        queries.load(found)
        contents[NOW] = canonical.content(found)
        rosters[NOW] = reads.roster_now(found)
    roster = changes(rosters.get(old, {}), rosters.get(new, {}))
    return contents[old], contents[new], roster or None
