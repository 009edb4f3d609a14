"""One clone and one worker for the tests of this folder; those that kill start their own."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import pytest
from django.db import connections

from tests import databases, workers

INCLUDE = ["tests.worker.bodies"]


@pytest.fixture(scope="module")
def committing(django_db_setup: None, django_db_blocker: Any) -> Iterator[str]:
    """A clone in which everything is kept at once; both connections of Django work in it. Gives its name."""
    from portal.celery import app

    with databases.fresh_clone() as name, django_db_blocker.unblock():
        app.control.purge()
        yield name
        connections.close_all()


@pytest.fixture(scope="module")
def worker(committing: str) -> Iterator[workers.Worker]:
    with workers.running(committing, include=INCLUDE) as started:
        yield started


@pytest.fixture(autouse=True)
def stale(settings: Any) -> None:
    settings.RUN_STALE_SECONDS = 2


@pytest.fixture
def person(committing: str) -> Callable[..., Any]:
    """`person(role, code)`: the holder of the role there, made when first asked for."""
    from portal.accounts.cast import ensure_user

    def made(role: str, code: str, number: int = 1) -> Any:
        return ensure_user(f"{role}.{number}@{code.lower()}.test", f"{role} {code} {number}", code, role)

    return made
