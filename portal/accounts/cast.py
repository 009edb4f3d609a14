"""People made on the owner's connection: those of the demonstration and of the tests, and the clockwork."""

from __future__ import annotations

from functools import lru_cache

from allauth.account.models import EmailAddress
from django.contrib.auth.hashers import make_password

from portal.accounts.enums import Role
from portal.accounts.models import Membership, Organisation, User
from portal.core import clockwork

UNUSABLE = "!"  # no password fits


@lru_cache
def _hash(password: str) -> str:
    """One Argon2 hash for all demonstration accounts: they share one printed password."""
    return make_password(password)


def ensure_user(
    email: str, name: str, code: str, role: str, *, password: str | None = None, using: str = "owner"
) -> User:
    """The person with this address, holding the role in the organisation of that code; made where missing.

    Raises Organisation.DoesNotExist for an unknown code.
    """
    email = email.lower()
    user, made = User.objects.using(using).get_or_create(
        email=email,
        defaults={"name": name, "is_demonstration": True, "password": _hash(password) if password else UNUSABLE},
    )
    if made:
        EmailAddress.objects.using(using).create(user=user, email=email, verified=True, primary=True)
    organisation = Organisation.objects.using(using).get(code=code)
    Membership.objects.using(using).get_or_create(user=user, organisation=organisation, role=role, ended_at=None)
    return user


def ensure_clockwork(*, using: str) -> User:
    """The portal's own person, with its role at the operator; made where missing. It has no password."""
    me, _ = User.objects.using(using).get_or_create(
        email=clockwork.ADDRESS, defaults={"name": "平台时钟 Clockwork", "password": UNUSABLE}
    )
    operator = Organisation.objects.using(using).get(code="YW")
    Membership.objects.using(using).get_or_create(user=me, organisation=operator, role=Role.CLOCKWORK, ended_at=None)
    return me
