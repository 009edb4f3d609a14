"""Rows of a file stored in one statement, whatever their number: each passes the triggers and policies of its table."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Final

from django.db import connection

from applications.models import Application
from applications.sheets.sheet import Row

# Columns of a row that are called otherwise in the table.
_ELSEWHERE: Final = {"industry_id": "industry"}


def upsert(table: str, key: str, types: Mapping[str, str], *, all_differ: bool = False) -> str:
    """SQL that inserts rows of a dossier, or brings them up to date by `key` and counts their version.

    types: column → type in SQL. all_differ: the caller knows that each row differs; else those that do not stay.
    """
    names = ", ".join(types)
    changes = ", ".join(f"{name} = excluded.{name}" for name in types if name != key)
    old, new = (", ".join(f"{side}.{name}" for name in types) for side in ("e", "excluded"))
    differs = "" if all_differ else f" where ({old}) is distinct from ({new})"
    return f"""
    insert into {table} as e (application_id, version, {names})
    select %s, 1, {names}
      from unnest({", ".join(f"%s::{kind}[]" for kind in types.values())}) with ordinality as r ({names}, at)
     order by at
    on conflict (application_id, {key}) do update set version = e.version + 1, {changes}{differs}
"""


def store(sql: str, types: Mapping[str, str], application: Application, rows: Sequence[Row]) -> int:
    """Run an `upsert` with rows of the sheet; gives how many were inserted or changed."""
    if not rows:
        return 0
    columns = [[row[_ELSEWHERE.get(name, name)] for row in rows] for name in types]
    with connection.cursor() as cursor:
        cursor.execute(sql, [application.pk, *columns])
        return int(cursor.rowcount)
