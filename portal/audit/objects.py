"""Which page shows which kind of object: a paper leads to its part of the trail, an event back to its paper."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from django.http import HttpRequest
from django.urls import NoReverseMatch, reverse
from django.utils.http import urlencode

from portal.core.rules import may
from portal.core.scope import NOBODY

# Route → kind of object. The first argument of the route is the number of the object.
PAGES: Final[dict[str, str]] = {}
_ROUTES: Final[dict[str, str]] = {}


def register(pages: Mapping[str, str]) -> None:
    """Add an app's pages: route → label of the model. Of several with one kind the first is its page.

    Raises ValueError at a route named twice.
    """
    if taken := PAGES.keys() & pages.keys():
        raise ValueError(f"Pages of objects named twice: {sorted(taken)}")
    PAGES.update(pages)
    for route, kind in pages.items():
        _ROUTES.setdefault(kind, route)


def trail_of(kind: str, number: Any) -> str:
    """The address of what the trail holds of an object."""
    return f"{reverse('audit:trail')}?{urlencode({'object_type': kind, 'object_id': number})}"


def page_of(kind: str, number: str) -> str:
    """The address of an object's page; empty where none shows it."""
    route = _ROUTES.get(kind)
    try:
        return reverse(route, args=[number]) if route and number else ""
    except NoReverseMatch:
        return ""


def context(request: HttpRequest) -> dict[str, Any]:
    """For every page: where the trail of its object is, for those who read the trail."""
    match, actor = request.resolver_match, getattr(request, "actor", NOBODY)
    kind = PAGES.get(match.view_name) if match is not None else None
    if kind is None or match is None or not may(actor, "audit.view_trail"):
        return {"trail_url": ""}
    return {"trail_url": trail_of(kind, next(iter(match.kwargs.values())))}
