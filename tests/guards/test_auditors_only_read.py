"""An auditor who holds no other role changes no row outside audit objects, whatever other policies allow."""

from __future__ import annotations

import re

import psycopg
import pytest
from django.db import connection

from tests import databases
from tests import factories_grants as make

pytestmark = pytest.mark.guard
# Tables of the programme, of applications, reviews and grants with what the web role may do there at all.
WRITTEN = """
    select c.relname::text, k.command from pg_class c join pg_namespace n on n.oid = c.relnamespace
      cross join (values ('insert'), ('update'), ('delete')) as k(command)
     where n.nspname = 'public' and c.relkind in ('r', 'p') and c.relname ~ '^(programme|applications|reviews|grants)_'
       and has_table_privilege('portal_web', c.oid, k.command)
"""
HELD = """
    select c.relname::text, case p.polcmd when 'a' then 'insert' when 'w' then 'update' else 'delete' end,
           p.polpermissive, coalesce(pg_get_expr(p.polqual, p.polrelid), pg_get_expr(p.polwithcheck, p.polrelid))
      from pg_policy p join pg_class c on c.oid = p.polrelid where p.polname like 'auditors_only_read_%'
"""
# Functions that look past the policies and may write, and that the reading role may execute all the same.
DEFINERS = """
    select p.proname from pg_proc p
     where p.pronamespace = 'public'::regnamespace and p.prosecdef and p.provolatile = 'v'
       and p.prorettype <> 'trigger'::regtype and has_function_privilege('portal_reader', p.oid, 'execute')
"""
TOLD = {"audit_append", "api_token_touch"}  # what an auditor looked at, and when a token was last used
HOLD = {  # they hold rows for what is asked next (one fills a table that lives as long as its query), and change none
    "award_free",
    "batch_matches",
    "district_is_taken",
    "districts_fit",
    "dossier_is_open",
    "reviews_application_problem",
    "reviews_assignment_problem",
    "reviews_batch_problem",
    "reviews_decision_problem",
    "reviews_entry_step_problem",
    "reviews_final_list_problem",
    "reviews_hold_batch",
    "reviews_objection_file_problem",
    "reviews_replacement_problem",
    "reviews_score_problem",
}
WRITES = re.compile(
    r"\b(insert\s+into\s+(?!compared_now\b)|update\s+(?!of\b|skip\b|nowait\b)\w+\s|delete\s+from)", re.IGNORECASE
)


def test_the_reading_role_executes_no_function_that_writes(raw_web):
    assert {name for (name,) in raw_web.execute(DEFINERS)} <= TOLD | HOLD
    bodies = raw_web.execute("select proname, prosrc from pg_proc where proname = any(%s)", [sorted(HOLD)]).fetchall()
    assert [name for name, body in bodies if WRITES.search(body)] == []


def test_every_table_that_is_written_refuses_auditors(raw_web):
    written = set(raw_web.execute(WRITTEN).fetchall())
    held = raw_web.execute(HELD).fetchall()
    assert len(written) > 100
    assert written - {(table, command) for table, command, _, _ in held} == set()
    for table, _command, permissive, expression in held:
        assert permissive is False, table
        assert "scope_roles()" in expression, table
        assert "IS DISTINCT FROM ARRAY['auditor'::text]" in expression, table


def test_an_auditor_changes_nothing_even_where_a_policy_lets_everyone(fresh_db):
    """With the policies of a table opened to all, an officer changes it and an auditor of either kind does not."""
    from portal.accounts.cast import ensure_user

    change = "update programme_province set short_zh = short_zh"
    insert = (
        "insert into programme_province (code, name_zh, name_en, short_zh, kind, region)"
        " values ('990000', 'x', 'x', 'x', 'x', 'east')"
    )
    people = {
        code: ensure_user(f"{role}.7@{code.lower()}.test", f"{role} {code} 7", code, role).pk
        for role, code in [("officer", "MIIT"), ("auditor", "SJ"), ("auditor", "SJ350000")]
    }
    with psycopg.connect(databases.owner_dsn(), autocommit=True) as owner:
        owner.execute("alter policy province_rows_update on programme_province using (true) with check (true)")
        owner.execute("alter policy province_rows_insert on programme_province with check (true)")
    with psycopg.connect(databases.web_dsn()) as web:
        for code, person in people.items():
            web.execute("select enter_scope(%s)", [person])
            assert (web.execute(change).rowcount > 0) is (code == "MIIT"), code
            if code == "MIIT":
                assert web.execute(insert).rowcount == 1
            else:
                with pytest.raises(psycopg.errors.InsufficientPrivilege):
                    web.execute(insert)
            web.rollback()


def test_a_person_with_another_role_is_not_held_back_by_it(cast):
    """The word alone is not enough: who is an officer too acts as an officer."""
    from portal.accounts.cast import ensure_user

    both = cast("officer", "MIIT", 8)
    databases.committed(lambda: ensure_user(both.email, both.name, "SJ", "auditor"))
    with make.acting(both), connection.cursor() as cursor:
        cursor.execute("select (select scope_roles()) is distinct from array['auditor']::text[]")
        assert cursor.fetchone() == (True,)


@pytest.mark.parametrize("code", ["SJ", "SJ350000"])
def test_the_reading_role_writes_nothing_at_all(cast, code, raw_web):
    person = cast("auditor", code)
    tables = [name for (name,) in raw_web.execute("select distinct relname from (" + WRITTEN.replace("k.command from", "k.command as command from") + ") w").fetchall()]  # fmt: skip
    tables += ["audit_finding", "audit_engagement", "audit_evidence"]
    for table in tables:
        raw_web.execute("select enter_scope(%s)", [person.pk])
        raw_web.execute("set local role portal_reader")
        with pytest.raises(psycopg.errors.InsufficientPrivilege):
            raw_web.execute(f"delete from {table}")
        raw_web.rollback()
