"""Who is signed in, read without the object mapper: it took longer than the query itself, at every request."""

from __future__ import annotations

from functools import cache

from allauth.account.auth_backends import AuthenticationBackend
from django.db import connection

from portal.accounts.models import User
from portal.core.planned import keeping


@cache
def _columns() -> tuple[str, ...]:
    return tuple(field.attname for field in User._meta.concrete_fields)


class PortalBackend(AuthenticationBackend):
    """allauth's own, but for how the person of a session is read."""

    def get_user(self, user_id: int) -> User | None:
        """The person, or None when unknown or deactivated."""
        names = _columns()
        with keeping() as cursor:
            cursor.execute(f"select {', '.join(names)} from accounts_user where id = %s", [user_id])
            row = cursor.fetchone()
        found = User.from_db(connection.alias, names, row) if row is not None else None
        return found if found is not None and self.user_can_authenticate(found) else None
