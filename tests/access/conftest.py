"""The people of the matrix, their clients, and the objects; shared by the matrix and the hostile requests."""

from __future__ import annotations

import logging
import time
from collections.abc import Iterator
from typing import Any

import pytest
from django.db import connection, transaction
from django.template import Template
from django.test import Client, override_settings
from django.test.utils import _TestState
from rest_framework.throttling import SimpleRateThrottle

from portal.core.middleware import IdleMiddleware
from tests import databases
from tests.access import matrix as file
from tests.access.callers import CALLERS
from tests.access.objects import World, make_all


def _people() -> dict[str, Any]:
    from portal.accounts.cast import ensure_user
    from portal.accounts.models import Membership, User
    from portal.core import clock

    def make() -> dict[str, int]:
        found = {}
        for caller, post in CALLERS.items():
            role, code = post or ("soe_officer", "YQ003")
            found[caller] = ensure_user(f"{caller}@matrix.test", caller, code, role, password="of-the-matrix").pk
        ended = Membership.objects.using("owner").filter(user=found["no_role"], ended_at=None)
        ended.update(ended_at=clock.now())
        del found["anonymous"]
        return found

    return {caller: User.objects.get(pk=pk) for caller, pk in databases.committed(make).items()}


@pytest.fixture(scope="module")
def ground(django_db_setup: None, django_db_blocker: Any) -> Iterator[dict[str, Any]]:
    """People, their clients and the objects, made once in a transaction that is undone after the last route."""
    monkeypatch = pytest.MonkeyPatch()
    with django_db_blocker.unblock(), override_settings(ACCOUNT_RATE_LIMITS=False), transaction.atomic():
        people = _people()
        clients = {caller: Client(raise_request_exception=False) for caller in CALLERS}
        for caller, person in people.items():
            clients[caller].force_login(person)
            # Seen just now for the whole walk: what a request writes is undone, so each would write it again.
            session = clients[caller].session
            session[IdleMiddleware.KEY] = int(time.time()) + 3600
            session.save()
        monkeypatch.setattr(SimpleRateThrottle, "THROTTLE_RATES", {"anon": None, "user": None})
        # No test here asks which templates were used; keeping a copy of each one's variables costs a tenth.
        monkeypatch.setattr(Template, "_render", _TestState.saved_data.template_render)
        logging.disable(logging.ERROR)  # thousands of refusals are the point here
        yield {"clients": clients, "objects": make_all(World(people)), "matrix": file.load(), "seen": {}}
        logging.disable(logging.NOTSET)
        monkeypatch.undo()
        transaction.set_rollback(True)
    connection.close()
