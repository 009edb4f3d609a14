"""People of the demonstration and of the tests, made on the owner's connection."""

from __future__ import annotations

from functools import lru_cache

from allauth.account.models import EmailAddress
from django.contrib.auth.hashers import make_password

from portal.accounts.models import Membership, Organisation, User


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
        defaults={"name": name, "is_demonstration": True, "password": _hash(password) if password else "!"},
    )
    if made:
        EmailAddress.objects.using(using).create(user=user, email=email, verified=True, primary=True)
    organisation = Organisation.objects.using(using).get(code=code)
    Membership.objects.using(using).get_or_create(user=user, organisation=organisation, role=role, ended_at=None)
    return user
