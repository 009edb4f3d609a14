"""What the tests of accounts share: people with passwords, sign-in through the form, the trail of a person."""

from __future__ import annotations

import time
from typing import Any

from allauth.account.models import EmailAddress
from django.test import Client

from portal.accounts.models import User

PASSWORD = "korrekt-Pferd-Batterie-9"
NEW = {"email": "Neu@ZF.test", "name": "新人", "organisation": "ZF350200", "role": "drafter"}


def with_password(user: User, password: str = PASSWORD) -> User:
    """The person of the cast, able to sign in through the form."""
    user.set_password(password)
    user.save(update_fields=["password"])
    EmailAddress.objects.get_or_create(user=user, email=user.email, defaults={"verified": True, "primary": True})
    return user


def sign_in(client: Client, user: User, password: str = PASSWORD, **more: Any) -> Any:
    """Send the form of the sign-in."""
    return client.post("/account/login/", {"login": user.email, "password": password}, **more)


def is_in(client: Client) -> bool:
    """Whether somebody is signed in there."""
    return "_auth_user_id" in client.session


def just_confirmed(client: Client) -> Client:
    """As if the person had given the password once more a moment ago."""
    session = client.session
    session["account_authentication_methods"] = [{"method": "password", "at": time.time(), "reauthenticated": True}]
    session["account_authentication_methods_user"] = session["_auth_user_id"]
    session.save()
    return client


def trail(act: str) -> list[tuple[int | None, str, str, str]]:
    """Events of an act: person, outcome, address, reason."""
    return [(one["actor"], one["outcome"], one["address"], one["why"]) for one in events(act)]


def events(act: str) -> list[dict[str, Any]]:
    """What the trail holds of an act, in its order, read as an audit administrator would."""
    from portal.accounts.cast import ensure_user
    from portal.audit.models import Event
    from portal.core.scope import acting_as
    from tests import databases

    reader = databases.committed(lambda: ensure_user("reader@trail.test", "reader", "YW", "audit_admin"))
    with acting_as(reader.pk):
        return list(Event.objects.filter(act=act).order_by("pk").values())


def take(client: Client, link: str, password: str = PASSWORD, again: str | None = None) -> Any:
    """Take an invitation by its link."""
    return client.post(link, {"password": password, "again": again or password})
