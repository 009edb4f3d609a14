"""The bell in the header."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest
from django.utils.functional import SimpleLazyObject

from portal.core.scope import NOBODY
from portal.notifications import inbox


def bell(request: HttpRequest) -> dict[str, Any]:
    """The name `unread_notices` of the templates: at most one query, and none where no header is shown."""
    actor = getattr(request, "actor", NOBODY)
    return {"unread_notices": SimpleLazyObject(lambda: inbox.unread(actor))}
