"""Which sessions of a person are open: found by one query, however many there are.

allauth asks three queries of each session, whenever its person signs in and whenever the list is looked at; an account
that signs in from a script or is shared by a demonstration has dozens.
"""

from __future__ import annotations

from typing import Any

from allauth.usersessions.models import UserSession, UserSessionManager
from django.contrib.auth import HASH_SESSION_KEY
from django.contrib.sessions.models import Session
from django.db.models import OuterRef
from django.utils import timezone
from django.utils.crypto import constant_time_compare

from portal.accounts.models import User
from portal.accounts.session_store import SessionStore


def _known_hashes(person: User) -> list[str]:
    """What a session of the person's present password holds, also one begun under an earlier secret key."""
    return [person.get_session_auth_hash(), *person.get_session_auth_fallback_hash()]


def _is_theirs(data: dict[str, Any], hashes: list[str]) -> bool:
    kept = str(data.get(HASH_SESSION_KEY, ""))
    return any(constant_time_compare(kept, one) for one in hashes)


def purge_and_list(manager: UserSessionManager, user: User) -> list[UserSession]:
    """The person's open sessions; those that ended, or began under another password, are forgotten."""
    still = Session.objects.filter(session_key=OuterRef("session_key"), expire_date__gt=timezone.now())
    rows = list(manager.filter(user_id=user.pk).annotate(held=still.values("session_data")))
    hashes, store = _known_hashes(user), SessionStore()
    found = [row for row in rows if row.held is not None and _is_theirs(store.decode(row.held), hashes)]
    if len(found) < len(rows):
        manager.filter(pk__in={row.pk for row in rows} - {row.pk for row in found}).delete()
    return found


def connect() -> None:
    """Let allauth find open sessions this way, at a sign-in and for its list."""
    UserSessionManager.purge_and_list = purge_and_list
