"""The people of the tests: who holds a role in an organisation, made when first asked for."""

from __future__ import annotations

from portal.accounts.cast import ensure_user
from portal.accounts.models import Membership, User
from tests import databases


def person(role: str, code: str, number: int = 1) -> User:
    """The person of this number who holds the role there."""
    address = f"{role}.{number}@{code.lower()}.test"

    def known() -> int | None:
        holds = Membership.objects.using("owner").filter(
            user__email=address, organisation__code=code, role=role, ended_at=None
        )
        return holds.values_list("user_id", flat=True).first()

    def made() -> int:
        return ensure_user(address, f"{role} {code} {number}", code, role).pk

    return User.objects.get(pk=databases.committed(known, only_reads=True) or databases.committed(made))
