"""Indexes that answer nothing which another index does not answer; `migrate` drops them at its end (decision 0045).

Django makes an index for each foreign key and a second one for each unique text, whatever else there is:

- the one of a key is no use where another index begins with the same column,
- the one of a text finds beginnings (`like 'GX35%'`), which the first does as well where texts are ordered by their
  bytes, as in the portal's own clusters. Where a database orders them by a language, it stays.

Each is written with every row, opened by every plan of its table and copied with every database.
"""

from __future__ import annotations

from typing import Any, Final

# Plain trees of columns; a key's direction and place of nulls are bits of `indoption`. A tree that carries more columns
# than its keys answers by itself what others send to the table for: it stays.
_IDLE: Final = """
with plain as (
  select i.indexrelid as number, i.indrelid as of, i.indisunique or i.indisexclusion as rules, i.indnkeyatts as keys,
         i.indnatts as carried, i.indkey[0] as first, i.indcollation[0] as ordered, i.indoption[0] as way,
         o.opcname as compared
    from pg_index i
    join pg_class c on c.oid = i.indexrelid
    join pg_am m on m.oid = c.relam and m.amname = 'btree'
    join pg_opclass o on o.oid = i.indclass[0]
   where c.relnamespace = 'public'::regnamespace and i.indpred is null and i.indexprs is null and i.indisvalid
), by_bytes as (
  select d.datcollate in ('C', 'POSIX') and d.datlocprovider = 'c'
      or d.datlocprovider = 'b' and d.datlocale in ('C', 'C.UTF-8', 'PG_UNICODE_FAST') as texts
    from pg_database d where d.datname = current_database()
)
select one.number::regclass
  from plain one
 where not one.rules and one.keys = 1 and one.carried = 1 and exists (
   select from plain other, by_bytes
    where other.of = one.of and other.first = one.first and other.way = one.way and other.number <> one.number
      and (other.rules or other.keys > 1 or other.number < one.number)
      and (other.compared = one.compared and other.ordered = one.ordered
           or one.compared in ('varchar_pattern_ops', 'text_pattern_ops') and other.compared = 'text_ops'
              and other.ordered in ('default'::regcollation, 'pg_catalog."C"'::regcollation)
              and (by_bytes.texts or other.ordered = 'pg_catalog."C"'::regcollation)))
 order by 1
"""


def idle(connection: Any) -> list[str]:
    """The names of indexes that another one does the work of."""
    with connection.cursor() as cursor:
        cursor.execute(_IDLE)
        return [str(name) for (name,) in cursor.fetchall()]


def drop_idle(owner: Any) -> int:
    """Drop them; gives how many there were."""
    names = idle(owner)
    if names:
        with owner.cursor() as cursor:
            cursor.execute(f"drop index {', '.join(names)}")
    return len(names)
