"""The dossier for paper: cover, contents and all sections on one page without the portal around it."""

from __future__ import annotations

import json

from django.http import HttpResponse
from django.shortcuts import get_object_or_404
from django.utils.translation import gettext as _
from django.utils.translation import pgettext
from django.views.decorators.http import require_safe

from applications import canonical, journey, presentation, queries
from applications.models import Application, Snapshot
from applications.queries import submissions as reads
from applications.views.common import find, find_whole
from portal.core import clock
from portal.core.middleware import PortalRequest
from portal.core.scope import Actor
from portal.core.web import page, signed_in


@require_safe
@signed_in
def printed(request: PortalRequest, pk: int, number: int | None = None) -> HttpResponse:
    """A submission as it was signed; without a number what the reader reads: the unit its dossier as it stands now."""
    snapshot = None
    if number is not None:
        found = find(request, pk)
        snapshot = get_object_or_404(reads.submissions(found).defer(None), number=number)
    else:
        found = find_whole(request, pk)
        if not _is_of_unit(request.actor, found):  # others read what was submitted last, never the work in progress
            made = journey.current_snapshot(found)
            snapshot = queries.snapshots(request.actor).get(pk=made.pk) if made else None
    content = json.loads(snapshot.content) if snapshot else canonical.content(found)
    context = {
        "application": found,
        "title": content["basics"]["title"],
        "facts": _facts(found, snapshot),
        "sections": presentation.on_page(content),
        "back": journey.address(found, "snapshot", number) if number else journey.address(found, "detail"),
    }
    return page(request, "applications/print.html", context)


def _is_of_unit(actor: Actor, found: Application) -> bool:
    return found.organisation_id in {post.organisation for post in actor.posts}


def _facts(found: Application, snapshot: Snapshot | None) -> list[tuple[str, str]]:
    facts = [(_("Pilot unit"), str(found.unit)), (_("Province"), str(found.province)), (_("Batch"), str(found.batch))]
    if snapshot is None:
        return [*facts, (_("State"), _("work in progress, not submitted"))]
    when = snapshot.submitted_at.astimezone(clock.SHANGHAI).strftime("%Y-%m-%d %H:%M:%S")
    return [
        *facts,
        (_("Number of the receipt"), snapshot.receipt_no),
        (pgettext("moment", "Submitted"), _("%(time)s (Beijing time)") % {"time": when}),
        (_("Digest (SHA-256)"), snapshot.sha256),
    ]
