"""One committed world for the guard tests of the reviews: batches in four phases, and connections past the portal."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

import psycopg
import pytest

from tests import databases
from tests import factories_reviews as make
from tests.factories_applications import acting, person
from tests.worlds import standing

UNITS = {"350200": "300000000.00", "330200": "200000000.00"}
GIVEN = {"350200": "80.00", "330200": "90.00"}


@dataclass
class World:
    """Keys of the rows the tests attack. Batches: 6 in screening, 7 under publicity, 8 deciding, 9 reviewing."""

    batches: dict[int, int] = field(default_factory=dict)
    applications: dict[tuple[int, str], int] = field(default_factory=dict)
    assignments: dict[tuple[str, str], int] = field(default_factory=dict)
    people: dict[str, int] = field(default_factory=dict)
    scenario: int = 0
    decision: int = 0
    submitted: int = 0
    draft: int = 0

    @contextmanager
    def web(self, who: str | None) -> Iterator[psycopg.Connection[Any]]:
        """A connection as portal_web in the scope of a person of the world (None: nobody); undone at its end."""
        with psycopg.connect(databases.web_dsn()) as connection:
            if who is not None:
                connection.execute("select enter_scope(%s)", [self.people[who]])
            yield connection
            connection.rollback()

    @contextmanager
    def owner(self, who: str) -> Iterator[psycopg.Connection[Any]]:
        """The same as the owner of the tables."""
        with psycopg.connect(databases.owner_dsn()) as connection:
            connection.execute("select enter_scope(%s)", [self.people[who]])
            yield connection
            connection.rollback()


def _people() -> dict[str, int]:
    posts = {
        "miit": ("officer", "MIIT", 1),
        "miit2": ("officer", "MIIT", 2),
        "mof": ("officer", "MOF", 1),
        "both": ("officer", "MIIT", 7),
        "city": ("drafter", "ZF350200", 1),
        "signatory": ("signatory", "ZF350200", 1),
        "industry": ("provincial_officer", "GX350000", 1),
        "finance": ("provincial_officer", "CZ350000", 1),
        "soe": ("soe_officer", "YQ001", 1),
        "maker": ("finance_maker", "MOF", 1),
        "checker": ("finance_checker", "MOF", 1),
        "province_maker": ("finance_maker", "CZ350000", 1),
        "auditor": ("auditor", "SJ", 1),
        "bureau": ("auditor", "SJ350000", 1),
        "system": ("system_admin", "YW", 1),
        "security": ("security_admin", "YW", 1),
        "trail": ("audit_admin", "YW", 1),
        "reviewer_miit": ("reviewer", "MIIT", 1),
        "reviewer_mof": ("reviewer", "MOF", 1),
        "expert": ("reviewer", "ZJ", 1),
        "neighbour": ("reviewer", "ZJ", 5),
        "spare": ("reviewer", "ZJ", 6),
        "spare2": ("reviewer", "ZJ", 8),
    }
    found = {name: person(*post).pk for name, post in posts.items()}
    databases.committed(lambda: make_both(found["both"]))
    return found


def make_both(user: int) -> None:
    """One person with a post in each ministry, which nothing forbids: the signature guards must."""
    from portal.accounts.models import Membership, Organisation

    organisation = Organisation.objects.using("owner").get(code="MOF")
    Membership.objects.using("owner").get_or_create(user_id=user, organisation=organisation, role="officer")


def build() -> World:
    """The world, built by commands alone."""
    world = World(people=_people())
    make.reviewer("expert", province="350000", number=5)
    make.reviewer("expert", province="440000", number=6)
    make.reviewer("expert", province="440000", number=8)
    published = make.published_batch(UNITS, given=GIVEN, places=1, number=7)
    deciding = make.locked_batch(UNITS, given=GIVEN, places=1, number=8)
    world.scenario = make.computed(deciding).pk
    with acting("officer", "MIIT"):
        scenario = make.Scenario.objects.get(pk=world.scenario)
    world.decision = make.proposed(scenario).pk
    screening = make.screening_batch(UNITS, places=1, number=6)
    reviewing = make.reviewing_batch(UNITS, places=1, number=9)
    world.batches = {6: screening.pk, 7: published.pk, 8: deciding.pk, 9: reviewing.pk}
    for number, batch in ((6, screening), (7, published), (8, deciding), (9, reviewing)):
        for unit in UNITS:
            world.applications[number, unit] = make.application(batch, unit).pk
    names = {key: name for name, key in world.people.items()}
    for row in make.assignments(reviewing):
        world.assignments[names[row.reviewer_id], row.application.unit_id] = row.pk
        if row.application.unit_id == "350200" and names[row.reviewer_id] == "reviewer_miit":
            make.scored(row, "80.00")
            world.submitted = review_of(row)
        elif row.application.unit_id == "350200":
            make.declared(row)
            with make.as_reviewer(row) as by:
                make.scoring.keep_draft(by=by, assignment=row, what=make.scores(reviewing, "70.00"))
            world.draft = review_of(row)
    return world


def review_of(assignment: Any) -> int:
    """The key of an assignment's review."""
    with make.as_reviewer(assignment):
        return make.scoring.Review.objects.get(assignment=assignment).pk


@pytest.fixture(scope="module")
def world(django_db_setup: None, django_db_blocker: Any) -> Iterator[World]:
    """The committed world in a clone of its own, for one module."""
    with django_db_blocker.unblock(), standing(build) as found:
        yield found


def refused(connection: psycopg.Connection[Any], name: str, sql: str, *values: Any) -> None:
    """The statement must be refused under this name; the transaction goes on."""
    with pytest.raises(psycopg.errors.IntegrityError) as error, connection.transaction():
        connection.execute(sql, values)
    assert error.value.diag.constraint_name == name, error.value


def forbidden(connection: psycopg.Connection[Any], sql: str, *values: Any) -> None:
    """The statement must be refused by a row-level policy or a missing privilege."""
    with pytest.raises(psycopg.errors.InsufficientPrivilege), connection.transaction():
        connection.execute(sql, values)


def count(connection: psycopg.Connection[Any], sql: str, *values: Any) -> int:
    """One number."""
    row = connection.execute(sql, values).fetchone()
    assert row is not None
    return int(row[0])
