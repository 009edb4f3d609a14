"""The people of the tests: who holds a role in an organisation, made when first asked for."""

from __future__ import annotations

from django.db import connections

from portal.accounts.cast import ensure_user
from portal.accounts.models import User
from portal.core.planned import Keeping
from portal.core.prepared import Prepared
from tests import databases

# Thousands of acts begin with these two questions: their plans are kept.
HOLDS = """
    select m.user_id from accounts_membership m
      join accounts_user u on u.id = m.user_id join accounts_organisation o on o.id = m.organisation_id
     where u.email = %s and o.code = %s and m.role = %s and m.ended_at is null order by m.id limit 1
"""
_USER = Prepared(lambda key: User.objects.filter(pk=key))
_added: set[tuple[str, str]] = set()  # database and address of those who were not in it when it was copied


def person(role: str, code: str, number: int = 1) -> User:
    """The person of this number who holds the role there."""
    address = f"{role}.{number}@{code.lower()}.test"
    place = connections["default"].settings_dict["NAME"], address

    def known() -> int | None:
        with Keeping(connections["owner"]).cursor() as cursor:
            cursor.execute(HOLDS, [address, code, role])
            found = cursor.fetchone()
        return found and found[0]

    def made() -> int:
        _added.add(place)
        return ensure_user(address, f"{role} {code} {number}", code, role).pk

    found = databases.committed(known, only_reads=place not in _added)
    user = _USER.one(found or databases.committed(made))
    assert user is not None
    return user
