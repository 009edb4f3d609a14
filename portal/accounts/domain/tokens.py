"""Acts on API tokens: make one (shown once), revoke one; how a request's token is looked up and its use recorded."""

from __future__ import annotations

import hashlib
import json
import secrets
from dataclasses import dataclass
from datetime import timedelta
from typing import Final

from django.db import connection
from django.utils.translation import gettext as _

from portal.accounts.models import ApiToken, User
from portal.core import clock
from portal.core.commands import command, event_writer
from portal.core.errors import DomainError
from portal.core.scope import Actor

PREFIX: Final = "pp_"  # so that a secret lying about is recognised as the portal's
MOST_OPEN: Final = 20
DAYS: Final = (7, 30, 90, 365)


@dataclass(frozen=True)
class TokenInput:
    """Name of the token, how many days it holds, and whether it may act as well as read."""

    name: str
    days: int
    can_write: bool = False


@dataclass(frozen=True)
class Bearer:
    """What a request's token is worth. state: open, expired, revoked, inactive (the person), unknown."""

    state: str
    token: int = 0
    user: int = 0
    name: str = ""
    writes: bool = False


def digest(secret: str) -> str:
    """What is kept of a token. The secret is 256 random bits, so a plain digest cannot be turned back."""
    return hashlib.sha256(secret.encode()).hexdigest()


def make(*, by: Actor, what: TokenInput) -> tuple[ApiToken, str]:
    """Make a token of one's own; gives the row and the secret, which is never shown again.

    Raises NotAllowed; DomainError when the name is taken, the span is none of the offered, or too many are open.
    """
    with command(by, "accounts.make_token") as act:
        if what.days not in DAYS:
            raise DomainError("token_days", _("Choose one of the offered spans."), "days")
        own = ApiToken.objects.filter(user_id=by.id, revoked_at=None)
        if own.filter(name=what.name).exists():
            text = _("You have a token with this name: revoke it first, or choose another name.")
            raise DomainError("api_token_name_once", text, "name")
        now = clock.now()
        if own.filter(expires_at__gt=now).count() >= MOST_OPEN:
            raise DomainError("too_many_tokens", _("You have twenty open tokens: revoke one first."))
        secret = PREFIX + secrets.token_urlsafe(32)
        row = ApiToken.objects.create(
            user_id=by.id,
            name=what.name,
            token_sha256=digest(secret),
            start=secret[:8],
            can_write=what.can_write,
            created_at=now,
            expires_at=now + timedelta(days=what.days),
        )
        return act.record(row), secret


def revoke(*, by: Actor, token: ApiToken) -> ApiToken:
    """Revoke a token, one's own or (a security administrator) anybody's. A revoked one stays as it is."""
    with command(by, "accounts.revoke_token", token) as act:
        if token.revoked_at is None:
            token.revoked_at, token.revoked_by_id = clock.now(), by.id
            token.save(update_fields=["revoked_at", "revoked_by"])
        return act.record(token)


def revoke_all(*, by: Actor, person: User) -> list[str]:
    """Revoke every open token of a person who leaves or whose account is in doubt; gives the names of those that held.

    Part of that act, which is what the trail records.
    """
    now = clock.now()
    rows = ApiToken.objects.filter(user=person, revoked_at=None)
    held = sorted(rows.filter(expires_at__gt=now).values_list("name", flat=True))
    rows.update(revoked_at=now, revoked_by_id=by.id)
    return held


def look_up(secret: str) -> Bearer:
    """What a secret is worth. Asked before any scope stands; only who knows the secret gets an answer."""
    if not secret.startswith(PREFIX) or len(secret) > 100 or not secret.isascii():
        return Bearer("unknown")
    with connection.cursor() as cursor:
        cursor.execute("select api_token_holder(%s)", [digest(secret)])
        row = cursor.fetchone()
    if not row or row[0] is None:
        return Bearer("unknown")
    return Bearer(**(json.loads(row[0]) if isinstance(row[0], str) else row[0]))


def used(*, by: Actor, bearer: Bearer) -> None:
    """Record the use of a token, once an hour, in the scope of its person."""
    with connection.cursor() as cursor:
        cursor.execute("select api_token_touch(%s)", [bearer.token])
        first = (cursor.fetchone() or [False])[0]
    if first:
        after = {"token": bearer.token, "name": bearer.name}
        event_writer()(by=by, act="accounts.use_token", obj=None, before={}, after=after, why="", outcome="done")
