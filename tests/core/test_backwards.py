"""The migrations of the audit workspace go back and forth again, and the database is the same afterwards."""

from __future__ import annotations

from django.core.management import call_command
from django.db import connections

from tests import databases, moments

# To before the audit workspace, in an order in which each may go.
BACK = (
    ("grants", "0013_gaps"),
    ("reports", "0001_report_files"),
    ("applications", "0013_correction"),
    ("audit", "0001_initial"),
    ("core", "0006_where_it_lies"),
)
# Everything the database knows of its shape, by name: an oid or the order of columns tells nothing.
SHAPE = """
select 'column', n.nspname, c.relname, a.attname || ' ' || format_type(a.atttypid, a.atttypmod) || ' ' || a.attnotnull
  from pg_attribute a join pg_class c on c.oid = a.attrelid join pg_namespace n on n.oid = c.relnamespace
 where n.nspname in ('public', 'past') and c.relkind in ('r', 'v') and a.attnum > 0 and not a.attisdropped
union all
select 'constraint', '', conrelid::regclass::text, conname || ' ' || pg_get_constraintdef(oid)
  from pg_constraint where connamespace = 'public'::regnamespace
union all
select 'index', '', tablename, indexdef from pg_indexes where schemaname = 'public'
union all
select 'policy', '', polrelid::regclass::text, polname || ' ' || polcmd::text || ' ' || polpermissive || ' '
       || coalesce(pg_get_expr(polqual, polrelid), '') || ' ' || coalesce(pg_get_expr(polwithcheck, polrelid), '')
  from pg_policy
union all
select 'trigger', '', tgrelid::regclass::text, tgenabled::text || ' ' || pg_get_triggerdef(oid)
  from pg_trigger where not tgisinternal
union all
select 'function', pronamespace::regnamespace::text, proname, pg_get_functiondef(p.oid) || coalesce(proacl::text, '')
  from pg_proc p where pronamespace in ('public'::regnamespace, to_regnamespace('past')) and prokind = 'f'
   and not exists (select from pg_depend d where d.objid = p.oid and d.deptype = 'e')
union all
select 'grant', relnamespace::regnamespace::text, relname, array_to_string(array(select unnest(relacl)::text order by 1), ' ')
  from pg_class where relnamespace in ('public'::regnamespace, to_regnamespace('past')) and relkind in ('r', 'v')
"""


def shape() -> set[tuple[str, ...]]:
    with connections["owner"].cursor() as cursor:
        cursor.execute(SHAPE)
        return set(cursor.fetchall())


def test_back_and_forth_is_the_same(fresh_db):
    before = shape()
    for app, target in BACK:
        call_command("migrate", app, target, database="owner", verbosity=0)
    away = shape()
    assert not [row for row in away if row[1] == "past" or row[2].startswith(("audit_sample", "core_searchtext"))]
    call_command("migrate", database="owner", verbosity=0)
    moments.follow(databases.owner_dsn())
    after = shape()
    assert sorted(before - after) == []
    assert sorted(after - before) == []
