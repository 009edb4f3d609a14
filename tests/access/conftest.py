"""The people of the matrix, their clients, and the objects; shared by the matrix and the hostile requests."""

from __future__ import annotations

import json
import logging
import time
from collections.abc import Iterator
from contextlib import ExitStack
from copy import copy, deepcopy
from typing import Any

import pytest
from django.conf import settings
from django.core.serializers.json import DjangoJSONEncoder
from django.db import transaction
from django.template import Template
from django.test import Client, override_settings
from django.test.client import ClientHandler
from django.test.utils import _TestState
from prometheus_client import REGISTRY
from rest_framework.throttling import SimpleRateThrottle

from portal.accounts.backends import PortalBackend
from portal.accounts.models import User
from portal.accounts.session_store import SessionStore
from portal.core.middleware import IdleMiddleware
from portal.reports.catalogue import CATALOGUE
from tests import databases
from tests.access import matrix as file
from tests.access.callers import CALLERS
from tests.access.objects import World, make_all
from tests.reports import sample
from tests.worlds import standing


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


def _made() -> dict[str, Any]:
    """People and objects, committed; their numbers as they stand in addresses."""
    with override_settings(ACCOUNT_RATE_LIMITS=False):
        people = _people()
        objects = make_all(World(people))
    said = {"people": {caller: person.pk for caller, person in people.items()}, "objects": objects}
    return json.loads(json.dumps(said, cls=DjangoJSONEncoder))


@pytest.fixture(autouse=True)
def no_counts() -> None:
    """The metrics tell each view that was ever asked: after thousands of requests that takes seconds, each time."""
    for metric in set(REGISTRY._names_to_collectors.values()):
        if getattr(metric, "_labelnames", ()):
            metric.clear()


# What only writes logs and counts, or gives files: a fifth of each request, and no part in who may do what.
SILENT = ("django_prometheus", "django_structlog", "whitenoise")


def _judging() -> list[str]:
    return [name for name in settings.MIDDLEWARE if not name.startswith(SILENT)]


def _read_once(monkeypatch: pytest.MonkeyPatch) -> None:
    """Session and person of a caller are read at the first request: what a later one writes of them is undone."""
    sessions: dict[str, dict[str, Any]] = {}
    people: dict[int, User | None] = {}
    load, get_user = SessionStore.load, PortalBackend.get_user

    def loaded(self: SessionStore) -> dict[str, Any]:
        key = self.session_key or ""
        if key not in sessions:
            found = load(self)
            if self.session_key is None:  # there is none
                return found
            sessions[key] = found
        return deepcopy(sessions[key])

    def got(self: PortalBackend, user_id: int) -> User | None:
        if user_id not in people:
            people[user_id] = get_user(self, user_id)
        return copy(people[user_id])

    monkeypatch.setattr(SessionStore, "load", loaded)
    monkeypatch.setattr(PortalBackend, "get_user", got)


@pytest.fixture(scope="module")
def ground(django_db_setup: None, django_db_blocker: Any) -> Iterator[dict[str, Any]]:
    """People, their clients and the objects, in a database of this process; what each request writes is undone."""
    monkeypatch = pytest.MonkeyPatch()
    with ExitStack() as stack:
        stack.enter_context(django_db_blocker.unblock())
        CATALOGUE.setdefault(sample.NAME, sample.REPORT)  # in each process: the objects are made by one of them
        known = stack.enter_context(standing(_made))
        stack.enter_context(override_settings(ACCOUNT_RATE_LIMITS=False, MIDDLEWARE=_judging()))
        stack.enter_context(transaction.atomic())
        clients = {caller: Client(raise_request_exception=False) for caller in CALLERS}
        handler = ClientHandler(enforce_csrf_checks=False)  # one for all: each of its own looks at every static file
        for client in clients.values():
            client.handler = handler
        for caller, person in known["people"].items():
            clients[caller].force_login(User.objects.get(pk=person))
            # Seen just now for the whole walk: what a request writes is undone, so each would write it again.
            session = clients[caller].session
            session[IdleMiddleware.KEY] = int(time.time()) + 3600
            session.save()
        _read_once(monkeypatch)
        monkeypatch.setattr(SimpleRateThrottle, "THROTTLE_RATES", {"anon": None, "user": None})
        # No test here asks which templates were used; keeping a copy of each one's variables costs a tenth.
        monkeypatch.setattr(Template, "_render", _TestState.saved_data.template_render)
        file.begin()
        logging.disable(logging.ERROR)  # thousands of refusals are the point here
        yield {"clients": clients, "objects": known["objects"], "matrix": file.load(), "seen": {}, "refused": {}}
        logging.disable(logging.NOTSET)
        monkeypatch.undo()
        transaction.set_rollback(True)
