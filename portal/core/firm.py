"""What keeps guards standing whatever a session sets; `migrate` puts it in force anew at its end (decision 0044).

- django-pgtrigger asks before each trigger whether a setting of the session switches it off, which any role may set:
  it is told never.
- The function of a trigger finds tables by their names alone: in `public`, whatever the session says of the order in
  which schemas are looked through, and before any table that the session made for itself.
- A guard that waits for its turn, then counts what others have committed, sees it in `read committed` only: in a
  transaction of another level no row is written.
"""

from __future__ import annotations

from typing import Any, Final

ALWAYS_FIRE: Final = """
create or replace function public._pgtrigger_should_ignore(trigger_name name) returns boolean
language sql immutable parallel safe as $$ select false $$;
"""
_TRIGGERS: Final = """
  from pg_proc p where p.pronamespace = 'public'::regnamespace and p.prorettype = 'trigger'::regtype
   and not exists (select from unnest(p.proconfig) as c(setting) where setting ~ '^search_path=')
   and not exists (select from pg_depend d where d.objid = p.oid and d.deptype = 'e')
"""
_TABLES: Final = """
  from pg_class c where c.relnamespace = 'public'::regnamespace and c.relkind in ('r', 'p') and c.relforcerowsecurity
   and not (c.relname = any('{{{outside}}}'))
   and not exists (select from pg_trigger t where t.tgrelid = c.oid and t.tgname = 'written_in_read_committed')
"""
_FIRM: Final = f"""
create or replace function public.written_in_read_committed() returns trigger
language plpgsql set search_path = public, pg_temp as $$
begin
    if current_setting('transaction_isolation') <> 'read committed' then
        raise exception 'a guard would not see what others have committed since this transaction began'
            using errcode = 'check_violation', constraint = 'written_in_read_committed';
    end if;
    return null;
end $$;
do $do$
declare
    one record;
begin
    for one in select p.oid::regprocedure as called {_TRIGGERS} loop
        execute format('alter function %s set search_path = public, pg_temp', one.called);
    end loop;
    for one in select c.oid::regclass as called {_TABLES} loop
        execute format('create trigger written_in_read_committed before insert or update or delete on %s'
                       ' for each statement execute function written_in_read_committed()', one.called);
    end loop;
end $do$;
"""
_MISSING: Final = f"""
select (select count(*) {_TRIGGERS}) + (select count(*) {_TABLES})
     + (select count(*) from pg_proc where pronamespace = 'public'::regnamespace
          and proname = '_pgtrigger_should_ignore' and (provolatile <> 'i' or btrim(prosrc) <> 'select false'))
"""
# Tables that are written in another level, with the reason.
OUTSIDE: Final[dict[str, str]] = {}


def make_firm(owner: Any) -> None:
    """Put it in force, also for what a migration brought since."""
    with owner.cursor() as cursor:
        cursor.execute(ALWAYS_FIRE + _told(_FIRM))


def loose(connection: Any) -> int:
    """How many functions and tables it is not in force for; nought where `migrate` has come to its end."""
    with connection.cursor() as cursor:
        cursor.execute(_told(_MISSING))
        row = cursor.fetchone()
    return int(row[0]) if row else 1


def _told(statement: str) -> str:
    return statement.replace("{outside}", ",".join(sorted(OUTSIDE)))
