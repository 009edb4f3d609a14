"""People of the demonstration and their browsers."""

from __future__ import annotations

from django.test import Client

from portal.accounts.enums import Kind, Role
from portal.accounts.models import Membership, User

ROLES = [role for role in Role if role is not Role.CLOCKWORK]


def people(role: str) -> list[User]:
    """One person for each kind of organisation in which the role is held, and for each ministry."""
    posts = Membership.objects.using("owner").filter(role=role, ended_at=None, user__is_demonstration=True)
    found: dict[str, User] = {}
    for post in posts.select_related("user", "organisation").order_by("pk"):
        at = post.organisation
        found.setdefault(at.code if at.kind == Kind.MINISTRY else at.kind, post.user)
    return list(found.values())


def signed_in(person: User, language: str = "en") -> Client:
    """A browser of the person, which reads in that language."""
    client = Client(headers={"accept-language": language})
    client.force_login(person)
    return client
