"""What every page knows: site, actor, menu, time, environment."""

from __future__ import annotations

from functools import partial
from typing import Any

from django.conf import settings
from django.http import HttpRequest

from portal.core import as_of, clock, menu, side_links, units
from portal.core.scope import NOBODY


def portal(request: HttpRequest) -> dict[str, Any]:
    """The name `portal` of the templates; see templates/base.html for what it reads."""
    actor = getattr(request, "actor", NOBODY)
    return {
        "portal": {
            "site_name": settings.SITE_NAME,
            "environment": settings.PORTAL_ENV,
            "security_contact": settings.SECURITY_CONTACT,
            "request_id": request.META.get("HTTP_X_REQUEST_ID", ""),
            "actor": actor,
            "menu_html": menu.html(actor, request.path, request.COOKIES.get(menu.COOKIE, "")),
            "now": clock.now(),
            "as_of": as_of.facts(request),
            "side_links": partial(side_links.links, request),
            "money_unit": units.unit() if units.follows(request) else "",
        }
    }
