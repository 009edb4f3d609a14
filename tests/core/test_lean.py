"""No index stands that another one does the work of; one that does work of its own stays."""

from __future__ import annotations

import psycopg
import pytest
from django.apps import apps
from django.db import connection
from django.db.models import ForeignKey

from portal.core import lean
from tests import databases

pytestmark = pytest.mark.django_db
TABLE = """
create collation by_a_language (provider = libc, locale = 'C.UTF-8');
create table tried (id int primary key, a int, b int, t varchar(20) unique, s varchar(20) collate by_a_language unique);
create index tried_a on tried (a);
create index tried_a_down on tried (a desc);
create index tried_a_some on tried (a) where b > 0;
create index tried_a_b on tried (a, b);
create index tried_b on tried (b);
create index tried_b_again on tried (b);
create index tried_b_carries on tried (b) include (a);
create index tried_b_hash on tried using hash (b);
create index tried_t_like on tried (t varchar_pattern_ops);
create index tried_s_like on tried (s varchar_pattern_ops)
"""
UNLED = """
    select t.relname, a.attname from pg_constraint c
      join pg_class t on t.oid = c.conrelid join pg_attribute a on a.attrelid = t.oid and a.attnum = c.conkey[1]
     where c.contype = 'f' and c.connamespace = 'public'::regnamespace and not exists (
       select from pg_index i where i.indrelid = c.conrelid and i.indkey[0] = c.conkey[1] and i.indpred is null)
"""


def test_the_migrated_database_has_no_idle_index() -> None:
    assert lean.idle(connection) == []


def test_no_model_declares_an_idle_index() -> None:
    declared = {index.name for model in apps.get_models() if model._meta.managed for index in model._meta.indexes}
    with connection.cursor() as cursor:
        cursor.execute("select relname from pg_class where relkind = 'i' and relname = any(%s)", [list(declared)])
        assert {name for (name,) in cursor.fetchall()} == declared


def test_what_another_index_does_is_idle_and_nothing_else() -> None:
    with psycopg.connect(databases.owner_dsn()) as owner:
        owner.execute(TABLE)
        assert lean.idle(owner) == ["tried_a", "tried_b_again", "tried_t_like"]
        assert lean.drop_idle(owner) == 3
        assert lean.drop_idle(owner) == 0
        owner.rollback()


def test_a_text_ordered_by_a_language_keeps_its_index_of_beginnings() -> None:
    databases.admin().execute(
        "create database tried_order owner portal_owner template template0 locale_provider libc locale 'C.UTF-8'"
    )
    try:
        with psycopg.connect(databases.dsn("portal_owner", "tried_order")) as owner:
            owner.execute(TABLE)
            assert lean.idle(owner) == ["tried_a", "tried_b_again"]
    finally:
        databases.drop("tried_order")


def test_beginnings_are_found_by_the_index_that_stays() -> None:
    with psycopg.connect(databases.owner_dsn()) as owner:
        owner.execute(TABLE)
        lean.drop_idle(owner)
        owner.execute("set local enable_seqscan = off")
        plan = " ".join(line for (line,) in owner.execute("explain select 1 from tried where t like 'GX35%'"))
        owner.rollback()
    assert "tried_t_key" in plan
    assert "Index Cond: (((t)::text >= 'GX35'::text) AND ((t)::text < 'GX36'::text))" in plan


def test_every_foreign_key_still_leads_an_index_unless_its_model_says_otherwise() -> None:
    # Where an index goes that did the work of another one as well, this one is missed: it is not made anew.
    with connection.cursor() as cursor:
        cursor.execute(UNLED)
        found = set(cursor.fetchall())
    meant = {
        (model._meta.db_table, field.column)
        for model in apps.get_models()
        for field in model._meta.local_concrete_fields
        if isinstance(field, ForeignKey) and not field.db_index
    }
    assert found <= meant
