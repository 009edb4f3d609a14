"""What goes into the trail about signing in: events that no command writes, because allauth does the act."""

from __future__ import annotations

from typing import Any

from django.db import transaction
from django.http import HttpRequest

from portal.accounts.models import User
from portal.core.commands import event_writer
from portal.core.middleware import client_address
from portal.core.scope import Actor

REFUSED = {
    "accounts.sign_in_failed",
    "accounts.sign_in_closed",
    "accounts.second_factor_failed",
    "accounts.key_copied",
}


def person_at(user: User | None, request: HttpRequest | None) -> Actor:
    """Whose account it is about, with the address and the request it came from; no scope stands yet."""
    return Actor(
        id=user.pk if user else 0,
        name=user.name if user else "",
        address=client_address(request) if request else "",
        request_id=request.headers.get("X-Request-ID", "") if request else "",
    )


def write(
    act: str,
    user: User | None,
    request: HttpRequest | None,
    why: str = "",
    *,
    before: dict[str, Any] | None = None,
    after: dict[str, Any] | None = None,
) -> None:
    """One event about a person's account, with where it came from."""
    actor = person_at(user, request)
    outcome = "refused" if act in REFUSED else "done"
    with transaction.atomic():
        event_writer()(by=actor, act=act, obj=user, before=before or {}, after=after or {}, why=why, outcome=outcome)


def sign_in_refused(request: HttpRequest | None, email: str, act: str = "accounts.sign_in_closed") -> None:
    """A sign-in that came to nothing; an address nobody has is kept as the reason."""
    email = email[:200].strip().lower()
    user = User.objects.filter(email=email).first()
    write(act, user, request, why="" if user else email)
