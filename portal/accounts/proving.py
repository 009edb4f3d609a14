"""That somebody knows the password of an account, asked anywhere but at the sign-in."""

from __future__ import annotations

from typing import cast

from allauth.account.adapter import get_adapter
from django.core.exceptions import ValidationError
from django.http import HttpRequest
from django.utils.translation import gettext as _

from portal.accounts.models import User
from portal.core.errors import DomainError


def prove(request: HttpRequest, *, email: str, password: str) -> User:
    """Ask for the password of an account as the sign-in does: failures are counted together and stand in the trail.

    Gives whose account it is.
    Raises DomainError beside the field `password`, also for the right one while the account is closed.
    """
    try:
        person = get_adapter(request).authenticate(request, email=email, password=password)
    except ValidationError as error:
        raise DomainError("account_closed", error.messages[0], "password") from error
    if person is None:
        raise DomainError("wrong_password", _("Give the password of your present account."), "password")
    return cast("User", person)
