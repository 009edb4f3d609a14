"""What all acts on another person's rights share."""

from __future__ import annotations

from allauth.usersessions.models import UserSession
from django.contrib.sessions.models import Session
from django.db import connection
from django.utils.translation import gettext as _

from portal.accounts.enums import Role
from portal.accounts.models import Membership, User
from portal.core.commands import event_writer
from portal.core.errors import DomainError, NotAllowed
from portal.core.scope import Actor


def one_at_a_time() -> None:
    """Rights are given, taken and taken away by one at a time, before any row is locked.

    Of two administrators who end each other one stays, and no invitation outlives the post of who wrote it.
    """
    with connection.cursor() as cursor:
        cursor.execute("select pg_advisory_xact_lock(hashtextextended('accounts.rights', 0))")


def still_in_office(by: Actor) -> None:
    """Raise NotAllowed when the post in which the request began was ended while it waited."""
    if not Membership.objects.filter(user=by.id, role=Role.SECURITY_ADMIN, ended_at=None).exists():
        raise NotAllowed("not_allowed", _("None of your roles includes this act."))


def needs_reason(why: str) -> None:
    """Raise DomainError where nobody said why."""
    if not why.strip():
        raise DomainError("reason", _("Say why: the reason goes into the audit trail."), "why")


def stands(session: str | None) -> bool:
    """Whether the session of this key is open still. Whoever is ending it is waited for, and ends none after this.

    Asked where a session gives itself something that outlives it: a token, a second factor. Where a request read its
    session a moment before that was ended, what it made would otherwise stay.
    """
    one_at_a_time()
    return Session.objects.filter(session_key=session).exists()


def end_sessions(person: User) -> None:
    """Sign a person out everywhere."""
    keys = list(UserSession.objects.filter(user=person).values_list("session_key", flat=True))
    Session.objects.filter(session_key__in=keys).delete()
    UserSession.objects.filter(user=person).delete()


def end_session(*, by: Actor, person: User, session: UserSession) -> None:
    """End one of one's own sessions in another browser. Side effect: audit event, with the address it came from."""
    one_at_a_time()
    session.end()
    event_writer()(by=by, act="accounts.end_session", obj=person, before={}, after={}, why=session.ip, outcome="done")


def end_other_sessions(*, by: Actor, person: User, but: str) -> None:
    """End all of one's own sessions but the one with this key; each stands in the trail, as one ended by itself."""
    for session in UserSession.objects.filter(user=person).exclude(session_key=but):
        end_session(by=by, person=person, session=session)
