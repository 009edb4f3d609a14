"""Evidence that was taken away, and tables of the past: attacked with raw SQL."""

from __future__ import annotations

import psycopg
import pytest

from portal.core import past
from tests import databases
from tests import factories_grants as make
from tests.guards.test_grants_races import live
from tests.guards.test_tampering import BUNDLE

pytestmark = pytest.mark.guard
__all__ = ["live"]
# No right; a view of several tables is not written into; a view is not emptied.
REFUSED = ("InsufficientPrivilege", "ObjectNotInPrerequisiteState", "WrongObjectType")
REMOVE = "update audit_evidencebundle set removed_at = now()"


@pytest.fixture
def web(live):
    """A connection of the web role with a bundle of the auditor; every statement in one transaction."""
    who, _applications = live
    with psycopg.connect(databases.web_dsn()) as connection:
        enter(connection, who["auditor"].pk)
        connection.execute(BUNDLE, {"who": who["auditor"].pk})
        yield connection
        connection.rollback()


def enter(connection, person):
    connection.execute("select enter_scope(%s)", [person])


def clockwork():
    from portal.core.clockwork import clockwork

    return clockwork()


def refused(connection, sql):
    with pytest.raises(psycopg.Error) as caught, connection.transaction():
        connection.execute(sql)
    return caught.value.diag.constraint_name or type(caught.value).__name__


def test_the_clockwork_removes_content_once_and_changes_nothing_else(web):
    enter(web, clockwork())
    for also in (
        "root = 'x'",
        "kept_until = kept_until + interval '1 day'",
        "sha256 = repeat('1', 64)",
        "problems = 1",
    ):
        assert refused(web, f"{REMOVE}, {also}") == "evidence_bundle_stays"
    assert refused(web, "update audit_evidencebundle set kept_until = now() + interval '1 day'") == (
        "evidence_bundle_stays"
    )
    assert web.execute(REMOVE).rowcount == 1
    assert refused(web, REMOVE) == "evidence_bundle_stays"
    assert refused(web, "update audit_evidencebundle set removed_at = null") == "evidence_bundle_stays"
    assert refused(web, "delete from audit_evidencebundle") == "InsufficientPrivilege"


@pytest.mark.parametrize("role", ["auditor", "mof"])
def test_nobody_else_removes_content(live, web, role):
    enter(web, live[0][role].pk)
    assert web.execute(REMOVE).rowcount == 0


def test_only_its_auditor_and_the_clockwork_see_a_bundle(live, web):
    count = "select count(*) from audit_evidencebundle"
    seen = {}
    for name in ("auditor", "mof", "unit_checker"):
        enter(web, live[0][name].pk)
        seen[name] = web.execute(count).fetchone()[0]
    enter(web, clockwork())
    seen["clockwork"] = web.execute(count).fetchone()[0]
    web.execute("select leave_scope()")
    seen["nobody"] = web.execute(count).fetchone()[0]
    assert seen == {"auditor": 1, "mof": 0, "unit_checker": 0, "clockwork": 1, "nobody": 0}


def test_evidence_is_kept_a_while(live):
    who, _applications = live
    with psycopg.connect(databases.web_dsn()) as connection:
        enter(connection, who["auditor"].pk)
        with pytest.raises(psycopg.errors.CheckViolation) as caught:
            connection.execute(BUNDLE.replace("interval '9 days'", "interval '0 days'"), {"who": who["auditor"].pk})
        assert caught.value.diag.constraint_name == "evidence_bundle_is_kept_a_while"


@pytest.fixture
def past_web(live):
    """The web role, looking at the past of a world with an award."""
    who, applications = live
    make.funded_unit(who, application=applications[0], award="100000000.00", held="1000.00")
    with psycopg.connect(databases.web_dsn()) as connection:
        connection.execute("select set_config('portal.as_of', now()::text, true)")
        yield connection
        connection.rollback()


def test_the_past_shows_no_row_outside_the_scope(live, past_web):
    who, _applications = live
    enter(past_web, who["auditor"].pk)
    full = {name: past_web.execute(f"select count(*) from past.{name}").fetchone()[0] for name in past.TABLES}
    assert min(full[name] for name in ("grants_award", "grants_issue", "grants_passon", "grants_entry")) > 0
    for leave in ("select leave_scope()", f"select enter_scope({make.elsewhere().pk})"):
        past_web.execute(leave)
        for name in past.TABLES:
            assert past_web.execute(f"select count(*) from past.{name}").fetchone()[0] == 0, name


def test_nobody_writes_into_the_past(live, past_web):
    who, _applications = live
    for name in ("auditor", "mof_maker"):
        enter(past_web, who[name].pk)
        for table in past.TABLES:
            key = "year" if table == "grants_counter" else "id"
            for sql in (
                f"delete from past.{table}",
                f"update past.{table} set {key} = {key}",
                f"truncate past.{table}",
            ):
                assert refused(past_web, sql) in REFUSED, sql
    assert refused(past_web, "create view past.grants_x as select 1") == "InsufficientPrivilege"


def test_what_the_trail_tells_of_the_past_stays_in_its_place(live, past_web):
    """The function reads past the policy of the trail: it tells nobody of an object elsewhere, and nothing of accounts."""
    who, _applications = live
    past_web.execute("select set_config('portal.as_of', '2000-01-01', true)")
    enter(past_web, who["auditor"].pk)
    number = past_web.execute("select max(id) from grants_award").fetchone()[0]
    told = "select past.told('grants.award', %s)"
    assert "state" in past_web.execute(told, [number]).fetchone()[0]
    enter(past_web, who["unit_checker"].pk)
    assert "state" in past_web.execute(told, [number]).fetchone()[0]
    for leave in ("select leave_scope()", f"select enter_scope({make.elsewhere().pk})"):
        past_web.execute(leave)
        assert past_web.execute(told, [number]).fetchone()[0] == {}
