"""API tokens against raw SQL."""

from __future__ import annotations

import threading
import time
from datetime import timedelta

import psycopg
import pytest
from django.db import connections
from django.test import Client

from portal.accounts.domain import second_factor
from portal.accounts.models import ApiToken
from portal.core import clock
from portal.core.scope import acting_as
from tests import databases
from tests.accounts.people import just_confirmed, sign_in, with_password
from tests.people import person

INSERT = """
    insert into accounts_apitoken (user_id, name, token_sha256, start, can_write, created_at, expires_at)
    values (%s, %s, %s, 'pp_xxxxx', false, %s, %s) returning id
"""


def values(user, name="job", days=30):
    now = clock.now()
    return [user.pk, name, f"{user.pk}-{name}", now, now + timedelta(days=days)]


@pytest.fixture
def drafter(raw_web, cast):
    person = cast("drafter", "ZF350200")
    raw_web.execute("select enter_scope(%s)", [person.pk])
    return person


@pytest.mark.guard
def test_nobody_makes_a_token_of_somebody_else(raw_web, drafter, cast):
    officer = cast("officer", "MIIT")
    with pytest.raises(psycopg.errors.InsufficientPrivilege):
        raw_web.execute(INSERT, values(officer))


@pytest.mark.guard
@pytest.mark.parametrize("days", [0, -1, 367])
def test_token_ends_within_a_year(raw_web, drafter, days):
    with pytest.raises(psycopg.errors.CheckViolation) as refused:
        raw_web.execute(INSERT, values(drafter, days=days))
    assert refused.value.diag.constraint_name == "api_token_ends_within_a_year"


@pytest.mark.guard
@pytest.mark.parametrize(
    "change",
    [
        "can_write = true",
        "expires_at = expires_at + interval '1 day'",
        "token_sha256 = 'other'",
        "created_at = now() - interval '1 day'",
    ],
)
def test_token_is_only_revoked(raw_web, drafter, change):
    raw_web.execute(INSERT, values(drafter))
    with pytest.raises(psycopg.errors.CheckViolation) as refused:
        raw_web.execute(f"update accounts_apitoken set {change}")
    assert refused.value.diag.constraint_name == "api_token_stays"


@pytest.mark.guard
def test_revoked_token_stays_revoked(raw_web, drafter):
    raw_web.execute(INSERT, values(drafter))
    raw_web.execute("update accounts_apitoken set revoked_at = now(), revoked_by_id = %s", [drafter.pk])
    with pytest.raises(psycopg.errors.CheckViolation):
        raw_web.execute("update accounts_apitoken set revoked_at = null, revoked_by_id = null")


@pytest.mark.guard
def test_revocation_names_who(raw_web, drafter):
    raw_web.execute(INSERT, values(drafter))
    with pytest.raises(psycopg.errors.CheckViolation) as refused:
        raw_web.execute("update accounts_apitoken set revoked_at = now()")
    assert refused.value.diag.constraint_name == "api_token_revoked_by_someone"


@pytest.mark.guard
def test_name_once_while_it_is_open(raw_web, drafter):
    raw_web.execute(INSERT, values(drafter))
    with pytest.raises(psycopg.errors.UniqueViolation):
        raw_web.execute(INSERT, [*values(drafter)[:2], "another", *values(drafter)[3:]])


@pytest.mark.guard
def test_tokens_of_others_are_not_seen(raw_web, drafter, cast):
    raw_web.execute(INSERT, values(drafter))
    for role, code, count in [("officer", "MIIT", 0), ("signatory", "ZF350200", 0), ("security_admin", "YW", 1)]:
        raw_web.execute("select enter_scope(%s)", [cast(role, code).pk])
        assert raw_web.execute("select count(*) from accounts_apitoken").fetchone() == (count,), role


@pytest.mark.guard
def test_token_is_touched_only_by_its_person(raw_web, drafter, cast):
    (pk,) = raw_web.execute(INSERT, values(drafter)).fetchone()
    raw_web.execute("select enter_scope(%s)", [cast("officer", "MIIT").pk])
    assert raw_web.execute("select api_token_touch(%s)", [pk]).fetchone() == (False,)
    raw_web.execute("select enter_scope(%s)", [drafter.pk])
    assert raw_web.execute("select api_token_touch(%s)", [pk]).fetchone() == (True,)
    assert raw_web.execute("select api_token_touch(%s)", [pk]).fetchone() == (False,)


