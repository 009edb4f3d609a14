"""Which sessions of a person are open: found by two queries, however many there are.

allauth asks three queries of each session, whenever its person signs in and whenever the list is looked at; an account
that signs in from a script or is shared by a demonstration has dozens.
"""

from __future__ import annotations

from typing import Any

from allauth.usersessions.models import UserSession, UserSessionManager
from django.contrib.auth import HASH_SESSION_KEY
from django.db import connection
from django.utils import timezone
from django.utils.crypto import constant_time_compare

from portal.accounts.models import User
from portal.accounts.session_store import SessionStore

_OPEN = """
select session_key, session_data from django_session
where expire_date > %s and session_key in (select session_key from usersessions_usersession where user_id = %s)
"""


def _known_hashes(person: User) -> list[str]:
    """What a session of the person's present password holds, also one begun under an earlier secret key."""
    return [person.get_session_auth_hash(), *person.get_session_auth_fallback_hash()]


def _is_theirs(data: dict[str, Any], hashes: list[str]) -> bool:
    kept = str(data.get(HASH_SESSION_KEY, ""))
    return any(constant_time_compare(kept, one) for one in hashes)


def purge_and_list(manager: UserSessionManager, user: User) -> list[UserSession]:
    """The person's open sessions; those that ended, or began under another password, are forgotten."""
    hashes, store = _known_hashes(user), SessionStore()
    with connection.cursor() as cursor:
        cursor.execute(_OPEN, [timezone.now(), user.pk])
        is_open = {key for key, data in cursor.fetchall() if _is_theirs(store.decode(data), hashes)}
    rows = list(manager.filter(user_id=user.pk))
    if gone := [row.pk for row in rows if row.session_key not in is_open]:
        manager.filter(pk__in=gone).delete()
    return [row for row in rows if row.session_key in is_open]


def connect() -> None:
    """Let allauth find open sessions this way, at a sign-in and for its list."""
    UserSessionManager.purge_and_list = purge_and_list
