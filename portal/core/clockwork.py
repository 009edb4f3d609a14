"""The clockwork: the portal's own person, in whose name beat does what no human asked for.

`load_reference` makes it with the reference data. It has no password and an address that reaches nobody, so it never
signs in; its role is given by that command alone (a policy refuses it to everyone else).
"""

from __future__ import annotations

from contextlib import AbstractContextManager
from typing import Final

from django.contrib.auth import get_user_model

from portal.core.scope import Actor, acting_as

ADDRESS: Final = "clockwork@portal.invalid"


class NoClockwork(Exception):
    """The reference data is not loaded yet."""


def clockwork() -> int:
    """The clockwork's number. Raises NoClockwork with what to do."""
    found = get_user_model().objects.filter(email=ADDRESS).values_list("pk", flat=True).first()
    if found is None:
        raise NoClockwork("The clockwork person is missing: run `manage.py load_reference`.")
    return int(found)


def as_clockwork() -> AbstractContextManager[Actor]:
    """One transaction in the clockwork's scope."""
    return acting_as(clockwork())
