"""The quiet link with which an auditor raises a finding on what a page shows."""

from __future__ import annotations

from urllib.parse import urlencode

from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import gettext as _

from portal.audit.findings import objects, queries
from portal.audit.rules import AUDITOR
from portal.core import as_of
from portal.core.scope import NOBODY
from portal.core.side_links import SideLink


def raise_here(request: HttpRequest) -> SideLink | None:
    """For an auditor in the team of an engagement at work whose scope covers the page's object; nobody else.

    At most two queries, and none for readers who are no auditors or on pages that show no such object.
    """
    actor = getattr(request, "actor", NOBODY)
    if AUDITOR not in actor.roles or as_of.moment() is not None:
        return None
    found = objects.shown_by(request.resolver_match)
    engagements = queries.at_work(actor) if found else []
    about = objects.thing(actor, *found) if found and engagements else None
    if about is None or not any(queries.covers(row, about) for row in engagements):
        return None
    query = urlencode({"type": about.type, "id": about.id})
    return SideLink(_("Raise a finding on this"), f"{reverse('auditing:raise')}?{query}")
