"""Reads on people and organisations."""

from __future__ import annotations

from typing import Final

from allauth.mfa.models import Authenticator
from django.db.models import Exists, OuterRef, Prefetch, Q, QuerySet
from django.utils.translation import gettext_lazy as _

from portal.accounts.enums import Role
from portal.accounts.models import ApiToken, Invitation, Membership, Organisation, User
from portal.core.errors import Text
from portal.core.scope import Actor

# An invitation is the word of a security administrator and holds while who wrote it is one (as in `invitation_offer`).
BY_WHO_IS_IN_OFFICE: Final = Exists(
    Membership.objects.filter(
        user=OuterRef("invited_by"), user__is_active=True, role__in=[Role.SECURITY_ADMIN, Role.CLOCKWORK], ended_at=None
    )
)


def people() -> QuerySet[User]:
    """People with their open memberships (attribute `posts`), by name."""
    rows = User.objects.order_by("name", "pk")
    open_posts = Membership.objects.filter(ended_at=None).select_related("organisation").order_by("pk")
    return rows.prefetch_related(Prefetch("memberships", open_posts, to_attr="posts"))


def invitations() -> QuerySet[Invitation]:
    """Invitations nobody has taken yet, the newest first, with `holds`: whether who wrote it is still in office."""
    rows = Invitation.objects.filter(taken_at=None, withdrawn_at=None).select_related("organisation")
    return rows.annotate(holds=BY_WHO_IS_IN_OFFICE).order_by("-pk")


def organisations(*, search: str, limit: int) -> list[Organisation]:
    """Active organisations whose code or name contains every word of `search`, by code: at most so many."""
    rows = Organisation.objects.filter(is_active=True)
    for word in search.split():
        rows = rows.filter(Q(code__icontains=word) | Q(name_zh__icontains=word) | Q(name_en__icontains=word))
    return list(rows.order_by("code")[:limit])


def organisation_named(text: str) -> Organisation | None:
    """The active organisation of this code, whatever its capitals; of this name where only one has it."""
    rows = Organisation.objects.filter(is_active=True)
    if found := rows.filter(code__iexact=text).first():
        return found
    named = list(rows.filter(Q(name_zh=text) | Q(name_en__iexact=text))[:2])
    return named[0] if len(named) == 1 else None


FACTORS: Final[dict[str, Text]] = {
    "totp": _("Authenticator app"),
    "webauthn": _("Security keys"),
    "recovery_codes": _("Recovery codes"),
}


def factors(person: User) -> list[Text]:
    """The kinds of second factor a person has, in words."""
    held = set(Authenticator.objects.filter(user=person).values_list("type", flat=True))
    return [word for kind, word in FACTORS.items() if kind in held]


def tokens(actor: Actor) -> QuerySet[ApiToken]:
    """One's own API tokens, the newest first."""
    return ApiToken.objects.filter(user_id=actor.id).order_by("-pk")
