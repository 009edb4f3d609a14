"""Row-level security stands on every table that holds business data, and holds against raw SQL."""

from __future__ import annotations

import psycopg
import pytest

from tests import databases

# Tables of libraries and of identity: read before any scope stands. Each with its reason.
OPEN = {
    "django_migrations": "which migrations ran",
    "django_content_type": "names of models",
    "django_session": "opened by its random key alone",
    "auth_group": "unused table of Django",
    "auth_group_permissions": "unused table of Django",
    "auth_permission": "unused table of Django",
    "accounts_user": "looked up by address before a scope stands; holds name, address and hash, no business data",
    "account_emailaddress": "looked up at sign-in",
    "account_emailconfirmation": "looked up by its random key",
    "mfa_authenticator": "looked up at sign-in; changed by its person alone (trigger)",
    "usersessions_usersession": "looked up at sign-in",
}
TABLES = """
    select c.relname, c.relrowsecurity and c.relforcerowsecurity,
           (select count(*) from pg_policy p where p.polrelid = c.oid)
      from pg_class c join pg_namespace n on n.oid = c.relnamespace
     where n.nspname = 'public' and c.relkind in ('r', 'p') order by 1
"""


def _one(connection, sql, *values):
    return connection.execute(sql, values).fetchone()[0]


@pytest.mark.guard
def test_every_business_table_has_a_forced_policy(raw_web):
    rows = raw_web.execute(TABLES).fetchall()
    unguarded = {name for name, forced, policies in rows if not (forced and policies)}
    assert unguarded == set(OPEN)
    assert len(rows) > len(OPEN)


@pytest.mark.guard
@pytest.mark.parametrize(
    "statement",
    [
        "insert into django_migrations (app, name, applied) values ('grants', '0999_next', now())",
        "delete from django_migrations",
        "update django_migrations set app = 'x'",
        "insert into django_content_type (app_label, model) values ('x', 'y')",
        "delete from auth_permission",
        "insert into auth_group (name) values ('x')",
        "delete from auth_group_permissions",
    ],
)
def test_the_web_does_not_write_what_migrate_alone_writes(raw_web, cast, statement):
    """A guard of the next release would never be installed where its migration is said to have run."""
    raw_web.execute("select enter_scope(%s)", [cast("system_admin", "YW").pk])
    with pytest.raises(psycopg.errors.InsufficientPrivilege):
        raw_web.execute(statement)


@pytest.mark.guard
def test_web_role_is_weak(raw_web):
    role = raw_web.execute(
        "select rolsuper, rolbypassrls, rolcreaterole, rolcreatedb, rolinherit from pg_roles where rolname = 'portal_web'"
    ).fetchone()
    assert role == (False, False, False, False, False)
    owned = _one(
        raw_web, "select count(*) from pg_class c join pg_roles r on r.oid = c.relowner where r.rolname = 'portal_web'"
    )
    assert owned == 0


@pytest.mark.guard
@pytest.mark.parametrize("role", ["portal_owner", "postgres"])
def test_web_role_cannot_step_up(raw_web, role):
    with pytest.raises(psycopg.errors.InsufficientPrivilege):
        raw_web.execute(f"set role {role}")


@pytest.mark.guard
def test_web_role_can_step_down_to_reading(raw_web, cast):
    officer = cast("officer", "MIIT")
    raw_web.execute("select enter_scope(%s)", [officer.pk])
    raw_web.execute("set local role portal_reader")
    assert _one(raw_web, "select count(*) from programme_batch") >= 2
    with pytest.raises(psycopg.errors.InsufficientPrivilege):
        raw_web.execute("update programme_batch set year = 2000")


@pytest.mark.guard
@pytest.mark.parametrize(
    "table",
    ["accounts_organisation", "accounts_membership", "accounts_invitation", "audit_event", "audit_link", "core_run"],
)
def test_without_scope_no_row(raw_web, cast, table):
    cast("officer", "MIIT")
    assert _one(raw_web, f"select count(*) from {table}") == 0


@pytest.mark.guard
def test_scope_ends_with_the_transaction(raw_web, cast):
    officer = cast("officer", "MIIT")
    raw_web.execute("select enter_scope(%s)", [officer.pk])
    assert _one(raw_web, "select scope_nation()") is True
    raw_web.commit()
    assert _one(raw_web, "select scope_nation()") is False
    assert _one(raw_web, "select scope_user()") is None
    assert _one(raw_web, "select count(*) from accounts_organisation") == 0


@pytest.mark.guard
def test_deactivated_person_has_no_scope(raw_web, cast):
    person = cast("officer", "MOF", 9)
    with psycopg.connect(databases.owner_dsn()) as owner:
        owner.execute("update accounts_user set is_active = false where id = %s", [person.pk])
        owner.commit()
        assert _one(raw_web, "select enter_scope(%s)", person.pk) is None
        assert _one(raw_web, "select scope_user()") is None
        owner.execute("update accounts_user set is_active = true where id = %s", [person.pk])


@pytest.mark.guard
def test_reviewer_and_administrators_see_no_nation(raw_web, cast):
    for role, code in [
        ("reviewer", "MIIT"),
        ("reviewer", "ZJ"),
        ("system_admin", "YW"),
        ("security_admin", "YW"),
        ("soe_officer", "YQ001"),
    ]:
        raw_web.execute("select enter_scope(%s)", [cast(role, code).pk])
        assert _one(raw_web, "select scope_nation()") is False, role


@pytest.mark.guard
def test_draft_of_a_batch_is_the_ministries_own(raw_web, cast):
    officer, drafter = cast("officer", "MIIT"), cast("drafter", "ZF350200")
    raw_web.execute("select enter_scope(%s)", [officer.pk])
    raw_web.execute(
        "insert into programme_batch (number, year, title_zh, title_en, state, call_zh, call_en, final_document_no, source) values (77, 2026, '甲', 'A', 'draft', '', '', '', '')"
    )
    assert _one(raw_web, "select count(*) from programme_batch where number = 77") == 1
    raw_web.execute("select enter_scope(%s)", [drafter.pk])
    assert _one(raw_web, "select count(*) from programme_batch where number = 77") == 0
    raw_web.execute("select leave_scope()")
    assert _one(raw_web, "select count(*) from programme_batch where number = 77") == 0
