"""The people of the tests: who holds a role in an organisation, made when first asked for."""

from __future__ import annotations

from django.db import connections

from portal.accounts.cast import ensure_user
from portal.accounts.models import Membership, User
from tests import databases

_added: set[tuple[str, str]] = set()  # database and address of those who were not in it when it was copied


def person(role: str, code: str, number: int = 1) -> User:
    """The person of this number who holds the role there."""
    address = f"{role}.{number}@{code.lower()}.test"
    place = connections["default"].settings_dict["NAME"], address

    def known() -> int | None:
        holds = Membership.objects.using("owner").filter(
            user__email=address, organisation__code=code, role=role, ended_at=None
        )
        return holds.values_list("user_id", flat=True).first()

    def made() -> int:
        _added.add(place)
        return ensure_user(address, f"{role} {code} {number}", code, role).pk

    found = databases.committed(known, only_reads=place not in _added)
    return User.objects.get(pk=found or databases.committed(made))
