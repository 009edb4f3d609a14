"""The ground of all tests: a database cloned from a migrated template, the cast, clients and raw connections.

One cluster serves all test processes. The template holds migrations, reference data and organisations; each test
process works in a clone of it, each guard test that commits in a clone of its own.
"""

from __future__ import annotations

import gc
import os
from collections.abc import Callable, Generator, Iterator
from contextlib import AbstractContextManager, contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

import psycopg
import pytest
from _pytest import runner
from django.db import connections
from hypothesis import HealthCheck, settings

from portal.core.roomy import roomy
from tests import chains, databases, moments, worlds

if TYPE_CHECKING:
    from django.test import Client

    from portal.accounts.models import User
    from portal.core.scope import Actor

Cast = Callable[..., "User"]


# Several processes share two cores: how long an example takes says nothing.
settings.register_profile("steady", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("steady")
roomy(runner.runtestprotocol)  # a test is as deep below pytest as a page below the middleware

# Modules that take longest begin first, so that no process is left with a long one at the end. While the process of
# the very first builds the template, the others compute what needs no database.
LONGEST = (
    "journeys/test_round",
    "calibration/test_model",
    "selection/test_verify",
    "core/test_backwards",
    "access/test_matrix",
    "journeys/",
    "run/",
    "access/",
    "worker/",
    "demonstration/",
    "embedded/",
    "api/test_schemathesis",
    "guards/",
)
# Fixtures that ask the database for a person: after those that make a world, which begin in an untouched database.
PEOPLE = {"drafter", "signatory", "cast", "who", "others"}


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Order modules by how long they take; within a module the order stays."""
    here = len(str(Path(__file__).parent)) + 1

    def rank(item: pytest.Item) -> int:
        path = str(item.path)[here:]
        return next((place for place, name in enumerate(LONGEST) if path.startswith(name)), len(LONGEST))

    items.sort(key=rank)
    for item in items:
        if isinstance(item, pytest.Function):
            item.fixturenames.sort(key=PEOPLE.__contains__)


def pytest_collection_finish(session: pytest.Session) -> None:
    """Tests and all that is loaded live as long as the process: the search for garbage leaves them out, and is rare."""
    gc.freeze()
    gc.set_threshold(100_000, 20, 10)


def pytest_configure(config: pytest.Config) -> None:
    """The controlling process begins with nothing that an earlier run kept."""
    if "PYTEST_XDIST_WORKER" not in os.environ:
        worlds.forget()


def pytest_unconfigure(config: pytest.Config) -> None:
    """The controlling process ends the cluster it started; any other closes what it kept.

    A process in which each test had a clone of its own (`fresh_db`) never set up the database of `django_db_setup`, and
    so never came to its end either.
    """
    if "PYTEST_XDIST_WORKER" not in os.environ:
        databases.end()
    else:
        databases.leave()


@pytest.hookimpl(wrapper=True, tryfirst=True)
def pytest_runtest_protocol(item: pytest.Item) -> Generator[None, object, object]:
    """Each test, with the worlds made for it, begins and ends in the database of its process and in its own language,
    not in that of the last page an earlier test asked for.
    """
    from django.utils import translation

    translation.deactivate()
    worlds.begin()
    try:
        return (yield)
    finally:
        worlds.end()


@pytest.fixture(scope="session")
def django_db_setup(django_db_blocker: Any) -> Iterator[None]:
    """This process's clone of the template; nothing of Django's own set-up is needed."""
    chains.keep()
    moments.listen()
    with django_db_blocker.unblock():
        databases.prepare()
        worlds.watch()
    yield
    with django_db_blocker.unblock():
        connections.close_all()
        worlds.leave()
    databases.leave()


@pytest.fixture(autouse=True)
def empty_cache() -> None:
    """Counters of failed sign-ins and of calls start at nought."""
    from django.core.cache import cache

    cache.clear()


@pytest.fixture
def cast(db: None) -> Cast:
    """Give people by role and organisation: the person of the cast who holds that role there; made when first asked."""
    from tests.people import person

    return person


@pytest.fixture
def actor(db: None) -> Callable[[Any], AbstractContextManager[Actor]]:
    """Enter a person's scope for the block."""
    from portal.core.scope import acting_as

    @contextmanager
    def acting(user: User) -> Iterator[Actor]:
        with acting_as(user.pk) as by:
            yield by

    return acting


@pytest.fixture
def client_as(db: None) -> Callable[..., Client]:
    """`client_as(user)` is a browser in which the person is signed in; `language` "zh-hans" or "en"."""
    from django.test import Client

    def signed_in(user: User | None = None, language: str = "en") -> Client:
        client = Client(headers={"accept-language": language})
        if user is not None:
            client.force_login(user)
        return client

    return signed_in


@pytest.fixture
def raw_web(db: None) -> Iterator[psycopg.Connection]:
    """A connection of its own as portal_web, past the application. It sees committed rows only."""
    with psycopg.connect(databases.web_dsn(), autocommit=False) as connection:
        yield connection
        connection.rollback()


@pytest.fixture
def fresh_db(django_db_blocker: Any) -> Iterator[str]:
    """A clone of the template for one test that commits; gives its name. It is dropped afterwards."""
    with django_db_blocker.unblock(), databases.fresh_clone() as name:
        yield name
        connections.close_all()


@pytest.fixture
def budget() -> Callable[[int], AbstractContextManager[Any]]:
    """Count queries; the block fails when the block sends more than nine queries (transaction marks do not count)."""
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    @contextmanager
    def within(most: int) -> Iterator[CaptureQueriesContext]:
        with CaptureQueriesContext(connection) as seen:
            yield seen
        marks = ("BEGIN", "SAVEPOINT", "RELEASE", "COMMIT", "ROLLBACK")
        sent = [row["sql"] for row in seen.captured_queries if not row["sql"].startswith(marks)]
        assert len(sent) <= most, f"{len(sent)} queries, budget {most}:\n" + "\n".join(text[:300] for text in sent)

    return within
