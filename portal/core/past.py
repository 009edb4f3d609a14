"""Tables as they stood at a past moment: views with the same names, in a schema that only pages of the past look into.

An app declares for each of its tables what tells its past: from when a row was there, and what its columns held. With
`looking` the statements of a page find the views before the tables, so no query knows of it, and row-level security
holds as ever: views are read with the reader's own rights. `migrate` takes the schema away and builds it anew, so that
no migration stumbles over a view.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Final

from django.db import connection

from portal.core.rls import READER, WEB

SCHEMA: Final = "past"
# The moment, in SQL.
AT: Final = "(select current_setting('portal.as_of')::timestamptz)"
# What later events of the trail say that fields of an object held before: for each the earliest of them. Readers of
# money do not read the trail; they learn from it what they saw then, in their own place.
_TOLD: Final = f"""
create function {SCHEMA}.told(p_type text, p_id bigint) returns jsonb
language sql stable security definer set search_path = public, pg_temp as $$
    select coalesce(jsonb_object_agg(f.key, f.value), '{{}}') from (
        select distinct on (b.key) b.key, b.value
          from audit_event e cross join lateral jsonb_each(e.before) b
         where e.object_type = p_type and e.object_id = p_id::text and e.at > {AT} and e.outcome = 'done'
           and not e.is_identity and ((select scope_nation()) or e.province = any((select scope_provinces())::text[])
                                      or e.unit = any((select scope_units())::text[]))
         order by b.key, e.id) f
$$
"""


@dataclass(frozen=True)
class Past:
    """How the past of a table is told: SQL over the row `t`.

    there: whether the row was there. columns: what differs from the row of today. told: columns whose changes stand in
    the trail, with the row as their object; tells: `there` or `columns` read what it tells, as `told`. joins: further
    rows that they read.
    """

    table: str
    there: str = "true"
    columns: Mapping[str, str] = field(default_factory=dict)
    told: tuple[str, ...] = ()
    tells: bool = False
    joins: str = ""


TABLES: Final[dict[str, Past]] = {}
# Tables whose rows look today as they always did, with the reason.
ALWAYS: Final[dict[str, str]] = {}


def register(*tables: Past, always: Mapping[str, str] | None = None) -> None:
    """Add what an app's tables looked like; `always`: table → why it has no past. Raises ValueError at a name twice."""
    added = {one.table: one for one in tables}
    if taken := (TABLES.keys() | ALWAYS.keys()) & (added.keys() | (always or {}).keys()):
        raise ValueError(f"The past of a table told twice: {sorted(taken)}")
    TABLES.update(added)
    ALWAYS.update(always or {})


def forget(owner: Any) -> None:
    """Take the schema away."""
    with owner.cursor() as cursor:
        cursor.execute(f"drop schema if exists {SCHEMA} cascade")


def build(owner: Any) -> None:
    """Build the schema with a view for each registered table, read by the roles of web and reader."""
    with owner.cursor() as cursor:
        cursor.execute(f"create schema {SCHEMA}")
        cursor.execute(_TOLD)
        for one in TABLES.values():
            cursor.execute(_view(one, _columns(cursor, one.table)))
        cursor.execute(
            f"revoke all on all tables in schema {SCHEMA} from public, {WEB}, {READER};"
            f" revoke all on function {SCHEMA}.told(text, bigint) from public;"
            f" grant usage on schema {SCHEMA} to {WEB}, {READER};"
            f" grant select on all tables in schema {SCHEMA} to {WEB}, {READER};"
            f" grant execute on function {SCHEMA}.told(text, bigint) to {WEB}, {READER}"
        )


def _columns(cursor: Any, table: str) -> dict[str, str]:
    """The columns of a table in their order, each with its type."""
    cursor.execute(
        "select attname, format_type(atttypid, null) from pg_attribute"
        " where attrelid = to_regclass(%s) and attnum > 0 and not attisdropped order by attnum",
        [f"public.{table}"],
    )
    return dict(cursor.fetchall())


def _view(one: Past, columns: Mapping[str, str]) -> str:
    if unknown := {*one.columns, *one.told} - columns.keys():
        raise ValueError(f"{one.table} has no {sorted(unknown)}")
    told = (
        f"cross join lateral (select {SCHEMA}.told('{_label(one.table)}', t.id) as told) told"
        if one.told or one.tells
        else ""
    )
    values = [f"{_value(one, name, kind)} as {name}" for name, kind in columns.items()]
    return (
        f"create view {SCHEMA}.{one.table} with (security_invoker = true) as select {', '.join(values)}"
        f" from public.{one.table} t {told} {one.joins} where {one.there}"
    )


def _value(one: Past, name: str, kind: str) -> str:
    if name in one.columns:
        return f"({one.columns[name]})::{kind}"
    if name in one.told:
        return f"case when {said(name)} then (told ->> '{_field(name)}')::{kind} else t.{name} end"
    return f"t.{name}"


def said(name: str) -> str:
    """SQL: whether the trail tells what this column held."""
    return f"told ? '{_field(name)}'"


def _field(name: str) -> str:
    """The trail has values by the names of fields."""
    return name.removesuffix("_id")


def _label(table: str) -> str:
    app, model = table.split("_", 1)
    return f"{app}.{model}"


@contextmanager
def looking(at: datetime) -> Iterator[None]:
    """Let this connection's statements find tables as they stood at the moment; inside a transaction, never nested."""
    features: Any = connection.features
    # PostgreSQL knows the key of a table, and no key of a view: whoever groups names every column.
    features.allows_group_by_selected_pks = False
    _settings(f"{SCHEMA}, public", at.isoformat())
    try:
        yield
    finally:
        del features.allows_group_by_selected_pks
        if connection.in_atomic_block and not connection.needs_rollback:
            _settings("public", "")


def is_shown() -> bool:
    """Whether this connection's statements find tables as they stood."""
    return not connection.features.allows_group_by_selected_pks


def _settings(path: str, at: str) -> None:
    with connection.cursor() as cursor:
        cursor.execute("select set_config('search_path', %s, true), set_config('portal.as_of', %s, true)", [path, at])