@pytest.mark.guard
def test_reading_role_looks_no_token_up(raw_web, drafter):
    raw_web.execute("set local role portal_reader")
    with pytest.raises(psycopg.errors.InsufficientPrivilege):
        raw_web.execute("select api_token_holder('x')")


@pytest.mark.guard
def test_repeatable_requests_are_ones_own(raw_web, drafter, cast):
    sql = "insert into api_repeatable (asker, key, fingerprint, body, at) values (%s, 'k', 'f', '', now())"
    raw_web.execute(sql, [drafter.pk])
    raw_web.execute("select enter_scope(%s)", [cast("officer", "MIIT").pk])
    assert raw_web.execute("select count(*) from api_repeatable").fetchone() == (0,)
    with pytest.raises(psycopg.errors.InsufficientPrivilege):
        raw_web.execute(sql, [drafter.pk])


@pytest.mark.guard
def test_no_token_is_made_beside_the_loss_of_the_second_factor(fresh_db, monkeypatch):
    """A request that read its session before it was ended waits for that, and makes nothing that would outlive it."""
    holder, admin = person("drafter", "ZF350200"), person("security_admin", "YW")
    client, end, answers = Client(), second_factor.end_sessions, []
    sign_in(client, with_password(holder))
    just_confirmed(client)
    with acting_as(holder.pk):
        second_factor.Authenticator.objects.create(user=holder, type="totp", data={"secret": "x"})

    def ask() -> None:
        try:
            answers.append(client.post("/account/tokens/new/", {"name": "job", "days": "30"}))
        finally:
            connections.close_all()

    other = threading.Thread(target=ask)

    def while_it_is_asked(of):
        other.start()
        waits = "select exists (select from pg_stat_activity where datname = %s and wait_event_type = 'Lock')"
        while other.is_alive() and not databases.admin().execute(waits, [fresh_db]).fetchone()[0]:
            time.sleep(0.01)
        end(of)

    monkeypatch.setattr(second_factor, "end_sessions", while_it_is_asked)
    with acting_as(admin.pk) as by:
        second_factor.reset(by=by, person=holder, why="telephone lost")
    other.join()
    assert answers[0]["Location"].startswith("/account/login/")
    with acting_as(holder.pk):
        assert not ApiToken.objects.filter(user=holder, revoked_at=None).exists()


@pytest.mark.guard
@pytest.mark.parametrize(("made", "ends"), [("2090-01-01", "2090-12-31"), ("2020-01-01", "2020-12-31")])
def test_a_token_ends_within_a_year_of_today(raw_web, drafter, made, ends):
    """Whatever day the statement says it was made on: that is the database's."""
    with pytest.raises(psycopg.errors.CheckViolation) as refused:
        raw_web.execute(INSERT, [*values(drafter)[:3], made, ends])
    assert refused.value.diag.constraint_name == "api_token_ends_within_a_year"


@pytest.mark.guard
@pytest.mark.parametrize("column", ["revoked_at, revoked_by_id", "last_used_at, revoked_by_id"])
def test_a_token_is_born_unused_and_open(raw_web, drafter, column):
    born = INSERT.replace("expires_at)", f"expires_at, {column})").replace(") returning", ", now(), null) returning")
    with pytest.raises(psycopg.errors.CheckViolation) as refused:
        raw_web.execute(born, values(drafter))
    assert refused.value.diag.constraint_name == "api_token_stays"


@pytest.mark.guard
def test_who_revokes_a_token_says_so_and_the_database_says_when(raw_web, drafter, cast):
    raw_web.execute(INSERT, values(drafter))
    raw_web.execute("savepoint there")
    revoke = "update accounts_apitoken set revoked_at = '2020-01-01', revoked_by_id = %s"
    other = cast("officer", "MOF").pk
    with pytest.raises(psycopg.errors.CheckViolation) as refused:
        raw_web.execute(revoke, [other])
    assert refused.value.diag.constraint_name == "api_token_revoked_by_someone"
    raw_web.execute("rollback to there")
    raw_web.execute(revoke, [drafter.pk])
    assert raw_web.execute("select revoked_at > now() - interval '1 minute' from accounts_apitoken").fetchone() == (
        True,
    )
    with pytest.raises(psycopg.errors.CheckViolation) as refused:
        raw_web.execute("update accounts_apitoken set revoked_by_id = %s", [other])
    assert refused.value.diag.constraint_name == "api_token_stays"
