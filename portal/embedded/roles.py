"""The roles, the database and the extensions the portal needs, on the embedded server or a real one.

portal_owner   owns the tables, migrates; never the web's connection
portal_web     web, API, workers: no superuser, no BYPASSRLS, not a member of the owner
portal_reader  may only read; an auditor's request steps down to it by SET LOCAL ROLE
"""

from __future__ import annotations

from typing import Any

import psycopg
from psycopg import sql

_ONE_AT_A_TIME = 20240021
ROLES = """
do $$ begin
    if not exists (select from pg_roles where rolname = 'portal_owner') then create role portal_owner login; end if;
    if not exists (select from pg_roles where rolname = 'portal_web') then create role portal_web login; end if;
    if not exists (select from pg_roles where rolname = 'portal_reader') then create role portal_reader nologin; end if;
end $$;
alter role portal_owner nosuperuser nobypassrls nocreaterole;
alter role portal_web nosuperuser nobypassrls nocreaterole nocreatedb noinherit;
-- A process that stands still in the middle of a transaction does not hold its locks for ever.
alter role portal_web set idle_in_transaction_session_timeout = '60s';
alter role portal_reader nosuperuser nobypassrls nologin;
grant portal_reader to portal_web with inherit false, set true;
"""
# Letters of all scripts are letters: pg_trgm compares Chinese names only where the character type says so.
DATABASE = """create database {} owner portal_owner template template0 encoding 'UTF8' locale_provider builtin
    builtin_locale 'C.UTF-8' lc_collate 'C' lc_ctype 'C.UTF-8'"""
# A table that a session makes for itself is found before the one of the same name that a guard looks into.
NO_TABLES_OF_ONES_OWN = """
revoke temporary on database {0} from public;
grant temporary on database {0} to portal_owner;
"""
INSIDE = """
create extension if not exists pg_trgm;
create extension if not exists btree_gist;
alter schema public owner to portal_owner;
revoke create on schema public from public;
grant usage on schema public to portal_web, portal_reader;
alter default privileges for role portal_owner grant select, insert, update, delete on tables to portal_web;
alter default privileges for role portal_owner grant usage, select on sequences to portal_web;
alter default privileges for role portal_owner grant select on tables to portal_reader;
"""


def prepare_database(admin: psycopg.Connection[Any], database: str, *, passwords: dict[str, str] | None = None) -> None:
    """Make roles and database where they are missing; safe to repeat, and to do twice at once.

    admin: a superuser's connection with autocommit. passwords: for the roles portal_owner and portal_web.
    """
    # Two that change one role at once would fail each other.
    admin.execute("select pg_advisory_lock(%s)", [_ONE_AT_A_TIME])
    admin.execute(ROLES)
    for role, password in (passwords or {}).items():
        admin.execute(sql.SQL("alter role {} password {}").format(sql.Identifier(role), sql.Literal(password)))
    if admin.execute("select 1 from pg_database where datname = %s", [database]).fetchone() is None:
        admin.execute(sql.SQL(DATABASE).format(sql.Identifier(database)))
    admin.execute(sql.SQL(NO_TABLES_OF_ONES_OWN).format(sql.Identifier(database)))
    info = admin.info
    with psycopg.connect(
        host=info.host, port=info.port, user=info.user, password=info.password, dbname=database, autocommit=True
    ) as inside:
        inside.execute(INSIDE)
    admin.execute("select pg_advisory_unlock(%s)", [_ONE_AT_A_TIME])
